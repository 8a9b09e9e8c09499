import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { plural } from '../../core/declare/show.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { withFileErrors } from '../../core/log/fileError.ts';
import { quoted } from '../cli/quoted.ts';
import { ownDirectory } from '../output/directory.ts';
import { packagePath } from '../shipped.ts';
import { type Plan, requireVersion } from './directory.ts';
import { statesOf } from './status.ts';

const CLI = packagePath('dist/bundle/cli.js');
/** How long before its time limit a task is told to checkpoint, s. */
const WARNING = 120;

interface SlurmOptions {
  readonly partition?: string | undefined;
  /** Time limit of a task, as Slurm takes it. */
  readonly time?: string | undefined;
  /** Memory of a task, as Slurm takes it. */
  readonly mem?: string | undefined;
  /** Most tasks that run at a time. */
  readonly arrayParallelism?: number | undefined;
  /** Runs of a task. */
  readonly pointsPerJob: number;
  /** Processes, and so cores, of a task. */
  readonly workers: number;
  readonly timeout?: number | undefined;
  readonly checkpointEvery?: number | undefined;
  /** Whether the machines that have claimed runs are dead. */
  readonly takeOver: boolean;
}

/** Seconds of a time limit in Slurm's notation: MM, MM:SS, HH:MM:SS, D-HH, D-HH:MM, D-HH:MM:SS; NaN for another. */
function secondsOf(time: string): number {
  const [, days, clock] = /^(?:(\d+)-)?(\d+(?::\d+){0,2})$/.exec(time) ?? [];
  if (clock === undefined) return Number.NaN;
  const parts = clock.split(':').map(Number);
  // After days the first part is hours; of three parts too; else minutes.
  const [hours, minutes, seconds] = days !== undefined || parts.length === 3 ? parts : [0, ...parts];
  return ((Number(days ?? 0) * 24 + hours!) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
}

/** A job array: task i computes what is missing of shard i. */
interface SlurmArray {
  readonly script: string;
  /** Ascending. */
  readonly tasks: readonly number[];
  /** How many runs are missing. */
  readonly runs: number;
}

/** Where the script and what the tasks say is kept. */
export const slurmPlace = (directory: string): string => join(resolve(directory), 'slurm');

/** `0-3,7` */
function ranges(numbers: readonly number[]): string {
  const found: [first: number, last: number][] = [];
  for (const n of numbers) {
    const open = found.at(-1);
    if (open?.[1] === n - 1) open[1] = n;
    else found.push([n, n]);
  }
  return found.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

/**
 * The array for the runs of a plan that are missing. A task that is told that its time ends (USR1) checkpoints, exits
 * with status 75 and queues itself again; one that is preempted, or whose node failed, is queued again by Slurm.
 */
export function slurmArray(plan: Plan, o: SlurmOptions): SlurmArray {
  requireVersion(plan);
  if (o.time !== undefined && secondsOf(o.time) <= 2 * WARNING)
    throw new UserError(
      `a task is told to checkpoint ${WARNING} s before its time limit, which is ${o.time}, but must be above ${(2 * WARNING) / 60} min for it to get on.`,
    );
  const states = statesOf(plan);
  const missing = plan.runs.filter(({ index }) => {
    const { state } = states[index]!;
    return state === 'missing' || (o.takeOver && state === 'running');
  });
  if (missing.length === 0) {
    const failed = states.filter(({ state }) => state === 'failed').length;
    const hint = failed > 0 ? `; ${plural(failed, 'run')} failed, which --retry submits again` : '';
    throw new UserError(`${plan.directory} has no run that is missing${hint}.`);
  }
  const shards = Math.ceil(plan.runs.length / o.pointsPerJob);
  const tasks = [...new Set(missing.map(({ index }) => index % shards))].sort((a, b) => a - b);
  return { script: scriptOf(resolve(plan.directory), tasks, shards, o), tasks, runs: missing.length };
}

function scriptOf(directory: string, tasks: readonly number[], shards: number, o: SlurmOptions): string {
  const output = join(slurmPlace(directory), '%A_%a.log');
  const settings = {
    'job-name': `sweep-${basename(directory)}`.replaceAll(/[^\w.-]/g, '-'),
    array: `${ranges(tasks)}${o.arrayParallelism === undefined ? '' : `%${o.arrayParallelism}`}`,
    partition: o.partition,
    time: o.time,
    mem: o.mem,
    ntasks: 1,
    'cpus-per-task': o.workers,
    signal: `B:USR1@${WARNING}`,
    'open-mode': 'append',
    output: /\s/.test(output) ? `"${output}"` : output, // sbatch splits its lines at blanks
  };
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const call = [
    ...[process.execPath, CLI, 'sweep', 'run', directory].map(quoted),
    `--shard "$SLURM_ARRAY_TASK_ID/${shards}"`,
    `--workers ${o.workers}`,
    '--progress none',
    ...(o.timeout === undefined ? [] : [`--timeout ${o.timeout}`]),
    ...(o.checkpointEvery === undefined ? [] : [`--checkpoint-every ${o.checkpointEvery}`]),
    // Queued again, a task runs nowhere else any more: what it had claimed on another node is free.
    o.takeOver ? '--take-over' : `\${SLURM_RESTART_COUNT:+--take-over}`,
  ].join(' ');
  return `#!/bin/bash
${given.map(([name, value]) => `#SBATCH --${name}=${value}`).join('\n')}
#SBATCH --requeue

${call} &
run=$!
again=
# Slurm sends TERM to every process of a task, and this USR1 to its shell alone.
trap : TERM
trap 'again=yes; kill -USR1 "$run"' USR1
while wait "$run"; status=$?; kill -0 "$run" 2> /dev/null; do :; done
if [ "$status" -eq 75 ] && [ -n "$again" ]; then scontrol requeue "$SLURM_JOB_ID"; fi
exit "$status"
`;
}

/** Of what squeue says on a busy cluster, bytes. */
const MOST_OUTPUT = 100e6;

/** Calls a program of Slurm. UserError with what it says if it fails. */
function slurm(program: string, ...words: string[]): string {
  const { error, status, stdout, stderr } = spawnSync(program, words, { encoding: 'utf8', maxBuffer: MOST_OUTPUT });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new UserError(`${program} is not on this machine: submit where Slurm is, or read the script with --dry-run.`);
  if (status !== 0)
    throw new UserError(`${program} failed: ${(error?.message ?? stderr).trim().replaceAll(/\s*\n\s*/g, '; ')}`);
  return stdout.trim();
}

/** Submits an array; its script is kept beside the logs of its tasks. @returns the id of the job. */
export function submitArray({ directory }: Plan, { script, tasks }: SlurmArray): string {
  const place = slurmPlace(directory);
  const [file, record] = [join(place, 'array.sh'), join(place, 'job')];
  refuseSecond(directory, record);
  const most = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(slurm('scontrol', 'show', 'config'))?.[1]);
  const last = tasks.at(-1)!;
  if (last >= most)
    throw new UserError(
      `the array has ${plural(tasks.length, 'task')} with numbers up to ${last}, but this Slurm takes numbers below ${most} (MaxArraySize); give each task more runs with --points-per-job.`,
    );
  ownDirectory(place);
  writeFileAtomic(file, script);
  const job = slurm('sbatch', '--parsable', file).split(';')[0]!; // ID;CLUSTER where there are several
  writeFileAtomic(record, `${job}\n`);
  return job;
}

/** Two arrays on one sweep would take each other's runs for those of a node that failed. */
function refuseSecond(directory: string, record: string): void {
  if (!existsSync(record)) return;
  const job = withFileErrors('read', record, () => readFileSync(record, 'utf8')).trim();
  const queued = slurm('squeue', '--noheader', '--format=%F').split('\n'); // %F: the job of an array's task
  if (queued.some((id) => id.trim() === job))
    throw new UserError(
      `job ${job} of ${directory} is still queued or running; wait for it, or end it with: scancel ${job}`,
    );
}
