import * as z from 'zod/mini';
import { described, flag, integer, object, optional } from '../../core/declare/params.ts';
import { formatCount } from '../../core/declare/show.ts';
import { readPlan, removeFailureRecords } from '../sweep/directory.ts';
import { createSlurmArray, getSlurmDirectory, submitArray } from '../sweep/slurm.ts';
import { defineCommand, UsageError } from './command.ts';
import { runOptions, sweepPositionals, takeOverLocksOption } from './sweepRun.ts';
import { printNextStep } from './terminal.ts';

/**
 * Option that is passed to `sbatch`.
 * @param pattern allowed values
 * @param allowed description of these values for errors
 */
const defineSbatchOption = (help: string, pattern = /^[\w.,:+=@%-]+$/, allowed = 'a word') =>
  optional(described(z.string().check(z.regex(pattern, allowed)), { description: help }));

const TIME_LIMIT = /^(\d+-)?\d+(:\d+){0,2}$|^(infinite|unlimited)$/i;

export default defineCommand({
  positionals: sweepPositionals,
  options: object({
    slurm: flag({ help: 'submit the sweep to Slurm as a job array (required)' }),
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
    ...runOptions,
    takeOver: takeOverLocksOption,
    retry: flag({ help: 'submit failed runs again' }),
    dryRun: flag({ help: 'print the sbatch script without submitting it' }),
  }),
  examples: [
    'sweep submit runs/sweep --slurm --time 2:00:00 --mem 1G --checkpoint-every 5000',
    'sweep submit runs/sweep --slurm --points-per-job 20 --array-parallelism 50 --dry-run',
  ],
  handler: ({ directory, slurm, retry, dryRun, ...options }) => {
    if (!slurm) throw new UsageError('sweep submit: --slurm is missing; Slurm is the only supported batch system.');
    const plan = readPlan(directory);
    if (retry && !dryRun) removeFailureRecords(plan);
    const array = createSlurmArray(plan, options);
    if (dryRun) {
      console.log(array.script.trimEnd());
      return;
    }
    const job = submitArray(plan, array);
    console.log(
      `Submitted job ${job}: ${formatCount(array.runCount, 'run')} in ${formatCount(array.taskIndices.length, 'task')}; script and logs in ${getSlurmDirectory(directory)}.`,
    );
    printNextStep('sweep', 'status', directory);
  },
});
