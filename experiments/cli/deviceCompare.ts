import { availableParallelism } from 'node:os';
import { integer, object, text } from '../../core/declare/params.ts';
import { compareDevices, tableOfReview } from '../devices/compare/compare.ts';
import { type Compared, meanOf } from '../devices/compare/compared.ts';
import { assumedText, joulesText } from '../devices/energy/scale.ts';
import { pictureFiles } from '../look/plots/write.ts';
import { mnistSchema } from '../mnist/config.ts';
import { columns } from './columns.ts';
import { command } from './command.ts';
import { deviceNamed } from './device.ts';
import { know, models } from './models.ts';
import { tellNext } from './next.ts';
import { data, kernels, progress, texts } from './options.ts';
import { pictureOptions, usePictures } from './pictureOptions.ts';
import { quoted } from './quoted.ts';

const { train, label, test, split } = mnistSchema.shape;

function tell(compared: readonly Compared[]): void {
  const rows = compared
    .toSorted((a, b) => meanOf(b.accuracy)! - meanOf(a.accuracy)!)
    .map((c) => {
      const energy = meanOf(c.energyPerImage);
      return [
        c.name,
        `${meanOf(c.accuracy)!.toFixed(2)} %`,
        energy === null ? '–' : `${joulesText(energy)}${c.assumed ? `, ${assumedText(c.assumed)}` : ''}`,
        `${(100 * meanOf(c.wornOut)!).toFixed(1)} %`,
      ];
    });
  console.log(columns([['device', 'accuracy', 'energy an image', 'worn out'], ...rows]));
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
    models,
    data,
    workers: integer({ default: 1, min: 1, max: 256, help: 'runs at a time; any number gives the same bits' }),
    kernels,
    progress,
    ...pictureOptions,
  }),
  examples: ['device compare --out runs/compare', 'device compare ag-ceo2-pt mine.yaml --seeds 1 --out runs/two'],
  handler: async (args, { signal }) => {
    know(args.models);
    usePictures(args);
    const { names, out, neurons, epochs, seeds, data, kernels, progress } = args;
    const given = { neurons, epochs, train: args.train, label: args.label, test: args.test, split: args.split };
    const compared = await compareDevices({
      devices: names.length > 0 ? names.map(deviceNamed) : tableOfReview(),
      settings: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      workers: Math.min(args.workers, 4 * availableParallelism()),
      ...{ seeds, data, out, kernels, progress, signal },
    });
    if (compared === null) {
      console.error(
        `Stopped; what is done lies in ${out}. The same command goes on: memspike device compare … --out ${quoted(out)}`,
      );
      return;
    }
    tell(compared);
    console.log(
      `\nIn ${out}: compare.csv, compare.arrows, compare.json, ${pictureFiles('compare').join(', ')} and the runs, points/.`,
    );
    tellNext('look', 'report', out);
  },
});
