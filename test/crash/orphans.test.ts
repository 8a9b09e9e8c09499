/** Workers of a sweep whose parent was killed end soon by themselves, with their checkpoint where there can be one. */
// slow: waits for processes to notice that their parent is gone; run.test.ts kills a run in `npm test`
import { existsSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { start } from '../experiments/run/cli.ts';
import { place } from '../experiments/sweep/support.ts';

const test = suite('orphans of a sweep');
const p = place();
test.after(() => p.remove());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

for (const [what, connect, saved] of [
  ['runs', 'all: { weight: 1 }', true], // nothing to do for 50 ms, and then milliseconds an arrival: a slice of minutes
  ['is built', 'inDegree: { k: 19999, weight: 1 }', false],
] as const) {
  test(`a worker whose parent was killed ends while its network ${what}`, async () => {
    const out = `orphan${saved}`;
    const size = saved ? 1_000_000 : 20_000;
    p.write(
      `${out}-net.yaml`,
      `
memspike: 1
duration: 100000
populations:
  a: { model: poisson, size: ${size}, rate: 1 }
  b: { model: lif, size: ${size}, tau: 20, threshold: 1e9 }
projections: [{ from: a, to: b, delay: 50, connect: { ${connect} } }]
`,
    );
    p.write(
      `${out}.yaml`,
      `memspike: 1\nexperiment: run\nnetwork: ${out}-net.yaml\nparameters: { d: { path: duration, list: [100000, 200000] } }\nmetrics: [events.spikes]\n`,
    );
    const { status, stderr } = p.run('sweep', 'plan', `${out}.yaml`, '--out', out, '--no-timed');
    assert.is(status, 0, stderr);
    const run = start(p.path, 'sweep', 'run', out, '--workers', '1', '--progress', 'none');
    const lock = p.at(`${out}/points/000000.lock`);
    const begun = () => existsSync(saved ? p.at(`${out}/points/000000/spikes.arrows`) : lock);
    while (!begun() && run.child.exitCode === null) await pause(20);
    await pause(2000);
    const { pid } = JSON.parse(readFileSync(lock, 'utf8'));
    assert.ok(alive(pid));
    run.child.kill('SIGKILL');
    for (let waited = 0; alive(pid); waited += 50) {
      assert.ok(waited < 20_000, 'it goes on'); // 2 s on an idle machine
      await pause(50);
    }
    assert.is(existsSync(p.at(`${out}/points/000000/checkpoint.bin`)), saved);
  });
}

test.run();
