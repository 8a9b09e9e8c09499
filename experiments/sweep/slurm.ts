import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { described, integer, optional } from '../../core/declare/params.ts';
import { formatCount } from '../../core/declare/show.ts';
import { writeFileAtomic } from '../../core/log/file.ts';
import { withFileErrors } from '../../core/log/fileError.ts';
import { quoteForShell } from '../output/commandLine.ts';
import { makeSubdirectory } from '../output/directory.ts';
import { resolvePackagePath } from '../shipped.ts';
import { type Plan, readRunStates, requireSameVersion } from './directory.ts';
import type { RunSweepOptions } from './run.ts';

const CLI = resolvePackagePath('dist/bundle/cli.js');
/** Time between the signal to save a checkpoint and the time limit of a task, s. */
const CHECKPOINT_WARNING_SECONDS = 120;
const MAX_OUTPUT_BYTES = 100e6; // of squeue on a busy cluster

/** Option that is passed to `sbatch`. @param pattern allowed values @param allowed description of the allowed values for errors */
const defineSbatchOption = (help: string, pattern = /^[\w.,:+=@%-]+$/, allowed = 'a word') =>
  optional(described(z.string().check(z.regex(pattern, allowed)), { description: help }));

const TIME_LIMIT = /^(\d+-)?\d+(:\d+){0,2}$|^(infinite|unlimited)$/i;

export const slurmOptions = {
  partition: defineSbatchOption('partition of the tasks; default: the default partition of the cluster'),
  time: defineSbatchOption(
    'time limit of a task in the format of Slurm: 30 (min), 4:00:00, 1-12; default: the limit of the partition',
    TIME_LIMIT,
    'a time limit of Slurm, such as 30, 4:00:00 or 1-12',
  ),
  mem: defineSbatchOption('memory of a task in the format of Slurm: 500M, 2G; default: the default of the partition'),
  arrayParallelism: optional(integer({ min: 1, help: 'maximum number of simultaneous tasks; default: no limit' })),
  pointsPerJob: integer({ default: 1, min: 1, help: 'number of runs per task, computed in sequence' }),
  workers: integer({ default: 1, min: 1, max: 256, help: 'number of processes (and cores) per task' }),
};
type SlurmOptions = z.output<z.ZodMiniObject<typeof slurmOptions>> &
  Pick<RunSweepOptions, 'timeout' | 'checkpointEvery' | 'takeOver'>;

