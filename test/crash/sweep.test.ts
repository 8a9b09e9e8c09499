/** Sweeps that are killed, interrupted, shared and out of room: the same results, nothing done twice, nothing lost. */
// slow: kills sweeps in many places; run.test.ts kills a run in `npm test`
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type LockHolder, readLockHolder } from '../../experiments/output/lock.ts';
import { start } from '../experiments/run/cli.ts';
import { begun, place, STUDY, statusOf, sweepOf } from '../experiments/sweep/support.ts';

const test = suite('memspike sweep, killed and shared');
const p = place();
const disk = p.at('disk');
mkdirSync(disk);
const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=600k', 'memspike-test', disk]).status === 0;
test.after(() => {
  if (mounted) spawnSync('umount', [disk]);
  p.remove();
});
p.write('study.mjs', STUDY);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const SMALL = 'neurons: 10, epochs: 1, train: 2000, label: 100, test: 100';
const MNIST = `
memspike: 1
experiment: mnist
base: { ${SMALL} }
parameters:
  up: { path: device.alphaUp, logUniform: [0.01, 0.1], count: 2 }
replicates: 2
metrics: [accuracy.logProbability, energy.write]
`;
p.write('mnist.yaml', MNIST);

async function planMnist(out: string): Promise<void> {
  const { status, stderr } = await p.call('sweep', 'plan', 'mnist.yaml', '--out', out, '--no-timed');
  assert.is(status, 0, stderr);
}

const words = (out: string, workers: number, ...more: string[]) => {
  return [
    'sweep',
    'run',
    out,
    '--workers',
    String(workers),
    '--checkpoint-every',
    '200',
    '--progress',
    'json',
    ...more,
  ];
};

let whole = '';
test.before(async () => {
  await planMnist('whole');
  assert.is((await p.call(...words('whole', 1))).status, 0);
  whole = (await statusOf(p, 'whole')).resultsSha256;
});

for (const workers of [2, 4]) {
  test(`${workers} workers give the same results as one`, async () => {
    await planMnist(`with${workers}`);
    const { status, stderr } = await p.call(...words(`with${workers}`, workers));
    assert.is(status, 0, stderr);
    assert.is((await statusOf(p, `with${workers}`)).resultsSha256, whole);
  });
}

test('points one by one in a shuffled order give the same results', async () => {
  await planMnist('shuffled');
  for (const index of [2, 0, 3, 1])
    assert.is((await p.call(...words('shuffled', 1), '--index', String(index))).status, 0);
  assert.is((await statusOf(p, 'shuffled')).resultsSha256, whole);
});

/** Who computes a point that has a checkpoint, having begun after `since`; any claim may be gone by the next look. */
const claimed = (out: string, since: string): LockHolder | undefined =>
  readdirSync(p.at(`${out}/points`))
    .filter((name) => existsSync(p.at(`${out}/points/${name}/checkpoint.bin`)))
    .map((name) => readLockHolder(p.at(`${out}/points/${name}.lock`)))
    .find((holder) => holder !== undefined && holder.since > since);

/** Starts a sweep and lets a point come to a checkpoint, or go on from one; no worker where the sweep was over before. */
async function atCheckpoint(out: string) {
  const since = new Date().toISOString();
  const run = start(p.path, ...words(out, 2));
  let worker: number | undefined;
  while ((worker = claimed(out, since)?.pid) === undefined && run.child.exitCode === null) await pause(2);
  return { ...run, worker };
}

/** Kills a worker that computes; again from the start where its point was over before it died. */
async function workerKilled(out: string) {
  for (;;) {
    const run = await atCheckpoint(out);
    if (run.worker !== undefined) spawnSync('kill', ['-9', String(run.worker)]);
    const end = await run.ended;
    if (end.status !== 0) return end;
    rmSync(p.at(out), { recursive: true });
    await planMnist(out);
  }
}

test('kill -9 of the parent, twice, and of a worker: gone on with from the checkpoints to the same results', async () => {
  await planMnist('killed');
  for (const after of [0, 150]) {
    const run = await atCheckpoint('killed');
    await pause(after);
    run.child.kill('SIGKILL');
    await run.ended;
  }
  const { status, stderr } = await workerKilled('killed');
  assert.is(status, 1);
  assert.match(stderr, /1 run failed, the first of them number \d: was killed \(SIGKILL\)/);
  assert.is((await statusOf(p, 'killed')).failed, 1);
  assert.is((await p.call('sweep', 'retry', 'killed')).status, 0);
  const { done, resultsSha256 } = await statusOf(p, 'killed');
  assert.equal([done, resultsSha256], [4, whole]);
});

