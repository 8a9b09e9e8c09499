import { UserError } from '../../core/declare/errors.ts';
import { choice, flag, integer, number, object, optional, text } from '../../core/declare/params.ts';
import { plural } from '../../core/declare/show.ts';
import { quoteForShell } from '../output/quoteForShell.ts';
import { type RunSweepOptions, runSweep, type SweepOutcome } from '../sweep/run.ts';
import { SEARCH_NAMES, searchSweep } from '../sweep/search/index.ts';
import { command, UsageError } from './command.ts';
import { tellNext } from './next.ts';
import { optionalText, progress, quiet } from './options.ts';
import { WarningCollector } from './warn.ts';

export const directory = text({ help: 'directory of the plan' });

/** What holds for each run, wherever it is computed. */
export const perRun = {
  timeout: optional(number({ min: 0, exclusiveMin: true, unit: 's', help: 'a run that takes longer has failed' })),
  checkpointEvery: optional(
    number({
      min: 0,
      exclusiveMin: true,
      help: 'simulated ms (run) or training images (mnist) between checkpoints',
    }),
  ),
};

export const takeOver = flag({
  help: 'compute also what other machines have claimed: only if it is certain that nothing runs there any more',
});

/** Options of every command that computes runs of a sweep. */
export const shared = {
  workers: optional(
    integer({
      min: 1,
      max: 256,
      help: 'runs at a time, each in a process; default: one a core; any number gives the same bits',
    }),
  ),
  ...perRun,
  takeOver,
  progress,
  quiet,
};

/** Which runs `--index` and `--shard` mean; undefined: all. */
function selection(index: number | undefined, shard: string | undefined): RunSweepOptions['only'] {
  if (index !== undefined && shard !== undefined)
    throw new UsageError('sweep run: --index and --shard exclude each other.');
  if (index !== undefined) return (run) => run.index === index;
  if (shard === undefined) return undefined;
  const [, part, parts] = (/^(\d{1,9})\/(\d{1,9})$/.exec(shard) ?? []).map(Number);
  if (part === undefined || !(part < parts!))
    throw new UsageError(`sweep run: --shard is "${shard}", but must be i/n with i from 0 to n - 1, such as 0/4.`);
  return (run) => run.index % parts! === part;
}

/** Tells how it ended. UserError if runs have failed. */
export function tell(
  { done, failed, elsewhere, unfinished }: SweepOutcome,
  directory: string,
  interrupted: boolean,
): void {
  const out = quoteForShell(directory);
  if (interrupted) {
    console.error(
      `Stopped with ${plural(done, 'run')} done; what was computed is in ${directory}. Go on with: memspike sweep run ${out}`,
    );
    return;
  }
  const rest = [
    ...(unfinished > 0 ? [`${unfinished} left for another time`] : []),
    ...(elsewhere.length > 0 ? [`${elsewhere.length} claimed by others (${elsewhere[0]!.reason})`] : []),
  ];
  console.log(`${[`${plural(done, 'run')} done`, ...rest].join(', ')} in ${directory}.`);
  if (failed.length > 0) {
    const [first] = failed;
    throw new UserError(
      `${plural(failed.length, 'run')} failed, the first of them number ${first!.index}: ${first!.reason}; see memspike sweep status ${out}, and run them again with: memspike sweep retry ${out}`,
    );
  }
  if (unfinished === 0 && elsewhere.length === 0) tellNext('look', 'sweep', 'plot', directory);
  else tellNext('how it stands', 'sweep', 'status', directory);
}

export const run = command({
  positionals: object({ directory }),
  options: object({
    ...shared,
    index: optional(integer({ min: 0, help: 'only the run of this number' })),
    shard: optionalText('only the runs of shard i of n: 0/4 to 3/4'),
    search: optional(
      choice(SEARCH_NAMES, {
        help: 'only the runs that a search asks for: the best points with ever more of a resource, dividing rectangles, or drawn points',
      }),
    ),
    metric: optionalText('by which a search chooses; default: the first of the sweep'),
    lowest: flag({ help: 'a search looks for the lowest value of its metric, not the highest' }),
    points: optional(integer({ min: 1, help: 'most points that a search (direct, random) computes' })),
    resource: optionalText('what halving gives more of to the best: a parameter; default: replicates'),
  }),
  examples: [
    'sweep run runs/sweep',
    'sweep run runs/sweep --workers 2 --timeout 3600',
    'sweep run runs/sweep --shard 0/4',
    'sweep run runs/sweep --search direct --points 30',
  ],
  handler: async ({ directory, index, shard, search, ...options }, { signal }) => {
    const only = selection(index, shard);
    const { metric, lowest, points, resource } = options;
    const idle = Object.entries({ metric, points, resource, lowest: lowest || undefined }).find(
      ([, v]) => v !== undefined,
    );
    if (search === undefined && idle) throw new UsageError(`sweep run: --${idle[0]} goes with --search.`);
    if (search !== undefined && only !== undefined)
      throw new UsageError('sweep run: --search excludes --index and --shard; what it computes next depends on all.');
    const warnings = new WarningCollector();
    const asked = { ...options, directory, signal, onWarnings: warnings.add };
    const outcome =
      search === undefined
        ? await runSweep({ ...asked, only })
        : await searchSweep({ ...asked, search, onStep: (told) => console.log(`${search}, ${told}`) });
    warnings.print(options);
    if (
      index !== undefined &&
      outcome.done + outcome.failed.length + outcome.elsewhere.length + outcome.unfinished === 0
    )
      throw new UserError(`${directory} has no run ${index}.`);
    tell(outcome, directory, signal.aborted);
  },
});

export const retry = command({
  positionals: object({ directory }),
  options: object(shared),
  examples: ['sweep retry runs/sweep', 'sweep retry runs/sweep --timeout 7200'],
  handler: async ({ directory, ...options }, { signal }) => {
    const warnings = new WarningCollector();
    const outcome = await runSweep({ directory, ...options, retry: true, signal, onWarnings: warnings.add });
    warnings.print(options);
    const { done, failed, elsewhere, unfinished } = outcome;
    if (!signal.aborted && done + failed.length + elsewhere.length + unfinished === 0) {
      console.log(`No run of ${directory} has failed.`);
      return;
    }
    tell(outcome, directory, signal.aborted);
  },
});
