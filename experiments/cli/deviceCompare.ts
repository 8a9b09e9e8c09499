import { availableParallelism } from 'node:os';
import { toUsageError, UserError } from '../../core/declare/errors.ts';
import { flag, integer, object, optional, text } from '../../core/declare/params.ts';
import { compareDevices, tableOfReview } from '../compare/compare.ts';
import { type Compared, meanOf } from '../compare/compared.ts';
import { describeAssumedPulse, formatJoules } from '../look/energyText.ts';
import { pictureFileNames } from '../look/plots/write.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { quoteForShell } from '../output/quoteForShell.ts';
import { describeDifference, type Estimate } from '../statistics/estimate.ts';
import { mnistSchema } from '../training/unsupervised/config.ts';
import { secondsOf } from '../tune/budget.ts';
import { command, UsageError } from './command.ts';
import { deviceNamed } from './device.ts';
import { data, models, optionalText, progress, quiet, registerModels, texts } from './options.ts';
import { pictureOptions, usePictures } from './pictureOptions.ts';
import { printNextStep } from './terminal.ts';
import { WarningCollector } from './warnings.ts';

const { train, label, test, split } = mnistSchema.shape;

function tell(compared: readonly Compared[]): void {
  const own = compared.some(({ tuned }) => tuned) ? ['with a recipe of its own', 'gain of it'] : [];
  const points = (difference: Estimate) => describeDifference(difference, 'points', 'not significantly different');
  const rows = compared.map((c, rank) => {
    const { energyPerImage, wornOut } = c.tuned ?? c;
    const energy = meanOf(energyPerImage);
    return [
      c.name,
      `${meanOf(c.accuracy)!.toFixed(2)} %`,
      ...(c.tuned ? [`${meanOf(c.tuned.accuracy)!.toFixed(2)} %`, points(c.gain!)] : []),
      rank === 0 ? '–' : points(c.belowBest),
      energy === null ? '–' : `${formatJoules(energy)}${c.assumed ? `, ${describeAssumedPulse(c.assumed)}` : ''}`,
      `${(100 * meanOf(wornOut)!).toFixed(1)} %`,
    ];
  });
  console.log(
    formatColumns([['device', 'accuracy', ...own, 'difference from the best', 'energy an image', 'worn out'], ...rows]),
  );
}

export default command({
  positionals: object({
    names: texts("presets or device files; default: the 16 of the review's Table 1"),
  }),
  options: object({
    out: text({ help: 'directory for the runs, the table (compare.csv, .arrows, .json) and the picture' }),
    neurons: integer({ default: 100, min: 1, max: 65535, help: 'output neurons' }),
    epochs: integer({ default: 1, min: 0, max: 1000, help: 'times that the training images are shown' }),
    seeds: integer({ default: 3, min: 1, max: 1000, help: 'runs of each device, with the seeds 1, 2, …' }),
    train,
    label,
    test,
    split,
    tune: flag({
      help: 'search a recipe for each device first (as device tune), and compare with it beside the common one',
    }),
    budget: optionalText('with --tune: about how long the search may take for each device; default 5m'),
    trials: optional(
      integer({ min: 1, max: 1000, help: 'with --tune: candidates for each device, however long they take' }),
    ),
    models,
    data,
    workers: integer({ default: 1, min: 1, max: 256, help: 'runs at a time; any number gives the same bits' }),
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
    const given = { neurons, epochs, train: args.train, label: args.label, test: args.test, split: args.split };
    const idle = args.tune ? undefined : (['budget', 'trials'] as const).find((key) => args[key] !== undefined);
    if (idle !== undefined) throw new UsageError(`device compare: --${idle} goes with --tune.`);
    const budget = toUsageError(() => secondsOf(args.budget ?? '5m', 'device compare: --budget'), UserError);
    const warnings = new WarningCollector();
    const compared = await compareDevices({
      onWarnings: warnings.add,
      tune: args.tune
        ? { budget, trials: args.trials, models: args.models, say: (sentence) => console.log(sentence) }
        : undefined,
      devices: names.length > 0 ? names.map(deviceNamed) : tableOfReview(),
      settings: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
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
        `Stopped; what is done lies in ${out}. The same command goes on: memspike device compare … --out ${quoteForShell(out)}`,
      );
      return;
    }
    tell(compared);
    console.log(
      `\nIn ${out}: compare.csv, compare.arrows, compare.json, ${pictureFileNames('compare').join(', ')} and the runs, points/${args.tune ? '; recipes in tuned/' : ''}.`,
    );
    printNextStep('report', out);
  },
});
