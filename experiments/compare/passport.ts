import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { loadMnist, readMnistImageCounts } from '../data/mnist.ts';
import { readJson } from '../logs/runJson.ts';
import { canonicalJson } from '../network/config/hash.ts';
import type { ModelChoice } from '../network/models.ts';
import { makeDirectory } from '../output/directory.ts';
import { ResultDirectory } from '../output/results.ts';
import { estimateMean } from '../statistics/estimate.ts';
import { identifyDataSet } from '../training/dataOrigin.ts';
import { type DeviceVariant, planVariants, type VariantOptions } from './deviceVariants.ts';
import { computeArrayLimits } from './passportArray.ts';
import { summariseAccuracies, type VariantResult } from './passportCosts.ts';
import {
  estimateLifetime,
  hashDevice,
  listAssumedValues,
  listMissing,
  type PassportRun,
  readFitFile,
  runSchema,
  usesAssumedValue,
} from './passportFacts.ts';
import type { Passport } from './passportSchema.ts';
import { type DeviceTraining, type RunTrainingsOptions, runTrainings } from './trainings.ts';

export interface PassportOptions extends RunTrainingsOptions, VariantOptions {
  readonly outDirectory: string;
}

/** Lists the trainings of each variant, one per seed. Equal configurations share a training. */
function listTrainings(variants: readonly DeviceVariant[], outDirectory: string) {
  const found = new Map<string, DeviceTraining>();
  return variants.map(({ name, configs }) =>
    configs.map((config, i): DeviceTraining => {
      const key = canonicalJson(config);
      const runDirectory = join(outDirectory, 'points', `${name.replace(/\W+/g, '-')}-seed${i + 1}`);
      const training = found.get(key) ?? { deviceLabel: name, config, runDirectory };
      found.set(key, training);
      return training;
    }),
  );
}

const meanOf = (values: readonly (number | null)[]): number | null =>
  values.every((value) => value !== null) ? estimateMean(values).mean : null;

const divide = (joules: number | null, count: number): number | null =>
  joules === null || count === 0 ? null : joules / count;

/** Mean energies, J: write and read of one device; training image. Mean over the seeds of the device with all non-idealities. */
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

/** Key figures of system cost per test image and training image, if the run includes circuits. */
const summariseSystem = ({ cost, trainingCost }: PassportRun) =>
  cost === undefined ? {} : { system: { figures: [...cost.figures, ...(trainingCost?.figures ?? [])] } };

type FinishedVariant = VariantResult & { readonly device: ModelChoice; readonly runs: readonly PassportRun[] };

/** Creates the content of `passport.json`. Accuracies are % of the test images, costs percentage points; intervals 95 %. */
function summarisePassport(
  { device: loaded, seeds, settings }: PassportOptions,
  variants: readonly FinishedVariant[],
  fit: ReturnType<typeof readFitFile>,
  failures: readonly string[],
): Passport {
  const { ideal, all, flaws } = summariseAccuracies(variants);
  const { runs } = variants.at(-1)!;
  const energy = summariseEnergy(runs, all.isAssumed);
  const { name, device, about } = loaded;
  const results = {
    device: {
      name,
      structure: about.structure ?? about.name ?? null,
      model: device.model,
      about,
      parameters: device,
      sha256: hashDevice(loaded),
    },
    protocol: { ...settings, seeds },
    ideal,
    all,
    flaws,
    energy,
    lifetime: estimateLifetime(loaded, runs),
    ...summariseSystem(runs[0]!),
    retention: { parameters: device.retention ?? null, demonstrated: about.table.retention ?? null },
    array: computeArrayLimits(loaded, variants[0]!.device),
    measurement: fit.measurement,
    drawCount: fit.draws.length,
    assumed: listAssumedValues(loaded),
  };
  const { missing, warnings } = listMissing(loaded, results, [fit.problem, ...failures]);
  const hashed = { ...results, device, measurement: fit.measurement?.inputs ?? null }; // no paths
  const sha256 = createHash('sha256').update(canonicalJson(hashed)).digest('hex');
  return { warnings, ...results, missing, sha256 };
}

/**
 * Measures a device by the fixed protocol of passports: MNIST with the ideal device, with each non-ideality alone, with all
 * but one and with all; energy, lifetime, retention and array limits. Skips finished runs. Returns null if interrupted.
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
    const { variants, failures } = planVariants(o, fit.draws, readMnistImageCounts(o.dataDirectory));
    const trainings = listTrainings(variants, o.outDirectory);
    makeDirectory(join(o.outDirectory, 'points'));
    const data = identifyDataSet(loadMnist(o.dataDirectory), o.dataDirectory);
    if (!(await runTrainings([...new Set(trainings.flat())], data, 'passport', o))) return null;
    const finished = variants.map(({ name, device }, v): FinishedVariant => {
      const runs = trainings[v]!.map(({ runDirectory }) => readJson(runDirectory, 'run.json', runSchema));
      return {
        name,
        device,
        isAssumed: usesAssumedValue(o.device, device),
        runs,
        accuracy: runs.map(({ accuracy }) => accuracy.logProbability),
        weightsSha256: runs.map(({ weightsSha256 }) => weightsSha256),
      };
    });
    const passport = summarisePassport(o, finished, fit, failures);
    directory.prepareDirectory();
    writeFiles(directory, passport);
    directory.writeMarkFile(passport);
    return passport;
  });
}
