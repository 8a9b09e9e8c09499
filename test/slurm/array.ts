/**
 * A sweep as a job array of a real Slurm: submitted, one task told that its time ends, one requeued by the scheduler, one
 * killed and submitted again; the same results as without Slurm. Run it with `npm run test:slurm` (root, Debian).
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { place, statusOf } from '../experiments/sweep/support.ts';
import { type Cluster, lacking, startCluster, until } from './cluster.ts';

const test = suite('memspike sweep submit --slurm');
const p = place();
let cluster: Cluster | undefined;
let whole = false;
test.after(async () => {
  if (!whole) console.error(cluster?.said());
  await cluster?.stop();
  p.remove();
});

const SWEEP = `
memspike: 1
experiment: mnist
base: { neurons: 20, epochs: 1, train: 30000, label: 100, test: 100 }
parameters:
  up: { path: device.alphaUp, logUniform: [0.01, 0.1], count: 2 }
replicates: 2
metrics: [accuracy.logProbability, energy.write]
`;
p.write('sweep.yaml', SWEEP);
const SUBMIT = [
  'sweep',
  'submit',
  'array',
  '--slurm',
  '--checkpoint-every',
  '500',
  '--time',
  '30',
  '--mem',
  '400M',
  '--array-parallelism',
  '1',
];

function memspike(...words: string[]): string {
  const { status, stdout, stderr } = p.run(...words);
  assert.is(status, 0, stderr);
  return stdout;
}

/** What is queued or runs: the number of the task, its own job, its state. */
const tasks = () =>
  cluster!
    .slurm('squeue', '--noheader', '--array', '--format=%K %A %T')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.trim().split(' ') as [task: string, job: string, state: string]);
const jobOf = (task: number) => tasks().find(([number]) => Number(number) === task)![1];

const hasCheckpoint = (index: number) => existsSync(p.at(`array/points/00000${index}/checkpoint.bin`));
/** The process of a task's script. */
const shellOf = (task: number) => {
  const [, ...rows] = cluster!.slurm('scontrol', 'listpids', jobOf(task)).split('\n'); // PID JOBID STEPID LOCALID GLOBALID
  return Number(rows.map((row) => row.trim().split(/\s+/)).find(([, , , local]) => local === '0')![0]);
};
const restarts = (task: number) =>
  Number(/Restarts=(\d+)/.exec(cluster!.slurm('scontrol', 'show', 'job', jobOf(task)))?.[1]);
/** A task that runs and whose run has a checkpoint; those of `not` left out. */
async function atCheckpoint(not: readonly number[]): Promise<number> {
  let found: number | undefined;
  await until('a checkpoint', () => {
    const running = tasks().filter(([, , state]) => state === 'RUNNING');
    found = running.map(([task]) => Number(task)).find((task) => !not.includes(task) && hasCheckpoint(task));
    return found !== undefined;
  });
  return found!;
}

test('an array: interrupted, requeued, killed, submitted again, collected', async () => {
  cluster = await startCluster(process.env);
  memspike('sweep', 'plan', 'sweep.yaml', '--out', 'array', '--no-timed');
  const script = memspike(...SUBMIT, '--dry-run');
  assert.match(script, /^#SBATCH --array=0-3%1$/m);
  assert.not.ok(existsSync(p.at('array/slurm')));

  const told = memspike(...SUBMIT);
  const [, job] = /^Submitted job (\d+): 4 runs in 4 tasks; /.exec(told) ?? [];
  assert.ok(job, told);
  assert.is(readFileSync(p.at('array/slurm/array.sh'), 'utf8'), script);
  const second = p.run(...SUBMIT);
  assert.is(second.status, 1);
  assert.match(second.stderr, new RegExp(`^memspike: job ${job} of array is still queued or running`));

  const first = await atCheckpoint([]);
  process.kill(shellOf(first), 'SIGUSR1'); // as Slurm does before the time limit
  const log = (task: number) => readFileSync(p.at(`array/slurm/${job}_${task}.log`), 'utf8');
  await until('the interrupted task to queue itself again', () => restarts(first) === 1);
  assert.match(log(first), /^Stopped with 0 runs done/m);
  assert.ok(hasCheckpoint(first));

  const next = await atCheckpoint([first]);
  cluster.slurm('scontrol', 'requeue', jobOf(next)); // as preemption does
  await until('the requeued task to stop', () => /^Stopped with 0 runs done/m.test(log(next)));
  assert.ok(hasCheckpoint(next));

  const killed = await atCheckpoint([first, next]);
  cluster.slurm('scancel', '--signal=KILL', '--full', jobOf(killed));
  await until('the array to end', () => tasks().length === 0, 120_000);
  const before = await statusOf(p, 'array');
  assert.equal([before.done, before.missing, before.running, before.failed], [3, 1, 0, 0]);
  assert.equal(before.notDone, [
    { index: killed, state: 'missing', reason: 'interrupted, resumes from its checkpoint' },
  ]);

  assert.match(memspike(...SUBMIT), /^Submitted job \d+: 1 run in 1 task; /);
  await until('the second array to end', () => tasks().length === 0);
  memspike('sweep', 'collect', 'array');
  assert.is(readFileSync(p.at('array/results.csv'), 'utf8').trimEnd().split('\n').length, 5);
  assert.is(p.run(...SUBMIT).stderr, 'memspike: array has no missing runs.\n');
  const leftovers = readdirSync(p.at('array/points')).filter((name) => /lock|tmp|failed/.test(name));
  assert.equal(leftovers, []);

  memspike('sweep', 'plan', 'sweep.yaml', '--out', 'here', '--no-timed');
  memspike('sweep', 'run', 'here');
  assert.is((await statusOf(p, 'array')).resultsSha256, (await statusOf(p, 'here')).resultsSha256);
  whole = true;
});

test('what Slurm refuses is told in a sentence', () => {
  memspike('sweep', 'plan', 'sweep.yaml', '--out', 'refused', '--no-timed');
  const { status, stderr } = p.run('sweep', 'submit', 'refused', '--slurm', '--partition', 'nowhere');
  assert.is(status, 1);
  assert.match(stderr, /^memspike: sbatch failed: [^\n]*invalid partition specified: nowhere[^\n]*\n$/);
  p.write('many.yaml', SWEEP.replace('replicates: 2', 'replicates: 600'));
  memspike('sweep', 'plan', 'many.yaml', '--out', 'many', '--no-timed');
  const many = p.run('sweep', 'submit', 'many', '--slurm');
  assert.is(many.status, 1);
  assert.match(
    many.stderr,
    /^memspike: the array has 1,200 tasks with numbers up to 1199, but Slurm here takes numbers below 1001 /,
  );
});

const missing = lacking();
if (missing === undefined) {
  test.run();
} else {
  console.error(`This test needs a Slurm to start, and there is no ${missing}.`);
  process.exitCode = 1;
}
