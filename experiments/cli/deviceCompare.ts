import { availableParallelism } from 'node:os';
import { toUsageError, UserError } from '../../core/declare/errors.ts';
import { flag, integer, object, optional, text } from '../../core/declare/params.ts';
import { compareDevices, loadReviewDevices } from '../compare/compare.ts';
import { type ComparisonResult, meanOfKnown } from '../compare/compared.ts';
import { describeAssumedPulse, formatJoules } from '../look/energyText.ts';
import { pictureFileNames } from '../look/plots/write.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { quoteForShell } from '../output/quoteForShell.ts';
import { describeDifference, type Estimate } from '../statistics/estimate.ts';
import { mnistSchema } from '../training/unsupervised/config.ts';
import { parseDuration } from '../tune/budget.ts';
import { defineCommand, UsageError } from './command.ts';
import { resolveDevice } from './device.ts';
import { data, models, optionalText, progress, quiet, registerModels, textList } from './options.ts';
import { pictureOptions, usePictures } from './pictureOptions.ts';
import { printNextStep } from './terminal.ts';
import { WarningCollector } from './warnings.ts';

const { train, label, test, split } = mnistSchema.shape;

/** Prints the table of a comparison. */
function printComparison(compared: readonly ComparisonResult[]): void {
  const tunedHeadings = compared.some(({ tuned }) => tuned) ? ['with tuned recipe', 'gain'] : [];
  const toPoints = (difference: Estimate) => describeDifference(difference, 'points', 'not significantly different');
  const rows = compared.map((c, rank) => {
    const { energyPerImage, wornOut } = c.tuned ?? c;
    const energy = meanOfKnown(energyPerImage);
    return [
      c.name,
      `${meanOfKnown(c.accuracy)!.toFixed(2)} %`,
      ...(c.tuned ? [`${meanOfKnown(c.tuned.accuracy)!.toFixed(2)} %`, toPoints(c.gain!)] : []),
      rank === 0 ? '–' : toPoints(c.belowBest),
      energy === null ? '–' : `${formatJoules(energy)}${c.assumed ? `, ${describeAssumedPulse(c.assumed)}` : ''}`,
      `${(100 * meanOfKnown(wornOut)!).toFixed(1)} %`,
    ];
  });
  const heading = ['device', 'accuracy', ...tunedHeadings, 'difference from the best', 'energy per image', 'worn out'];
  console.log(formatColumns([heading, ...rows]));
}

export default defineCommand({
  positionals: object({
    names: textList('presets or device files; default: the 16 devices of Table 1 of the review'),
  }),
  options: object({
    out: text({ help: 'directory for the runs, the table (compare.csv, .arrows, .json) and the picture' }),
    neurons: integer({ default: 100, min: 1, max: 65535, help: 'number of output neurons' }),
    epochs: integer({ default: 1, min: 0, max: 1000, help: 'number of presentations of the training images' }),
    seeds: integer({ default: 3, min: 1, max: 1000, help: 'number of runs per device, with the seeds 1, 2, …' }),
    train,
    label,
    test,
    split,
    tune: flag({
      help: 'tune a recipe per device first (as device tune), and compare the common and the tuned recipe',
    }),
    budget: optionalText('approximate duration of the search per device, with --tune; default: 5m'),
    trials: optional(
      integer({ min: 1, max: 1000, help: 'number of candidates per device, with --tune, in place of --budget' }),
    ),
    models,
    data,
    workers: integer({ default: 1, min: 1, max: 256, help: 'number of concurrent runs; results do not depend on it' }),
    progress,
    quiet,
    ...pictureOptions,
  }),
  examples: [
    'device compare --out runs/compare',
    'device compare --tune --train 15000 --out runs/best',
    'device compare ag-ceo2-pt mine.yaml --seeds 1 --out runs/two',
  ],
  handler: async (args, { signal }) => {
    registerModels(args.models);
    usePictures(args);
    const { names, out, neurons, epochs, seeds, data, progress } = args;
    const settings = { neurons, epochs, train: args.train, label: args.label, test: args.test, split: args.split };
    const unused = args.tune ? undefined : (['budget', 'trials'] as const).find((key) => args[key] !== undefined);
    if (unused !== undefined) throw new UsageError(`device compare: --${unused} needs --tune.`);
    const budget = toUsageError(() => parseDuration(args.budget ?? '5m', 'device compare: --budget'), UserError);
    const warnings = new WarningCollector();
    const compared = await compareDevices({
      onWarnings: warnings.add,
      tune: args.tune
        ? { budget, trials: args.trials, models: args.models, say: (sentence) => console.log(sentence) }
        : undefined,
      devices: names.length > 0 ? names.map(resolveDevice) : loadReviewDevices(),
      settings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
      workers: Math.min(args.workers, 4 * availableParallelism()),
      seeds,
      data,
      out,
      progress,
      signal,
    });
    warnings.print(args);
    if (compared === null) {
      console.error(
        `Stopped; results so far are in ${out}. The same command resumes: memspike device compare … --out ${quoteForShell(out)}`,
      );
      return;
    }
    printComparison(compared);
    console.log(
      `\nIn ${out}: compare.csv, compare.arrows, compare.json, ${pictureFileNames('compare').join(', ')} and the runs, points/${args.tune ? '; recipes in tuned/' : ''}.`,
    );
    printNextStep('report', out);
  },
});