/** Converts a Slurm time limit (MM, MM:SS, HH:MM:SS, D-HH, D-HH:MM, D-HH:MM:SS) to seconds; NaN if malformed. */
function parseTimeLimit(time: string) {
  const [, days, clock] = /^(?:(\d+)-)?(\d+(?::\d+){0,2})$/.exec(time) ?? [];
  if (clock === undefined) return Number.NaN;
  const parts = clock.split(':').map(Number);
  const [hours, minutes, seconds] = days !== undefined || parts.length === 3 ? parts : [0, ...parts];
  return ((Number(days ?? 0) * 24 + hours!) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
}

export const getSlurmDirectory = (directory: string) => join(resolve(directory), 'slurm');

/** Formats ascending numbers as ranges in Slurm's notation: `0-3,7`. */
function formatRanges(numbers: readonly number[]) {
  const found: [first: number, last: number][] = [];
  for (const n of numbers) {
    const open = found.at(-1);
    if (open?.[1] === n - 1) open[1] = n;
    else found.push([n, n]);
  }
  return found.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(',');
}

/**
 * Creates the job array for the missing runs of a plan; task i computes the runs of shard i. At the signal USR1 before its time limit, a task saves a
 * checkpoint, exits with status 75 and requeues itself. Slurm also requeues preempted tasks and tasks of failed nodes.
 */
export function createSlurmArray(plan: Plan, o: SlurmOptions) {
  requireSameVersion(plan);
  if (o.time !== undefined && parseTimeLimit(o.time) <= 2 * CHECKPOINT_WARNING_SECONDS)
    throw new UserError(
      `--time is ${o.time}, but must be above ${(2 * CHECKPOINT_WARNING_SECONDS) / 60} min: a task saves its checkpoint ${CHECKPOINT_WARNING_SECONDS} s before its time limit.`,
    );
  const states = readRunStates(plan);
  const missing = plan.runs.filter(({ index }) => {
    const { state } = states[index]!;
    return state === 'missing' || (o.takeOver && state === 'running');
  });
  if (missing.length === 0) {
    const failed = states.filter(({ state }) => state === 'failed').length;
    const hint = failed > 0 ? `; ${formatCount(failed, 'run')} failed, which --retry submits again` : '';
    throw new UserError(`${plan.directory} has no missing runs${hint}.`);
  }
  const shards = Math.ceil(plan.runs.length / o.pointsPerJob);
  const tasks = [...new Set(missing.map(({ index }) => index % shards))].sort((a, b) => a - b);
  return {
    script: formatScript(resolve(plan.directory), tasks, shards, o),
    taskIndices: tasks,
    runCount: missing.length,
  };
}

function formatScript(directory: string, tasks: readonly number[], shards: number, o: SlurmOptions) {
  const output = join(getSlurmDirectory(directory), '%A_%a.log');
  const settings = {
    'job-name': `sweep-${basename(directory)}`.replaceAll(/[^\w.-]/g, '-'),
    array: `${formatRanges(tasks)}${o.arrayParallelism === undefined ? '' : `%${o.arrayParallelism}`}`,
    partition: o.partition,
    time: o.time,
    mem: o.mem,
    ntasks: 1,
    'cpus-per-task': o.workers,
    signal: `B:USR1@${CHECKPOINT_WARNING_SECONDS}`,
    'open-mode': 'append',
    output: /\s/.test(output) ? `"${output}"` : output, // sbatch splits its lines at blanks
  };
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  const call = [
    ...[process.execPath, CLI, 'sweep', 'run', directory].map(quoteForShell),
    `--shard "$SLURM_ARRAY_TASK_ID/${shards}"`,
    `--workers ${o.workers}`,
    '--progress none',
    ...(o.timeout === undefined ? [] : [`--timeout ${o.timeout}`]),
    ...(o.checkpointEvery === undefined ? [] : [`--checkpoint-every ${o.checkpointEvery}`]),
    // A requeued task no longer runs on its previous node, so the locks that it left there are stale.
    o.takeOver ? '--take-over' : `\${SLURM_RESTART_COUNT:+--take-over}`,
  ].join(' ');
  return `#!/bin/bash
${given.map(([name, value]) => `#SBATCH --${name}=${value}`).join('\n')}
#SBATCH --requeue

${call} &
run=$!
again=
# Slurm sends TERM to every process of a task, and this USR1 to its shell only.
trap : TERM
trap 'again=yes; kill -USR1 "$run"' USR1
while wait "$run"; status=$?; kill -0 "$run" 2> /dev/null; do :; done
if [ "$status" -eq 75 ] && [ -n "$again" ]; then scontrol requeue "$SLURM_JOB_ID"; fi
exit "$status"
`;
}

function runSlurmProgram(program: string, ...words: string[]) {
  const { error, status, stdout, stderr } = spawnSync(program, words, {
    encoding: 'utf8',
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
    throw new UserError(
      `${program} is not on this machine: submit on a machine with Slurm, or print the script with --dry-run.`,
    );
  if (status !== 0)
    throw new UserError(`${program} failed: ${(error?.message ?? stderr).trim().replaceAll(/\s*\n\s*/g, '; ')}`);
  return stdout.trim();
}

export function submitSlurmArray({ directory }: Plan, { script, taskIndices }: ReturnType<typeof createSlurmArray>) {
  const place = getSlurmDirectory(directory);
  const [file, record] = [join(place, 'array.sh'), join(place, 'job')];
  requireNoQueuedJob(directory, record);
  const limit = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(runSlurmProgram('scontrol', 'show', 'config'))?.[1]);
  const last = taskIndices.at(-1)!;
  if (last >= limit)
    throw new UserError(
      `the array has ${formatCount(taskIndices.length, 'task')} with numbers up to ${last}, but Slurm here takes numbers below ${limit} (MaxArraySize); use more runs per task: --points-per-job.`,
    );
  makeSubdirectory(place);
  writeFileAtomic(file, script);
  const job = runSlurmProgram('sbatch', '--parsable', file).split(';')[0]!; // ID;CLUSTER if there are several clusters
  writeFileAtomic(record, `${job}\n`);
  return job;
}

/** Rejects a second job array of the sweep, because two arrays would take over each other's locks. */
function requireNoQueuedJob(directory: string, record: string) {
  if (!existsSync(record)) return;
  const job = withFileErrors('read', record, () => readFileSync(record, 'utf8')).trim();
  const queued = runSlurmProgram('squeue', '--noheader', '--format=%F').split('\n'); // %F: job of an array task
  if (queued.some((id) => id.trim() === job))
    throw new UserError(
      `job ${job} of ${directory} is still queued or running; wait for it, or cancel it: scancel ${job}`,
    );
}