for (const [name, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 75],
  ['SIGUSR1', 75],
] as const) {
  test(`${name}: every point leaves a checkpoint, exit ${status}; a rerun goes on from it`, async () => {
    const out = name.toLowerCase();
    await planMnist(out);
    const run = await atCheckpoint(out);
    run.child.kill(name);
    const ended = await run.ended;
    assert.equal([ended.status, ended.stdout], [status, '']);
    assert.match(
      ended.stderr,
      new RegExp(`^Stopped with \\d runs? done; .*Resume with: memspike sweep run ${out}$`, 'm'),
    );
    const { notDone, running, failed } = await statusOf(p, out);
    assert.equal([running, failed], [0, 0]);
    assert.ok(notDone.some(({ reason }) => reason === 'interrupted, resumes from its checkpoint'));
    assert.is((await p.call(...words(out, 2))).status, 0);
    assert.is((await statusOf(p, out)).resultsSha256, whole);
  });
}

test('SIGTERM while a point computes without a pause: ended without it, and no point is blamed', async () => {
  p.write('endless.yaml', sweepOf('  mode: { path: mode, list: [endless, endless] }'));
  assert.is((await p.call('sweep', 'plan', 'endless.yaml', '--out', 'endless', '--no-timed')).status, 0);
  const run = start(p.path, 'sweep', 'run', 'endless', '--workers', '2', '--progress', 'none');
  const all = ['000000', '000001'].map((point) => p.at(`endless/points/${point}/begun`));
  while (!all.every((file) => existsSync(file)) && run.child.exitCode === null) await pause(20);
  run.child.kill('SIGTERM');
  const { status, stderr } = await run.ended;
  assert.is(status, 75);
  assert.match(stderr, /^Stopped with 0 runs done; /);
  const { running, failed, missing } = await statusOf(p, 'endless');
  assert.equal([running, failed, missing], [0, 0, 2]);
});

test('two processes share a sweep: no point twice, and both end when all of it is done', async () => {
  p.write(
    'shared.yaml',
    sweepOf('  x: { path: x, grid: { from: 0, to: 1, steps: 24 } }\n  w: { path: wait, grid: [100] }'),
  );
  assert.is((await p.call('sweep', 'plan', 'shared.yaml', '--out', 'shared', '--no-timed')).status, 0);
  const both = [1, 2].map(() => start(p.path, 'sweep', 'run', 'shared', '--workers', '2', '--progress', 'none').ended);
  for (const { status, stdout } of await Promise.all(both)) {
    assert.equal([status, stdout], [0, '24 runs done in shared.\nNext step: memspike sweep plot shared\n']);
  }
  assert.equal(begun(p, 'shared'), Array(24).fill(1));
});

test('the claim of a process on another machine is left alone, and told', async () => {
  p.write('far.yaml', sweepOf('  x: { path: x, grid: [1, 2] }'));
  assert.is((await p.call('sweep', 'plan', 'far.yaml', '--out', 'far', '--no-timed')).status, 0);
  p.write(
    'far/points/000001.lock',
    '{"pid":7,"host":"node17.elsewhere","since":"2026-01-01T00:00:00Z","ticks":null}\n',
  );
  const { status, stdout } = await p.call('sweep', 'run', 'far');
  assert.is(status, 0);
  assert.is(
    stdout,
    '1 run done, 1 claimed by others (process 7 on node17.elsewhere since 2026-01-01T00:00:00Z) in far.\nNext step: memspike sweep status far\n',
  );
  rmSync(p.at('far/points/000001.lock'));
  assert.is((await p.call('sweep', 'run', 'far')).stdout, '2 runs done in far.\nNext step: memspike sweep plot far\n');
});

if (mounted) {
  test('a full disk in the middle of a sweep: told, nothing lost, no point blamed, and gone on with once there is room', async () => {
    p.write('full.yaml', sweepOf('  x: { path: x, grid: { from: 0, to: 1, steps: 300 } }'));
    assert.is((await p.call('sweep', 'plan', 'full.yaml', '--out', 'disk/full', '--no-timed')).status, 0);
    const { status, stderr } = await p.call('sweep', 'run', 'disk/full', '--workers', '2', '--progress', 'none');
    assert.is(status, 1);
    assert.match(stderr, /^memspike: the sweep stopped; finished runs are kept: [^\n]*ENOSPC[^\n]*\n$/);
    const { done, failed } = await statusOf(p, 'disk/full');
    assert.ok(done > 10 && done < 300, String(done));
    assert.is(failed, 0);
    assert.is(spawnSync('mount', ['-o', 'remount,size=60m', disk]).status, 0);
    const again = await p.call('sweep', 'run', 'disk/full', '--workers', '2', '--progress', 'none');
    assert.equal(
      [again.status, again.stdout],
      [0, '300 runs done in disk/full.\nNext step: memspike sweep plot disk/full\n'],
      again.stderr,
    );
  });
}

test.run();
