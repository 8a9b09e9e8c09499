import { availableParallelism } from 'node:os';
import { flag, integer, object, text } from '../../core/declare/params.ts';
import { compareDevices, createDeviceLabels, loadReviewArticlePresets } from '../compare/compareDevices.ts';
import { compareNonIdealities } from '../compare/compareNonIdealities.ts';
import { averageNonNull, type ComparisonResult } from '../compare/rankDevices.ts';
import {
  describeAccuracyCosts,
  INTERIM_ANALYSIS_SEED_COUNTS,
  listAccuracyCostRows,
  listRankingRemarks,
  type NonIdealityRanking,
  SHORT_TRAINING_SETTINGS,
} from '../compare/rankNonIdealities.ts';
import { readJson } from '../logs/runJson.ts';
import { describeAssumedPulse, formatJoules } from '../look/energyText.ts';
import { listPictureFileNames } from '../look/plots/write.ts';
import { describeProvenance } from '../output/commandLine.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { describePairedDifference } from '../statistics/estimate.ts';
import { mnistSchema } from '../training/unsupervised/config.ts';
import { defineCommand } from './command.ts';
import { deviceArgument, resolveDevice } from './device.ts';
import {
  dataDirectoryOption,
  defineListOption,
  defineTextOption,
  jsonOption,
  modelModulesOption,
  progressOptions,
} from './options.ts';
import { pictureOptions } from './pictureOptions.ts';
import { printJson, printNextStep } from './terminal.ts';
import { printCollectedWarnings } from './warnings.ts';

const { train, label, test, split } = mnistSchema.shape;

/** Options of `device compare` and `device flaws`, shown after the training options. */
const commonOptions = {
  models: modelModulesOption,
  data: dataDirectoryOption,
  workers: integer({ default: 1, min: 1, max: 256, help: 'number of concurrent runs; no effect on results' }),
  ...progressOptions,
  json: jsonOption,
  ...pictureOptions,
};

/** Number of concurrent runs, limited to four per core. */
export const limitWorkers = (count: number): number => Math.min(count, 4 * availableParallelism());

const omitUndefined = (settings: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));

export const printStop = (out: string): void =>
  console.error(`Stopped; results so far are in ${out}. Resume with: ${describeProvenance().commandLine}`);

function printFiles(out: string, name: string): void {
  const pictures = listPictureFileNames(name).join(', ');
  console.log(`\nIn ${out}: ${name}.csv, ${name}.arrows, ${name}.json, ${pictures} and the runs, points/.`);
  printNextStep('report', out);
}

function printComparison(compared: readonly ComparisonResult[]): void {
  const rows = compared.map((c, rank) => {
    const energy = averageNonNull(c.energyPerImage);
    return [
      c.name,
      `${averageNonNull(c.accuracy)!.toFixed(2)} %`,
      rank === 0 ? '–' : describePairedDifference(c.belowBest, 'points', 'not significantly different'),
      energy === null ? '–' : `${formatJoules(energy)}${c.assumed ? `, ${describeAssumedPulse(c.assumed)}` : ''}`,
      `${(100 * averageNonNull(c.wornOut)!).toFixed(1)} %`,
    ];
  });
  const heading = ['device', 'accuracy', 'difference from the best', 'energy per image', 'worn out'];
  console.log(formatColumns([heading, ...rows]));
}

export const compareCommand = defineCommand({
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
    ...commonOptions,
  }),
  handler: async (args, { signal }) => {
    const { names, out, neurons, epochs, seeds, data, progress, train, label, test, split } = args;
    const compared = await printCollectedWarnings(args, (onWarnings) =>
      compareDevices({
        onWarnings,
        devices: names.length > 0 ? names.map(resolveDevice) : loadReviewArticlePresets(),
        mnistSettings: omitUndefined({ neurons, epochs, train, label, test, split }),
        workerCount: limitWorkers(args.workers),
        seeds,
        dataDirectory: data,
        outDirectory: out,
        progress,
        signal,
      }),
    );
    if (compared === null) return printStop(out);
    if (args.json) return printJson(readJson(out, 'compare.json'));
    printComparison(compared);
    printFiles(out, 'compare');
  },
});

function printRanking(name: string, ranking: NonIdealityRanking): void {
  const { seedCount, accuracy } = ranking;
  console.log(`${name}, ${seedCount} seeds: ${describeAccuracyCosts(ranking)}.\n`);
  console.log(formatColumns(listAccuracyCostRows(ranking)));
  console.log(
    `\nAccuracy of the device: ${accuracy.toFixed(1)} %. Each ± is half of a 95 % interval, corrected for ${INTERIM_ANALYSIS_SEED_COUNTS.length} looks.`,
  );
  for (const remark of listRankingRemarks(ranking)) console.log(remark);
}

export const flawsCommand = defineCommand({
  positionals: object({ name: deviceArgument }),
  options: object({
    out: defineTextOption(
      'directory for the runs, the table (flaws.csv, .arrows, .json) and the picture; default: runs/flaws-NAME',
    ),
    neurons: integer({
      default: SHORT_TRAINING_SETTINGS.neurons,
      min: 1,
      max: 65535,
      help: 'number of output neurons',
    }),
    epochs: integer({
      default: SHORT_TRAINING_SETTINGS.epochs,
      min: 0,
      max: 1000,
      help: 'number of passes over the training images',
    }),
    train: integer({ default: SHORT_TRAINING_SETTINGS.train, min: 1, help: 'number of training images' }),
    label,
    test: integer({ default: SHORT_TRAINING_SETTINGS.test, min: 1, help: 'number of test images' }),
    split,
    doubled: flag({ help: 'also train with each non-ideality doubled: twice the noise, half the levels or lifetime' }),
    ...commonOptions,
  }),
  handler: async (args, { signal }) => {
    const { name, neurons, epochs, train, label, test, split, data } = args;
    const device = resolveDevice(name);
    const out = args.out ?? `runs/flaws-${createDeviceLabels([name])[0]}`;
    const ranking = await printCollectedWarnings(args, (onWarnings) =>
      compareNonIdealities({
        onWarnings,
        device,
        mnistSettings: omitUndefined({ neurons, epochs, train, label, test, split }),
        hasDoubledVariants: args.doubled,
        workerCount: limitWorkers(args.workers),
        dataDirectory: data,
        outDirectory: out,
        progress: args.progress,
        signal,
      }),
    );
    if (ranking === null) return printStop(out);
    if (args.json) return printJson(readJson(out, 'flaws.json'));
    printRanking(device.about.structure ?? device.about.name ?? name, ranking);
    printFiles(out, 'flaws');
  },
});
