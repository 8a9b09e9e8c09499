import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { loadMnist, readMnistImageCounts } from '../data/mnist.ts';
import type { LoadedDevice } from '../devices/load.ts';
import { readJson } from '../logs/runJson.ts';
import { canonicalJson } from '../network/config/hash.ts';
import type { ModelChoice } from '../network/models.ts';
import { makeDirectory } from '../output/directory.ts';
import { ResultDirectory } from '../output/results.ts';
import { estimateMean, estimatePairedDifference, type MeanEstimate } from '../statistics/estimate.ts';
import { identifyDataSet } from '../training/dataOrigin.ts';
import { createMnistConfig } from '../training/unsupervised/steps.ts';
import { findFlaws, removeFlaws } from './listNonIdealities.ts';
import { computeArrayLimits } from './passportArray.ts';
import {
  estimateLifetime,
  listAssumedValues,
  listMissing,
  type PassportRun,
  readFitFile,
  runSchema,
  usesAssumedValue,
} from './passportFacts.ts';
import type { Passport } from './passportSchema.ts';
import { type DeviceTraining, type RunTrainingsOptions, runTrainings } from './trainings.ts';

/** Training of every passport, so that passports are comparable; it is the default training of the lab. */
export const PASSPORT_TRAINING = { neurons: 100, train: 10_000, test: 10_000, epochs: 1 } as const;

export interface PassportOptions extends RunTrainingsOptions {
  readonly device: LoadedDevice;
  /** Number of seeds: 1, 2, …; seed i simulates the i-th draw of the device from the bootstrap of its fit. */
  readonly seeds: number;
  /** False to train only the ideal device and the device with all non-idealities. */
  readonly withFlaws: boolean;
  readonly outDirectory: string;
  readonly settings?: typeof PASSPORT_TRAINING | Record<keyof typeof PASSPORT_TRAINING, number>;
}

/** Device variants: ideal, with each non-ideality alone, and with all; `device` creates the variant of a draw. */
function listVariants({ device: { device }, withFlaws }: PassportOptions) {
  const names = findFlaws(device).map(({ name }) => name);
  const keepOnly = (kept: readonly string[]) => (drawn: typeof device) =>
    removeFlaws(
      drawn,
      names.filter((name) => !kept.includes(name)),
    );
  const single = withFlaws ? names.map((name) => ({ name, createDevice: keepOnly([name]) })) : [];
  return [{ name: 'ideal', createDevice: keepOnly([]) }, ...single, { name: 'all', createDevice: keepOnly(names) }];
}

/** Lists the trainings of each variant, one per seed. Equal devices share a training. */
function listTrainings(o: PassportOptions, draws: readonly Readonly<Record<string, number>>[]) {
  const { device, seeds, outDirectory, dataDirectory, settings = PASSPORT_TRAINING } = o;
  const sizes = readMnistImageCounts(dataDirectory);
  const found = new Map<string, DeviceTraining>();
  return listVariants(o).map(({ name, createDevice }) => ({
    name,
    device: createDevice(device.device),
    trainings: Array.from({ length: seeds }, (_, i): DeviceTraining => {
      const drawn = createDevice({ ...device.device, ...draws[i % Math.max(1, draws.length)] });
      const config = createMnistConfig({ ...settings, seed: i + 1 }, { ...device, device: drawn }, sizes);
      const key = canonicalJson(config);
      const runDirectory = join(outDirectory, 'points', `${name.replace(/\W+/g, '-')}-seed${i + 1}`);
      const training = found.get(key) ?? { deviceLabel: name, config, runDirectory };
      found.set(key, training);
      return training;
    }),
  }));
}

const toInterval = ({ low, high }: MeanEstimate): [number, number] | null => (Number.isNaN(low) ? null : [low, high]);

const meanOf = (values: readonly (number | null)[]): number | null =>
  values.every((value) => value !== null) ? estimateMean(values).mean : null;

const divide = (joules: number | null, count: number): number | null =>
  joules === null || count === 0 ? null : joules / count;

/** Mean energies, J, of a write and a read of one device and of a training image, over the seeds of the device with all non-idealities. */
function summariseEnergy(runs: readonly PassportRun[], isAssumed: boolean) {
  const { assumed, assumedRead } = runs[0]!.energy;
  const perWrite = runs.map(({ energy: { write, counts } }) => divide(write, counts.writesUp + counts.writesDown));
  return {
    write: meanOf(perWrite),
    read: meanOf(runs.map(({ energy }) => divide(energy.read, energy.counts.reads))),
    image: meanOf(runs.map(({ energy }) => energy.perImage)),
    ...(assumed && { assumed }),
    ...(assumedRead && { assumedRead }),
    isAssumed: isAssumed || Boolean(assumed ?? assumedRead),
  };
}

