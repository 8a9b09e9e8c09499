import { join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { described, flag, integer, object, optional, text } from '../../core/declare/params.ts';
import { formatCount, show } from '../../core/declare/show.ts';
import { readJson } from '../logs/runJson.ts';
import { formatTime } from '../look/time.ts';
import { formatCommand } from '../output/commandLine.ts';
import { getSweepPaths, type Plan, readPlan, removeFailureRecords } from '../sweep/directory.ts';
import { planSweep } from '../sweep/planSweep.ts';
import { readSweepResults, requireMetrics } from '../sweep/results.ts';
import { type RunSweepOptions, runSweep, type SweepOutcome } from '../sweep/run.ts';
import { SEARCH_METHOD_NAMES, searchSweep } from '../sweep/search.ts';
import { createSlurmArray, getSlurmDirectory, slurmOptions, submitSlurmArray } from '../sweep/slurm.ts';
import { defineCommand, UsageError } from './command.ts';
import {
  defineChoiceOption,
  defineCountOption,
  definePositiveNumberOption,
  defineTextOption,
  jsonOption,
  progressOptions,
} from './options.ts';
import { printJson, printNextStep } from './terminal.ts';
import { printCollectedWarnings, printWarnings } from './warnings.ts';

/** Describes the numbers of points, replicates and runs of a planned sweep. */
export const describePlanSize = ({ points, replicates, runs }: Plan['facts']): string =>
  `${formatCount(points, 'point')} x ${formatCount(replicates, 'replicate')} = ${formatCount(runs, 'run')}`;

const costSchema = z.object({ wallSeconds: z.number(), peakRssBytes: z.number() });

export const planCommand = defineCommand({
  positionals: object({ file: text({ help: 'sweep file (YAML, JSON, or a module with a default export)' }) }),
  options: object({
    out: text({ help: 'directory for the plan and the results of the sweep' }),
    timed: described(z._default(z.boolean(), true), {
      description: 'compute the first run now, to estimate time and memory of the sweep; its result is kept',
    }),
    ...progressOptions,
    json: jsonOption,
  }),
  handler: async ({ file, out, timed, progress, quiet, json }, { signal }) => {
    const { facts } = await planSweep(file, out);
    const { points, replicates, runs } = facts;
    const print = json ? () => {} : console.log;
    print(`${describePlanSize(facts)}, planned in ${out}.`);
    if (timed) {
      const only = ({ index }: { readonly index: number }) => index === 0;
      const { doneCount: done, failed } = await printCollectedWarnings({ progress, quiet }, (onWarnings) =>
        runSweep({ directory: out, workers: 1, only, progress, signal, onWarnings }),
      );
      if (done > 0) {
        const { wallSeconds, peakRssBytes } = readJson(getSweepPaths(out).run(0), 'run.json', costSchema);
        print(
          `The first run took ${formatTime(1000 * wallSeconds, 2)} and ${Math.ceil(peakRssBytes / 2 ** 20)} MB; all are estimated to take ${formatTime(1000 * wallSeconds * runs, 2)} on one core.`,
        );
      } else if (failed.length > 0) {
        print(`The first run failed: ${failed[0]!.reason} (${join(out, 'points')} holds its log).`);
      }
    }
    if (signal.aborted) return;
    const collected = readSweepResults(out);
    requireMetrics(collected);
    if (!timed && collected.results.length === 0)
      printWarnings(
        [
          'The metrics are not checked, because --no-timed computes no run. `sweep collect` and `sweep plot` take other metrics with --metric.',
        ],
        { progress, quiet },
      );
    if (json) printJson({ directory: out, points, replicates, runs });
    else printNextStep('sweep', 'run', out);
  },
});

export const sweepPositionals = object({ directory: text({ help: 'sweep directory (written by sweep plan)' }) });

const runOptions = {
  timeout: definePositiveNumberOption(
    'maximum duration of a run; a longer run counts as failed; default: no limit',
    's',
  ),
  checkpointEvery: definePositiveNumberOption(
    'interval between checkpoints: simulated time in ms (run), or number of training images (mnist)',
  ),
};

const takeOverLocksOption = flag({
  help: 'also compute runs that other machines have locked; only safe if these machines have certainly stopped',
});

export const workerOptions = {
  workers: defineCountOption(
    'number of processes, each computing one run at a time; default: one per core; no effect on results',
    256,
  ),
  ...runOptions,
  takeOver: takeOverLocksOption,
  ...progressOptions,
  json: jsonOption,
};

function selectRuns(index: number | undefined, shard: string | undefined): RunSweepOptions['only'] {
  if (index !== undefined && shard !== undefined) throw new UsageError('sweep run: give --index or --shard, not both.');
  if (index !== undefined) return (runCommand) => runCommand.index === index;
  if (shard === undefined) return undefined;
  const [, part, parts] = (/^(\d{1,9})\/(\d{1,9})$/.exec(shard) ?? []).map(Number);
  if (part === undefined || !(part < parts!))
    throw new UsageError(`sweep run: --shard is ${show(shard)}, but must be i/n with i from 0 to n - 1, such as 0/4.`);
  return (run) => run.index % parts! === part;
}

const countRuns = ({ doneCount, failed, lockedRuns, unfinishedCount }: SweepOutcome): number =>
  doneCount + failed.length + lockedRuns.length + unfinishedCount;

/** Prints the outcome of a sweep and the next step for the user. @throws UserError if runs have failed */
export function printSweepOutcome(
  outcome: SweepOutcome,
  directory: string,
  isInterrupted: boolean,
  json: boolean,
): void {
  const { doneCount: done, failed, lockedRuns, unfinishedCount: unfinished } = outcome;
  if (isInterrupted) {
    console.error(
      `Stopped with ${formatCount(done, 'run')} done; results so far are in ${directory}. Resume with: ${formatCommand('sweep', 'run', directory)}`,
    );
    return;
  }
  const rest = [
    ...(unfinished > 0 ? [`${unfinished} not finished`] : []),
    ...(lockedRuns.length > 0 ? [`${lockedRuns.length} claimed by others (${lockedRuns[0]!.reason})`] : []),
  ];
  if (json) printJson({ directory, done, failed, lockedRuns, unfinished });
  else console.log(`${[`${formatCount(done, 'run')} done`, ...rest].join(', ')} in ${directory}.`);
  if (failed.length > 0) {
    const [first] = failed;
    throw new UserError(
      `${formatCount(failed.length, 'run')} failed, the first of them number ${first!.index}: ${first!.reason}; see ${formatCommand('sweep', 'status', directory)}, and compute them again with: ${formatCommand('sweep', 'retry', directory)}`,
    );
  }
  if (json) return;
  if (unfinished === 0 && lockedRuns.length === 0) printNextStep('sweep', 'plot', directory);
  else printNextStep('sweep', 'status', directory);
}

export const runCommand = defineCommand({
  positionals: sweepPositionals,
  options: object({
    ...workerOptions,
    index: optional(integer({ min: 0, help: 'index of the only run of the sweep to compute' })),
    shard: defineTextOption('compute only part i of n of the runs: 0/4, 1/4, 2/4 or 3/4 of four parts'),
    search: defineChoiceOption(
      SEARCH_METHOD_NAMES,
      'search method: halving (successive halving), direct (dividing rectangles) or random',
    ),
    metric: defineTextOption('metric that a search optimises; default: the first metric of the sweep'),
    lowest: flag({ help: 'search for the lowest value of the metric; default: the highest' }),
    points: defineCountOption('maximum number of points that a search (direct, random) computes'),
    resource: defineTextOption('parameter that halving increases for the best points; default: replicates'),
  }),
  handler: async ({ directory, index, shard, search, ...options }, { signal }) => {
    const only = selectRuns(index, shard);
    const { metric, lowest, points, resource } = options;
    const unused = Object.entries({ metric, points, resource, lowest: lowest || undefined }).find(
      ([, v]) => v !== undefined,
    );
    if (search === undefined && unused) throw new UsageError(`sweep run: --${unused[0]} applies only with --search.`);
    if (search !== undefined && only !== undefined)
      throw new UsageError(
        'sweep run: --search does not allow --index or --shard, because a search selects runs by all results.',
      );
    const outcome = await printCollectedWarnings(options, (onWarnings) => {
      const sweepOptions = { ...options, directory, signal, onWarnings };
      return search === undefined
        ? runSweep({ ...sweepOptions, only })
        : searchSweep({ ...sweepOptions, search, onStep: (step) => options.json || console.log(`${search}, ${step}`) });
    });
    if (index !== undefined && countRuns(outcome) === 0) throw new UserError(`${directory} has no run ${index}.`);
    printSweepOutcome(outcome, directory, signal.aborted, options.json);
  },
});

export const retryCommand = defineCommand({
  positionals: sweepPositionals,
  options: object(workerOptions),
  handler: async ({ directory, ...options }, { signal }) => {
    const outcome = await printCollectedWarnings(options, (onWarnings) =>
      runSweep({ directory, ...options, retry: true, signal, onWarnings }),
    );
    if (!signal.aborted && !options.json && countRuns(outcome) === 0) {
      console.log(`No run of ${directory} has failed.`);
      return;
    }
    printSweepOutcome(outcome, directory, signal.aborted, options.json);
  },
});

export const submitCommand = defineCommand({
  positionals: sweepPositionals,
  options: object({
    slurm: flag({ help: 'submit the sweep to Slurm as a job array (required)' }),
    ...slurmOptions,
    ...runOptions,
    takeOver: takeOverLocksOption,
    retry: flag({ help: 'submit failed runs again' }),
    dryRun: flag({ help: 'print the sbatch script without submitting it' }),
  }),
  handler: ({ directory, slurm, retry, dryRun, ...options }) => {
    if (!slurm) throw new UsageError('sweep submit: --slurm is missing; Slurm is the only supported batch system.');
    const plan = readPlan(directory);
    if (retry && !dryRun) removeFailureRecords(plan);
    const array = createSlurmArray(plan, options);
    if (dryRun) {
      console.log(array.script.trimEnd());
      return;
    }
    const job = submitSlurmArray(plan, array);
    console.log(
      `Submitted job ${job}: ${formatCount(array.runCount, 'run')} in ${formatCount(array.taskIndices.length, 'task')}; script and logs in ${getSlurmDirectory(directory)}.`,
    );
    printNextStep('sweep', 'status', directory);
  },
});
