import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openLog } from '../../core/log/file.ts';
import { inProcess } from '../experiments/cli/inProcess.ts';
import { json, rowsOf, type Started, sha256Of, start } from '../experiments/run/cli.ts';
import { atLeast, runs, slowTest } from '../support.ts';

const KILLS = runs(15).numRuns;
const test = suite('memspike run, killed and interrupted');
const directory = mkdtempSync(join(tmpdir(), 'memspike-killed-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

/** About half a second of work, with everything that a checkpoint must hold: delays, rules, short-term state, three recorders. */
const NETWORK = `
memspike: 1
seed: killed
duration: 15000.1
populations:
  noise: { model: poisson, size: 200, rate: 20 }
  a: { model: lif, size: 20, tau: 20, threshold: 7, refractory: 2, record: { potential: { neurons: [0, 19], every: 50.3 } } }
  b: { model: lif, size: 10, tau: 10, threshold: 4 }
projections:
  - from: noise
    to: a
    connect: { probability: { p: 0.5, weight: { uniform: [0, 1] } } }
    delay: { uniform: [0.5, 2], step: 0.5 }
    shortTerm: { model: tsodyksMarkram, U: 0.5, tauRec: 100, tauFacil: 50 }
    device: { model: softBound, gMin: 1e-6, gMax: 1e-4, etaUp: 0.05, etaDown: 0.05, weightAtGMax: 1 }
    rule: { model: pairStdp, aPlus: 0.01, aMinus: 0.012 }
    record: { weights: { every: 2500 } }
  - from: a
    to: b
    connect: { all: { weight: { normal: { mean: 2, sd: 0.3 } } } }
    delay: 1.3
    device: { model: ideal, wMin: 0, wMax: 4 }
    rule: { model: pairStdp }
    record: { weights: { on: post } }
  - { from: b, to: a, connect: { all: { weight: -0.2 } }, delay: 0.7 }
record: { spikes: [noise, a, b] }
`;

const LOGS = ['spikes.arrows', 'weights.arrows', 'potentials.arrows'];
const words = (out: string) => ['run', 'net.yaml', '--out', out, '--checkpoint-every', '750.2', '--progress', 'json'];
let whole = {};
test.before(async () => {
  writeFileSync(at('net.yaml'), NETWORK);
  const { status, stderr } = await inProcess(directory, ...words('whole').slice(0, 4), '--progress', 'none');
  assert.is(status, 0, stderr);
  whole = resultOf('whole');
  assert.ok(json(at('whole'), 'run.json').populations.b.spikes > 500);
});

/** All that a run says, but for what depends on the machine. */
function resultOf(out: string) {
  const { wallSeconds, peakRssBytes, commandLine, date, ...facts } = json(at(out), 'run.json');
  return { ...facts, logs: LOGS.map((log) => sha256Of(at(out), log)) };
}

/** Every figure and every row is that of the run that was never disturbed. */
function equalsWhole(out: string): void {
  assert.equal(resultOf(out), whole);
  assert.equal(
    readdirSync(at(out)).sort(),
    ['config.json', 'energy-scale.png', 'energy-scale.svg', ...LOGS, 'run.json'].sort(),
  );
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until so many checkpoints have been seen to be written; there are 19 in all. */
async function checkpoints(count: number, out: string, { child }: Started): Promise<void> {
  for (let seen = 0, last = 0; seen < count && child.exitCode === null; await pause(2)) {
    const { ino = last } = statSync(at(`${out}/checkpoint.bin`), { throwIfNoEntry: false }) ?? {};
    if (ino !== last) seen++;
    last = ino;
  }
}

// Short runs stop by SIGTERM and resume instead, see below.
slowTest(test, `kill -9 at ${KILLS} random moments, each resumed to the same bits`, async () => {
  let resumedLate = 0;
  for (let i = 0; i < KILLS; i++) {
    const out = `killed${i}`;
    const run = start(directory, ...words(out));
    // A third at any time from the start of the process on, the others at any time after a checkpoint.
    const after = i % 3 > 0 ? 1 + Math.floor(9 * Math.random()) : 0;
    await checkpoints(after, out, run);
    const delay = Math.random() * (after > 0 ? 50 : 1000);
    await Promise.race([pause(delay), run.ended]);
    run.child.kill('SIGKILL');
    await run.ended;
    resumedLate += existsSync(at(`${out}/checkpoint.bin`)) ? 1 : 0;
    // Some in a process of their own, of each kind.
    const again = [...words(out), '--resume'];
    const resumed = i % 5 === 0 ? await start(directory, ...again).ended : await inProcess(directory, ...again);
    assert.is(resumed.status, 0, `killed ${delay} ms after checkpoint ${after}: ${resumed.stderr}`);
    equalsWhole(out);
    rmSync(at(out), { recursive: true });
  }
  assert.ok(resumedLate >= atLeast(3), `only ${resumedLate} of ${KILLS} kills came after a checkpoint`);
});

/** Sends the signals, the first once a checkpoint is there; again where the run was over before they came. */
async function interrupted(out: string, ...signals: NodeJS.Signals[]) {
  for (;;) {
    const run = start(directory, ...words(out));
    await checkpoints(1, out, run);
    for (const signal of signals) run.child.kill(signal);
    const end = await run.ended;
    if (end.status !== 0) return end;
    rmSync(at(out), { recursive: true });
  }
}

for (const [signal, expected] of [
  ['SIGINT', 130],
  ['SIGTERM', 75],
  ['SIGHUP', 75],
  ['SIGUSR1', 75],
] as const) {
  // In short runs SIGTERM represents the others.
  const add = signal === 'SIGTERM' ? test : slowTest.bind(null, test);
  add(`${signal}: a checkpoint, a sentence, exit ${expected}, and the run can be gone on with`, async () => {
    const out = `interrupted${signal}`;
    const { status, stdout, stderr } = await interrupted(out, signal);
    assert.is(status, expected);
    assert.is(stdout, '');
    const sentence = `Stopped; results so far are in ${out}. Resume with: memspike run --out ${out} --resume`;
    assert.is(stderr.trimEnd().split('\n').at(-1), sentence);
    for (const line of stderr.trimEnd().split('\n').slice(0, -1)) JSON.parse(line); // progress, and no debugger's words
    const log = openLog(join(at(out), 'spikes.arrows'), { strict: false });
    assert.ok([...log].length > 0);
    assert.is(log.problem?.kind, 'incomplete'); // closed, but not sealed
    assert.not.ok(existsSync(at(`${out}/run.json`)));
    assert.is((await inProcess(directory, 'run', '--out', out, '--resume', '--set', 'seed=1')).status, 2);
    const resumed = await inProcess(directory, 'run', '--out', out, '--resume', '--progress', 'none');
    assert.equal([resumed.status, resumed.stderr], [0, '']);
    assert.match(resumed.stdout, new RegExp(`^Done: ${out}\nEnergy: .*\nNext step: memspike report ${out}\n$`));
    equalsWhole(out);
  });
}

slowTest(test, 'Ctrl-C twice stops at once, and the run can still be gone on with', async () => {
  const { status, signal } = await interrupted('twice', 'SIGINT', 'SIGINT');
  assert.ok(status === 130 || signal === 'SIGINT', 'in good order before the second came, or by it');
  assert.is((await start(directory, ...words('twice'), '--resume').ended).status, 0);
  equalsWhole('twice');
});

test('--resume: a new directory starts afresh, a finished run says so, another configuration is refused', async () => {
  const resume = async (out: string, ...more: string[]) => {
    const { status, stdout, stderr } = await inProcess(
      directory,
      'run',
      ...more,
      '--out',
      out,
      '--resume',
      '--progress',
      'none',
    );
    return { status, stdout, stderr };
  };
  const fresh = await resume('new', 'net.yaml');
  assert.equal([fresh.status, fresh.stderr], [0, '']);
  assert.match(fresh.stdout, /^Done: new\nEnergy: .*\nNext step: memspike report new\n$/);
  equalsWhole('new');
  assert.equal(await resume('new', 'net.yaml'), { status: 0, stdout: 'new is already finished.\n', stderr: '' });
  assert.equal(await resume('nowhere'), {
    status: 1,
    stdout: '',
    stderr: 'memspike: nowhere holds no run to resume; name a network file to start one.\n',
  });
  rmSync(at('new/run.json'));
  assert.equal(await resume('new', 'net.yaml', '--set', 'populations.a.tau=21'), {
    status: 1,
    stdout: '',
    stderr:
      'memspike: new holds a run of another configuration: populations.a.tau is 21, but 20 there; choose another --out.\n',
  });
  assert.is(rowsOf(at('new'), 'spikes.arrows').length, rowsOf(at('whole'), 'spikes.arrows').length);
});

test.run();
