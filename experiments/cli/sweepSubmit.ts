import * as z from 'zod/mini';
import { described, flag, integer, object, optional } from '../../core/declare/params.ts';
import { plural } from '../../core/declare/show.ts';
import { readPlan } from '../sweep/directory.ts';
import { createSlurmArray, slurmDirectory, submitArray } from '../sweep/slurm.ts';
import { forgetFailures } from '../sweep/status.ts';
import { command, UsageError } from './command.ts';
import { tellNext } from './next.ts';
import { directory, perRun, takeOver } from './sweepRun.ts';

/** A word for a line of an sbatch script, of the given form. */
const word = (help: string, form = /^[\w.,:+=@%-]+$/, what = 'a word') =>
  optional(described(z.string().check(z.regex(form, what)), { description: help }));

/** What sbatch takes as `--time`. */
const TIME = /^(\d+-)?\d+(:\d+){0,2}$|^(infinite|unlimited)$/i;

export default command({
  positionals: object({ directory }),
  options: object({
    slurm: flag({ help: 'to Slurm, as a job array' }),
    partition: word('partition of the tasks; default: that of the cluster'),
    time: word(
      'time limit of a task, as Slurm takes it: 30 (min), 4:00:00, 1-12; default: that of the partition',
      TIME,
      'a time limit of Slurm, such as 30, 4:00:00 or 1-12',
    ),
    mem: word('memory of a task, as Slurm takes it: 500M, 2G; default: that of the partition'),
    arrayParallelism: optional(integer({ min: 1, help: 'most tasks that run at a time; default: as many as fit' })),
    pointsPerJob: integer({ default: 1, min: 1, help: 'runs of a task, one after the other' }),
    workers: integer({ default: 1, min: 1, max: 256, help: 'processes, and so cores, of a task' }),
    ...perRun,
    takeOver,
    retry: flag({ help: 'submit the failed runs again too' }),
    dryRun: flag({ help: 'print the script and do nothing' }),
  }),
  examples: [
    'sweep submit runs/sweep --slurm --time 2:00:00 --mem 1G --checkpoint-every 5000',
    'sweep submit runs/sweep --slurm --points-per-job 20 --array-parallelism 50 --dry-run',
  ],
  handler: ({ directory, slurm, retry, dryRun, ...options }) => {
    if (!slurm) throw new UsageError('sweep submit: --slurm is missing; it is the one batch system to submit to.');
    const plan = readPlan(directory);
    if (retry && !dryRun) forgetFailures(plan);
    const array = createSlurmArray(plan, options);
    if (dryRun) {
      console.log(array.script.trimEnd());
      return;
    }
    const job = submitArray(plan, array);
    console.log(
      `Submitted job ${job}: ${plural(array.runCount, 'run')} in ${plural(array.tasks.length, 'task')}; script and logs in ${slurmDirectory(directory)}.`,
    );
    tellNext('how it stands', 'sweep', 'status', directory);
  },
});
