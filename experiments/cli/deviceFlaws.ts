import { availableParallelism } from 'node:os';
import { flag, integer, object } from '../../core/declare/params.ts';
import { createDeviceLabels } from '../compare/compare.ts';
import { compareFlaws } from '../compare/compareFlaws.ts';
import {
  describeFlaws,
  type FlawRanking,
  LOOK_SEED_COUNTS,
  listCostRows,
  listRemarks,
  SHORT_TRAINING,
} from '../compare/rankFlaws.ts';
import { readJson } from '../logs/runJson.ts';
import { listPictureFileNames } from '../look/plots/write.ts';
import { describeOrigin } from '../output/commandLine.ts';
import { formatColumns } from '../output/formatColumns.ts';
import { mnistSchema } from '../training/unsupervised/config.ts';
import { defineCommand } from './command.ts';
import { comparisonOptions } from './comparisonOptions.ts';
import { deviceParameter, resolveDevice } from './device.ts';
import { defineTextOption, registerModels } from './options.ts';
import { applyPictureOptions } from './pictureOptions.ts';
import { printJson, printNextStep } from './terminal.ts';
import { collectWarnings } from './warnings.ts';

const { label, split } = mnistSchema.shape;

function printRanking(name: string, ranking: FlawRanking): void {
  const { seedCount, accuracy } = ranking;
  console.log(`${name}, ${seedCount} seeds: ${describeFlaws(ranking)}.\n`);
  console.log(formatColumns(listCostRows(ranking)));
  console.log(
    `\nAccuracy of the device: ${accuracy.toFixed(1)} %. Each ± is half of a 95 % interval, corrected for ${LOOK_SEED_COUNTS.length} looks.`,
  );
  for (const remark of listRemarks(ranking)) console.log(remark);
}

export default defineCommand({
  positionals: object({ name: deviceParameter }),
  options: object({
    out: defineTextOption(
      'directory for the runs, the table (flaws.csv, .arrows, .json) and the picture; default: runs/flaws-NAME',
    ),
    neurons: integer({ default: SHORT_TRAINING.neurons, min: 1, max: 65535, help: 'number of output neurons' }),
    epochs: integer({
      default: SHORT_TRAINING.epochs,
      min: 0,
      max: 1000,
      help: 'number of passes over the training images',
    }),
    train: integer({ default: SHORT_TRAINING.train, min: 1, help: 'number of training images' }),
    label,
    test: integer({ default: SHORT_TRAINING.test, min: 1, help: 'number of test images' }),
    split,
    doubled: flag({ help: 'also train with each non-ideality doubled: twice the noise, half the levels or lifetime' }),
    ...comparisonOptions,
  }),
  examples: ['device flaws ag-hfox-pt', 'device flaws fitted/device.yaml --doubled --workers 2 --out runs/flaws'],
  handler: async (args, { signal }) => {
    registerModels(args.models);
    applyPictureOptions(args);
    const { name, neurons, epochs, train, label, test, split, data } = args;
    const device = resolveDevice(name);
    const out = args.out ?? `runs/flaws-${createDeviceLabels([name])[0]}`;
    const settings = { neurons, epochs, train, ...(label !== undefined && { label }), test, split };
    const ranking = await collectWarnings(args, (onWarnings) =>
      compareFlaws({
        onWarnings,
        device,
        settings,
        withDoubled: args.doubled,
        workerCount: Math.min(args.workers, 4 * availableParallelism()),
        dataDirectory: data,
        outDirectory: out,
        progress: args.progress,
        signal,
      }),
    );
    if (ranking === null) {
      console.error(`Stopped; results so far are in ${out}. Resume with: ${describeOrigin().commandLine}`);
      return;
    }
    if (args.json) return printJson(readJson(out, 'flaws.json'));
    printRanking(device.about.structure ?? device.about.name ?? name, ranking);
    console.log(
      `\nIn ${out}: flaws.csv, flaws.arrows, flaws.json, ${listPictureFileNames('flaws').join(', ')} and the runs, points/.`,
    );
    printNextStep('report', out);
  },
});