interface FinishedVariant {
  readonly name: string;
  readonly device: ModelChoice;
  readonly isAssumed: boolean;
  readonly runs: readonly PassportRun[];
}

/** Creates the content of `passport.json`. Accuracies are % of the test images, costs percentage points; intervals 95 %. */
function summarisePassport(
  o: PassportOptions,
  variants: readonly FinishedVariant[],
  fit: ReturnType<typeof readFitFile>,
): Passport {
  const { device: loaded, seeds, settings = PASSPORT_TRAINING } = o;
  const summarise = ({ runs, isAssumed }: FinishedVariant) => {
    const accuracy = runs.map((run) => run.accuracy.logProbability);
    const estimate = estimateMean(accuracy);
    const weightsSha256 = runs.map((run) => run.weightsSha256);
    return { accuracy, mean: estimate.mean, interval: toInterval(estimate), weightsSha256, isAssumed };
  };
  const ideal = summarise(variants[0]!);
  const last = variants.at(-1)!;
  const all = summarise(last);
  const compareWithIdeal = (accuracy: readonly number[]) => {
    const difference = estimatePairedDifference(ideal.accuracy, accuracy);
    return { cost: difference.mean, interval: toInterval(difference) };
  };
  const allCost = compareWithIdeal(all.accuracy);
  const energy = summariseEnergy(last.runs, all.isAssumed);
  const { name, device, about } = loaded;
  const results = {
    device: { name, structure: about.structure ?? about.name ?? null, model: device.model, about, parameters: device },
    protocol: { ...settings, seeds },
    ideal,
    all: { ...all, cost: allCost.cost, costInterval: allCost.interval },
    flaws: variants.slice(1, -1).map((variant) => {
      const { accuracy, isAssumed, weightsSha256 } = summarise(variant);
      return { name: variant.name, ...compareWithIdeal(accuracy), accuracy, weightsSha256, isAssumed };
    }),
    energy,
    lifetime: estimateLifetime(loaded, last.runs),
    retention: { parameters: device.retention ?? null, demonstrated: about.table.retention ?? null },
    array: computeArrayLimits(loaded, variants[0]!.device),
    measurement: fit.measurement,
    drawCount: fit.draws.length,
    assumed: listAssumedValues(loaded),
  };
  const { missing, warnings } = listMissing(loaded, results, fit.problem);
  const hashed = { ...results, device, measurement: fit.measurement?.inputs ?? null }; // no paths
  const sha256 = createHash('sha256').update(canonicalJson(hashed)).digest('hex');
  return { warnings, ...results, missing, sha256 };
}

/**
 * Measures a device by the fixed protocol of passports: MNIST with the ideal device, with each non-ideality alone and
 * with all; energy, lifetime, retention and array limits. Skips finished runs. Returns null if interrupted.
 * @param writeFiles writes pictures and pages; the mark file `passport.json` is written after them
 */
export function createPassport(
  o: PassportOptions,
  writeFiles: (directory: ResultDirectory, passport: Passport) => void = () => {},
): Promise<Passport | null> {
  const directory = new ResultDirectory(o.outDirectory, {
    command: 'device passport',
    markFile: 'passport.json',
    unfinishedFiles: ['points'],
  });
  return directory.runLocked(async () => {
    const fit = readFitFile(o.device);
    const planned = listTrainings(o, fit.draws);
    makeDirectory(join(o.outDirectory, 'points'));
    const data = identifyDataSet(loadMnist(o.dataDirectory), o.dataDirectory);
    const unique = [...new Set(planned.flatMap(({ trainings }) => trainings))];
    if (!(await runTrainings(unique, data, 'passport', o))) return null;
    const variants = planned.map(({ name, device, trainings }) => ({
      name,
      device,
      isAssumed: usesAssumedValue(o.device, device),
      runs: trainings.map(({ runDirectory }) => readJson(runDirectory, 'run.json', runSchema)),
    }));
    const passport = summarisePassport(o, variants, fit);
    directory.prepareDirectory();
    writeFiles(directory, passport);
    directory.writeMarkFile(passport);
    return passport;
  });
}
