import { extname, join, resolve, sep } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { validate } from '../../core/declare/validate.ts';
import { loadMnist, readMnistImageCounts } from '../data/mnist.ts';
import { createTableColumn } from '../devices/characterise/measurementReport.ts';
import { type LoadedDevice, loadDevice, presetNames } from '../devices/load.ts';
import { assumedPulseSchema, readJson } from '../logs/runJson.ts';
import { writeResultPicture } from '../look/plots/write.ts';
import { makeDirectory } from '../output/directory.ts';
import { ResultDirectory } from '../output/results.ts';
import { identifyDataSet } from '../training/dataOrigin.ts';
import { addDefaultSettings, mnistSchema, resolveMnistConfig } from '../training/unsupervised/config.ts';
import { type ComparisonResult, rankDevices } from './rankDevices.ts';
import { renderComparison } from './renderComparison.ts';
import { type DeviceTraining, type RunTrainingsOptions, runTrainings } from './trainings.ts';

export interface DeviceComparisonOptions extends RunTrainingsOptions {
  readonly devices: readonly LoadedDevice[];
  /** MNIST settings that all devices share, without `seed` and `device`. */
  readonly mnistSettings: Readonly<Record<string, unknown>>;
  readonly seeds: number;
  readonly outDirectory: string;
}

/** Loads the presets that quote at least one value from Table 1 of the review article. */
export const loadReviewArticlePresets = (): LoadedDevice[] =>
  presetNames()
    .map(loadDevice)
    .filter(({ quoted }) =>
      quoted.some(({ parameter, reference }) => /^about\.table\./.test(parameter) && /Table 1/.test(reference)),
    );

function listRuns(
  { devices, mnistSettings: settings, seeds, outDirectory, dataDirectory }: DeviceComparisonOptions,
  labels: readonly string[],
): DeviceTraining[] {
  const sizes = readMnistImageCounts(dataDirectory);
  return devices.flatMap((device, d) =>
    Array.from({ length: seeds }, (_, i) => {
      const seed = i + 1;
      const completed = addDefaultSettings({ ...settings, seed }, device, sizes);
      const config = resolveMnistConfig(validate(mnistSchema, completed, `mnist on ${device.name}`), sizes);
      return {
        deviceLabel: device.name,
        config,
        runDirectory: join(outDirectory, 'points', `${labels[d]!}-seed${seed}`),
      };
    }),
  );
}

/** Trains and tests the MNIST network on each device with each seed; skips finished runs. Returns null if interrupted. */
export function compareDevices(o: DeviceComparisonOptions): Promise<ComparisonResult[] | null> {
  const directory = new ResultDirectory(o.outDirectory, {
    command: 'device compare',
    markFile: 'compare.json',
    unfinishedFiles: ['points'],
  });
  return directory.runLocked(async () => {
    const labels = createDeviceLabels(o.devices.map(({ name }) => name));
    const data = identifyDataSet(loadMnist(o.dataDirectory), o.dataDirectory);
    const points = listRuns(o, labels);
    makeDirectory(join(o.outDirectory, 'points'));
    const isFinished = await runTrainings(points, data, 'comparing', o);
    return isFinished ? writeComparison(directory, o, points) : null;
  });
}

const comparedRunSchema = z.looseObject({
  accuracy: z.looseObject({ logProbability: z.number() }),
  energy: z.looseObject({
    perImage: z.nullable(z.number()),
    assumed: assumedPulseSchema,
    counts: z.looseObject({ devices: z.number(), wornOut: z.number() }),
  }),
});

function writeComparison(
  directory: ResultDirectory,
  { devices, mnistSettings: settings, seeds }: DeviceComparisonOptions,
  points: readonly DeviceTraining[],
): ComparisonResult[] {
  const measuredDevices = devices.map((device, d) => {
    const own = points.slice(d * seeds, (d + 1) * seeds);
    const runs = own.map((p) => readJson(p.runDirectory, 'run.json', comparedRunSchema));
    const { structure, name, table } = device.about;
    return {
      name: device.name,
      structure: structure ?? name ?? null,
      onOffRatio: table.onOffRatio ?? null,
      endurance: table.endurance ?? null,
      accuracy: runs.map((r) => r.accuracy.logProbability),
      energyPerImage: runs.map((r) => r.energy.perImage),
      wornOut: runs.map((r) => r.energy.counts.wornOut / r.energy.counts.devices),
      ...(runs[0]?.energy.assumed && { assumed: runs[0].energy.assumed }),
    };
  });
  const compared = rankDevices(measuredDevices);
  const rows = compared.flatMap((one, d) => one.accuracy.map((accuracy, s) => ({ ...one, accuracy, d, s })));
  const columnOf = (unit: string, read: (row: (typeof rows)[number]) => number | null | undefined) => {
    const values = rows.map((row) => read(row) ?? Number.NaN);
    return createTableColumn(unit, values);
  };
  const columns = {
    device: { ...columnOf('', ({ d }) => d), type: 'uint32', valueNames: compared.map(({ name }) => name) } as const,
    seed: { ...columnOf('', ({ s }) => s + 1), type: 'uint32' } as const,
    accuracy: columnOf('%', ({ accuracy }) => accuracy),
    energyPerImage: columnOf('J', ({ energyPerImage, s }) => energyPerImage[s]),
    assumedVoltage: columnOf('V', ({ assumed }) => assumed?.voltage),
    assumedTime: columnOf('s', ({ assumed }) => assumed?.time),
    wornOut: columnOf('', ({ wornOut, s }) => wornOut[s]),
  };
  directory.writeTables('compare', { columns }, {});
  const { neurons, epochs } = points[0]!.config;
  const svg = renderComparison(compared, { neurons, epochs, seeds });
  writeResultPicture(directory, 'compare', svg);
  directory.writeMarkFile({ settings, seeds, devices: compared });
  return compared;
}

function joinLastComponents(name: string, count: number): string {
  const path = resolve(name.slice(0, -extname(name).length || undefined));
  const parts = presetNames().includes(name) ? [name] : path.split(sep).filter((part) => part !== '');
  return parts.slice(-count).join('-');
}

/** Creates unique labels, also used as directory names: preset or file name, with parent directories if needed. */
export function createDeviceLabels(names: readonly string[]): string[] {
  const counts = names.map(() => 1);
  let labels = names.map((name) => joinLastComponents(name, 1));
  const findTwin = (i: number) => labels.findIndex((label, k) => k !== i && label === labels[i]);
  for (;;) {
    const equal = [...names.keys()].filter((i) => findTwin(i) >= 0);
    if (equal.length === 0) return labels;
    const longer = labels.map((label, i) => (equal.includes(i) ? joinLastComponents(names[i]!, ++counts[i]!) : label));
    const twin = equal.find((i) => longer[i] === labels[i] && longer[findTwin(i)] === labels[findTwin(i)]);
    if (twin !== undefined)
      throw new UserError(`${show(names[twin])} is named twice, but a device can be compared only once.`);
    labels = longer;
  }
}
