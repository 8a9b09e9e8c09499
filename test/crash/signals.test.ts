/**
 * Signals end a command also while it does nothing but compute: the thread that sees them is not the one that is busy. A network
 * that runs is saved; one that is being built is not.
 */
// slow: starts a process per signal and command; run.test.ts kills a run in `npm test`
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openLog } from '../../core/log/file.ts';
import { type Started, start } from '../experiments/run/cli.ts';

/** Most that the end may take here, s; 2 on an idle machine. */
const BOUND = 20;
const test = suite('signals');
const directory = mkdtempSync(join(tmpdir(), 'memspike-signals-'));
test.after(() => rmSync(directory, { recursive: true }));

const NETWORKS = {
  // Minutes of drawing distinct neurons.
  building: `
memspike: 1
duration: 10
populations:
  a: { model: poisson, size: 20000, rate: 1 }
  b: { model: lif, size: 20000, tau: 20, threshold: 2 }
projections: [{ from: a, to: b, delay: 1, connect: { inDegree: { k: 19999, weight: 1 } } }]
`,
  // Nothing to do until the first arrivals, each of which then takes milliseconds, and so a slice of minutes.
  computing: `
memspike: 1
duration: 100000
populations:
  a: { model: poisson, size: 1000000, rate: 1 }
  b: { model: lif, size: 1000000, tau: 20, threshold: 1e9 }
projections: [{ from: a, to: b, delay: 50, connect: { all: { weight: 1 } } }]
record: { spikes: [a] }
`,
};

/** Resolves once the process has computed for so long, s (proc(5): fields 14 and 15 in hundredths); all is loaded by then. */
async function computed({ child }: Started, seconds: number): Promise<void> {
  const used = () => {
    const fields = readFileSync(`/proc/${child.pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  };
  while (child.exitCode === null && used() < seconds) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function ended(run: Started, signal: NodeJS.Signals) {
  const sent = performance.now();
  run.child.kill(signal);
  const end = await run.ended;
  const seconds = (performance.now() - sent) / 1000;
  assert.ok(seconds < BOUND, `${signal}: ended after ${seconds} s`);
  return end;
}

for (const [what, seconds, signals] of [
  ['building', 2, ['SIGINT', 'SIGTERM', 'SIGHUP']],
  ['computing', 4, ['SIGTERM', 'SIGHUP']],
] as const) {
  for (const signal of signals) {
    test(`${signal} while ${what}`, async () => {
      const name = `${what}${signal}`;
      writeFileSync(join(directory, `${name}.yaml`), NETWORKS[what]);
      const run = start(directory, 'run', `${name}.yaml`, '--out', name, '--progress', 'none');
      await computed(run, seconds);
      const end = await ended(run, signal);
      if (what === 'building') {
        assert.equal([end.signal, end.stdout, end.stderr], [signal, '', '']);
        return;
      }
      assert.is(end.status, 75);
      assert.match(end.stderr, /^Stopped; results so far are in/);
      assert.ok(existsSync(join(directory, name, 'checkpoint.bin')));
      for (const _ of openLog(join(directory, name, 'spikes.arrows'), { strict: false }));
    });
  }
}

test.run();
