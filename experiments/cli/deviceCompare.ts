import { availableParallelism } from 'node:os';
import { integer, object, text } from '../../core/declare/params.ts';
import { compareDevices, loadReviewDevices } from '../compare/compare.ts';
import { averageNonNull, type ComparisonResult } from '../compare/rankDevices.ts';
import { readJson } from '../logs/runJson.ts';
import { describeAssumedPulse, formatJoules } from '../look/energyText.ts';
import { listPictureFileNames } from '../look/plots/write.ts';
import { quoteForShell } from '../output/commandLine.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { describeDifference } from '../statistics/estimate.ts';
import { mnistSchema } from '../training/unsupervised/config.ts';
import { defineCommand } from './command.ts';
import { comparisonOptions } from './comparisonOptions.ts';
import { resolveDevice } from './device.ts';
import { defineListOption, registerModels } from './options.ts';
import { applyPictureOptions } from './pictureOptions.ts';
import { printJson, printNextStep } from './terminal.ts';
import { collectWarnings } from './warnings.ts';

const { train, label, test, split } = mnistSchema.shape;

function printComparison(compared: readonly ComparisonResult[]): void {
  const rows = compared.map((c, rank) => {
    const energy = averageNonNull(c.energyPerImage);
    return [
      c.name,
      `${averageNonNull(c.accuracy)!.toFixed(2)} %`,
      rank === 0 ? '–' : describeDifference(c.belowBest, 'points', 'not significantly different'),
      energy === null ? '–' : `${formatJoules(energy)}${c.assumed ? `, ${describeAssumedPulse(c.assumed)}` : ''}`,
      `${(100 * averageNonNull(c.wornOut)!).toFixed(1)} %`,
    ];
  });
  const heading = ['device', 'accuracy', 'difference from the best', 'energy per image', 'worn out'];
  console.log(formatColumns([heading, ...rows]));
}

export default defineCommand({
  positionals: object({
    names: defineListOption('presets or device files; default: the 16 devices of Table 1 of the review'),
  }),
  options: object({
    out: text({ help: 'directory for the runs, the table (compare.csv, .arrows, .json) and the picture' }),
    neurons: integer({ default: 100, min: 1, max: 65535, help: 'number of output neurons' }),
    epochs: integer({ default: 1, min: 0, max: 1000, help: 'number of passes over the training images' }),
    seeds: integer({ default: 3, min: 1, max: 1000, help: 'number of runs per device, with the seeds 1, 2, …' }),
    train,
    label,
    test,
    split,
    ...comparisonOptions,
  }),
  examples: ['device compare --out runs/compare', 'device compare ag-ceo2-pt mine.yaml --seeds 1 --out runs/two'],
  handler: async (args, { signal }) => {
    registerModels(args.models);
    applyPictureOptions(args);
    const { names, out, neurons, epochs, seeds, data, progress, train, label, test, split } = args;
    const settings = { neurons, epochs, train, label, test, split };
    const compared = await collectWarnings(args, (onWarnings) =>
      compareDevices({
        onWarnings,
        devices: names.length > 0 ? names.map(resolveDevice) : loadReviewDevices(),
        settings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
        workerCount: Math.min(args.workers, 4 * availableParallelism()),
        seeds,
        dataDirectory: data,
        outDirectory: out,
        progress,
        signal,
      }),
    );
    if (compared === null) {
      console.error(
        `Stopped; results so far are in ${out}. The same command resumes: memspike device compare … --out ${quoteForShell(out)}`,
      );
      return;
    }
    if (args.json) return printJson(readJson(out, 'compare.json'));
    printComparison(compared);
    console.log(
      `\nIn ${out}: compare.csv, compare.arrows, compare.json, ${listPictureFileNames('compare').join(', ')} and the runs, points/.`,
    );
    printNextStep('report', out);
  },
});
