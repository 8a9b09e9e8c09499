/** `memspike mnist`, killed and interrupted, gives the same bits once it is gone on with. */
// slow: trains several times; run.test.ts kills a run in `npm test`
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inProcess } from '../experiments/cli/inProcess.ts';
import { json, sha256Of, start } from '../experiments/run/cli.ts';

const KILLS = 6;
const test = suite('memspike mnist, killed and interrupted');
const directory = mkdtempSync(join(tmpdir(), 'memspike-mnist-killed-'));
const at = (name: string) => join(directory, name);
test.after(() => rmSync(directory, { recursive: true }));

const SMALL = ['--neurons', '20', '--train', '3000', '--label', '500', '--test', '500', '--epochs', '1'];
const words = (out: string, ...more: string[]) => {
  return ['mnist', ...SMALL, '--out', out, '--no-pictures', '--checkpoint-every', '300', ...more];
};

function resultOf(out: string) {
  const isTime = (key: string) => /Seconds|PerSecond|peakRssBytes|date|commandLine/.test(key);
  const facts = Object.entries(json(at(out), 'run.json')).filter(([key]) => !isTime(key));
  const logs = ['spikes.arrows', 'images.arrows', 'weights.arrows', 'neurons.arrows'];
  return { facts: Object.fromEntries(facts), logs: logs.map((log) => sha256Of(at(out), log)) };
}

let whole = {};
test.before(async () => {
  const { status, stderr } = await inProcess(directory, 'mnist', ...SMALL, '--out', 'whole', '--no-pictures');
  assert.is(status, 0, stderr);
  whole = resultOf('whole');
});

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts a job and lets it come to its first checkpoint. */
async function atCheckpoint(out: string, ...more: string[]) {
  const run = start(directory, ...words(out, ...more));
  while (!existsSync(at(`${out}/checkpoint.bin`)) && run.child.exitCode === null) await pause(2);
  return run;
}

test(`kill -9 at ${KILLS} random moments after a checkpoint, each resumed to the same bits`, async () => {
  for (let i = 0; i < KILLS; i++) {
    const run = await atCheckpoint(`killed${i}`);
    await pause(Math.random() * 250);
    run.child.kill('SIGKILL');
    await run.ended;
    const again = words(`killed${i}`, '--resume');
    const resumed = i % 2 === 0 ? await start(directory, ...again).ended : await inProcess(directory, ...again);
    assert.is(resumed.status, 0, resumed.stderr);
    assert.equal(resultOf(`killed${i}`), whole);
  }
});

/** Sends SIGINT at the first checkpoint; again where the job was over before it came. */
async function interrupted(out: string) {
  for (;;) {
    const run = await atCheckpoint(out);
    run.child.kill('SIGINT');
    const end = await run.ended;
    if (end.status !== 0) return end;
    rmSync(at(out), { recursive: true });
  }
}

test('an interrupt in training: a checkpoint, a sentence, exit 130; gone on with as it was begun', async () => {
  const { status, stdout, stderr } = await interrupted('training');
  assert.equal([status, stdout], [130, '']);
  assert.match(stderr, /^Stopped; .* memspike mnist --out training --resume$/m);
  const other = await inProcess(
    directory,
    ...words('training', '--resume').map((word) => (word === '20' ? '21' : word)),
  );
  assert.is(other.status, 1);
  assert.match(
    other.stderr,
    /^memspike: training holds a run of another configuration: .*neurons is 21, but 20 there;/m,
  );
  const resumed = await inProcess(
    directory,
    'mnist',
    '--out',
    'training',
    '--resume',
    '--no-pictures',
    '--workers',
    '2',
  );
  assert.is(resumed.status, 0, resumed.stderr);
  assert.equal(resultOf('training'), whole);
  const finished = await inProcess(directory, 'mnist', '--out', 'training', '--resume');
  assert.equal([finished.status, finished.stdout], [0, 'training is already finished.\n']);
});

for (const workers of ['1', '2']) {
  test(`an interrupt in labelling, with ${workers} threads, leaves a checkpoint behind training`, async () => {
    const out = `labelling${workers}`;
    const long = ['--label', '60000', '--workers', workers, '--progress', 'json'];
    const run = start(directory, ...words(out).filter((_, i) => ![5, 6].includes(i)), ...long);
    while (!run.errors().includes('"labelling"') && run.child.exitCode === null) await pause(2);
    run.child.kill('SIGTERM');
    const { status, stderr } = await run.ended;
    assert.is(status, 75);
    assert.match(stderr, /"label":"labelling"/);
    assert.match(stderr, /^Stopped; /m);
    assert.ok(existsSync(at(`${out}/checkpoint.bin`)));
    assert.not.match(stderr, /Warning|Error/);
    const resumed = start(directory, 'mnist', '--out', out, '--resume', '--progress', 'json');
    while (!resumed.errors().includes('"training"') && resumed.child.exitCode === null) await pause(2);
    resumed.child.kill('SIGKILL');
    const trained = (await resumed.ended).stderr.match(/"training","done":\d+/g);
    assert.equal(trained, ['"training","done":3000'], 'nothing is trained again');
  });
}

test.run();
