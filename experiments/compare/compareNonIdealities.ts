import { join } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import type { SetSizes } from '../data/dataSet.ts';
import { loadMnist, readMnistImageCounts } from '../data/mnist.ts';
import { createTableColumn } from '../devices/characterise/measurementReport.ts';
import type { LoadedDevice } from '../devices/load.ts';
import { readJson } from '../logs/runJson.ts';
import { renderCategoryMeans } from '../look/plots/categoryPlots.ts';
import { writeResultPicture } from '../look/plots/write.ts';
import type { Mapping } from '../network/config/override.ts';
import { makeDirectory } from '../output/directory.ts';
import { ResultDirectory } from '../output/results.ts';
import { identifyDataSet } from '../training/dataOrigin.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import { createMnistConfig } from '../training/unsupervised/steps.ts';
import { listNonIdealities } from './listNonIdealities.ts';
import { createNonIdealityChart } from './nonIdealityChart.ts';
import {
  describeAccuracyCosts,
  listDeviceVariants,
  type NonIdealityRanking,
  rankNonIdealities,
  type VariantTraining,
} from './rankNonIdealities.ts';
import { type DeviceTraining, type RunTrainingsOptions, runTrainings } from './trainings.ts';

export interface NonIdealityComparisonOptions extends RunTrainingsOptions {
  readonly device: LoadedDevice;
  /** MNIST settings that all trainings share, without `seed` and `device`. */
  readonly mnistSettings: Mapping;
  /** True to train additional variants of the device, each with one non-ideality doubled. */
  readonly hasDoubledVariants: boolean;
  readonly outDirectory: string;
}

const runSchema = z.looseObject({ accuracy: z.looseObject({ logProbability: z.number() }) });

/** Ranks the non-idealities of a device by their cost in accuracy. Returns null if interrupted. */
export function compareNonIdealities(o: NonIdealityComparisonOptions): Promise<NonIdealityRanking | null> {
  const remedy = 'add one to the device file, such as cycleToCycle: 0.3, or choose another device, such as ag-hfox-pt';
  const flaws = listNonIdealities(o.device.device, o.device.name, remedy);
  const directory = new ResultDirectory(o.outDirectory, {
    command: 'device flaws',
    markFile: 'flaws.json',
    unfinishedFiles: ['points'],
  });
  return directory.runLocked(async () => {
    const sizes = readMnistImageCounts(o.dataDirectory);
    const config = createMnistConfig(o.mnistSettings, o.device, sizes);
    makeDirectory(join(o.outDirectory, 'points'));
    const variants = listDeviceVariants(o.device.device, flaws, o.hasDoubledVariants);
    const ranking = await rankNonIdealities(flaws, variants, createTrainer(o, sizes));
    if (ranking !== null) writeRanking(directory, o, config, ranking);
    return ranking;
  });
}

function createTrainer(o: NonIdealityComparisonOptions, sizes: SetSizes) {
  const data = identifyDataSet(loadMnist(o.dataDirectory), o.dataDirectory);
  const plan = ({ variant: { name, device }, seed }: VariantTraining): DeviceTraining | UserError => {
    const file = name.replace(/\W+/g, '-');
    try {
      const config = createMnistConfig({ ...o.mnistSettings, seed }, { ...o.device, device }, sizes);
      return { deviceLabel: name, config, runDirectory: join(o.outDirectory, 'points', `${file}-seed${seed}`) };
    } catch (error) {
      if (error instanceof UserError) return error;
      throw error;
    }
  };
  return async (trainings: readonly VariantTraining[]): Promise<(number | UserError)[] | null> => {
    const planned = trainings.map(plan);
    const valid = planned.filter((one): one is DeviceTraining => !(one instanceof UserError));
    const failures = new Map<DeviceTraining, UserError>();
    const label = `seeds ${trainings[0]!.seed} to ${trainings.at(-1)!.seed}`;
    const onFailure = (training: DeviceTraining, error: UserError) => void failures.set(training, error);
    if (!(await runTrainings(valid, data, label, o, onFailure))) return null;
    return planned.map((one) => {
      if (one instanceof UserError) return one;
      return failures.get(one) ?? readJson(one.runDirectory, 'run.json', runSchema).accuracy.logProbability;
    });
  };
}

function writeRanking(
  directory: ResultDirectory,
  { device, mnistSettings: settings }: NonIdealityComparisonOptions,
  { neurons, train }: MnistConfig,
  ranking: NonIdealityRanking,
) {
  const { variants } = ranking;
  const seeds = variants.map(({ accuracy }) => accuracy.map((_, s) => s + 1));
  const variantIndices = seeds.flatMap((own, variant) => own.map(() => variant));
  const accuracies = variants.flatMap(({ accuracy }) => accuracy);
  const columns = {
    variant: { ...createTableColumn('', variantIndices, 'uint32'), valueNames: variants.map(({ name }) => name) },
    seed: createTableColumn('', seeds.flat(), 'uint32'),
    accuracy: createTableColumn('%', accuracies),
  };
  directory.writeTables('flaws', { columns }, {});
  const { structure, name = device.name } = device.about;
  const chart = createNonIdealityChart(ranking, { device: structure ?? name, neurons, train });
  writeResultPicture(directory, 'flaws', renderCategoryMeans(chart));
  directory.writeMarkFile({ device: device.name, settings, sentence: describeAccuracyCosts(ranking), ...ranking });
}
