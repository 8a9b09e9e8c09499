import { UserError } from '../../core/declare/errors.ts';
import { choice, flag, integer, number, object, optional, text } from '../../core/declare/params.ts';
import { formatCount } from '../../core/declare/show.ts';
import { formatCommand } from '../output/commandLine.ts';
import { type RunSweepOptions, runSweep, type SweepOutcome } from '../sweep/run.ts';
import { SEARCH_METHOD_NAMES, searchSweep } from '../sweep/search.ts';
import { defineCommand, UsageError } from './command.ts';
import { defineTextOption, jsonOption, progressOptions } from './options.ts';
import { printJson, printNextStep } from './terminal.ts';
import { collectWarnings } from './warnings.ts';

export const sweepPositionals = object({ directory: text({ help: 'sweep directory (written by sweep plan)' }) });

export const runOptions = {
  timeout: optional(
    number({
      min: 0,
      exclusiveMin: true,
      unit: 's',
      help: 'maximum duration of a run; a longer run counts as failed; default: no limit',
    }),
  ),
  checkpointEvery: optional(
    number({
      min: 0,
      exclusiveMin: true,
      help: 'interval between checkpoints: simulated time in ms (run), or number of training images (mnist)',
    }),
  ),
};

export const takeOverLocksOption = flag({
  help: 'also compute runs that other machines have locked; only safe if these machines have certainly stopped',
});

export const workerOptions = {
  workers: optional(
    integer({
      min: 1,
      max: 256,
      help: 'number of processes, each computing one run at a time; default: one per core; no effect on results',
    }),
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
    throw new UsageError(`sweep run: --shard is "${shard}", but must be i/n with i from 0 to n - 1, such as 0/4.`);
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
    index: optional(integer({ min: 0, help: 'index of the single run to compute' })),
    shard: defineTextOption('compute only part i of n of the runs: 0/4, 1/4, 2/4 or 3/4 of four parts'),
    search: optional(
      choice(SEARCH_METHOD_NAMES, {
        help: 'search method: halving (successive halving), direct (dividing rectangles) or random',
      }),
    ),
    metric: defineTextOption('metric that a search optimises; default: the first metric of the sweep'),
    lowest: flag({ help: 'search for the lowest value of the metric; default: the highest' }),
    points: optional(integer({ min: 1, help: 'maximum number of points that a search (direct, random) computes' })),
    resource: defineTextOption('parameter that halving increases for the best points; default: replicates'),
  }),
  examples: [
    'sweep run runs/sweep',
    'sweep run runs/sweep --workers 2 --timeout 3600',
    'sweep run runs/sweep --shard 0/4',
    'sweep run runs/sweep --search direct --points 30',
  ],
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
    const outcome = await collectWarnings(options, (onWarnings) => {
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
  examples: ['sweep retry runs/sweep', 'sweep retry runs/sweep --timeout 7200'],
  handler: async ({ directory, ...options }, { signal }) => {
    const outcome = await collectWarnings(options, (onWarnings) =>
      runSweep({ directory, ...options, retry: true, signal, onWarnings }),
    );
    if (!signal.aborted && !options.json && countRuns(outcome) === 0) {
      console.log(`No run of ${directory} has failed.`);
      return;
    }
    printSweepOutcome(outcome, directory, signal.aborted, options.json);
  },
});
