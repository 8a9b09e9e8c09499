import { join, resolve } from 'node:path';
import { mean } from 'simple-statistics';
import { UserError } from '../../core/declare/errors.ts';
import { plural } from '../../core/declare/show.ts';
import { mnistSizes } from '../data/mnist.ts';
import { sizesIn } from '../data/split.ts';
import { type LoadedDevice, nameOrPath } from '../devices/load.ts';
import type { Mapping } from '../network/config/override.ts';
import { ResultDirectory } from '../output/results.ts';
import type { ProgressMode } from '../run/progress.ts';
import type { ParameterValues } from '../sweep/axes.ts';
import type { SweepResults } from '../sweep/collect.ts';
import { type RunSweepOptions, runSweep } from '../sweep/run.ts';
import { searchSweep } from '../sweep/search/index.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import { candidatesOf, tunablesOf } from './space.ts';
import { accuracyOf, computed, jobOf, plan, sweepOf } from './trials.ts';
import type { Tuning } from './tuning.ts';
import { sectionsOf, writeTuning } from './write.ts';

/** Runs with which the common recipe and the best are compared, with seeds that the search has not seen. */
const CHECKS = 3;
/** Test images of a trial; the comparison takes all of the validation set. */
const TEST = 5000;
const LABEL = 5000;
/** Shares of the training images, from rung to rung of halving. */
const RUNGS = [1 / 4, 1 / 2, 1];
const FEWEST = 4;
const MOST = 1000;

export interface TuneOptions {
  readonly device: LoadedDevice;
  readonly rule: string;
  readonly neurons: number;
  /** Presentations of a training; more than there are training images are several epochs. */
  readonly images: number;
  /** About how long it may take, s; it decides how many candidates there are. */
  readonly budget: number;
  /** How many candidates, whatever the time. */
  readonly trials?: number | undefined;
  readonly seed: number;
  readonly models: readonly string[];
  readonly data?: string | undefined;
  readonly out: string;
  readonly workers: number;
  readonly progress: ProgressMode;
  readonly signal: AbortSignal;
  readonly onWarnings: RunSweepOptions['onWarnings'];
  /** Told what is going on, a sentence each. */
  readonly say: (sentence: string) => void;
}

/**
 * Searches strengths of the rule, initial weights and thresholds for a device on the validation split: successive halving over a
 * Latin hypercube around the common recipe, which takes part. Writes `recipe.yaml` (for `mnist --recipe`), `tune.json`, the table of trials and a picture
 * into `out`. Null when it was interrupted: the same call goes on.
 */
export function tuneDevice(o: TuneOptions): Promise<Tuning | null> {
  const directory = new ResultDirectory(o.out, {
    command: 'device tune',
    mark: 'tune.json',
    begun: ['common', 'search', 'best'],
  });
  return directory.claim(() => tuneInto(directory, o));
}

async function tuneInto(directory: ResultDirectory, o: TuneOptions): Promise<Tuning | null> {
  const at = (name: string) => join(o.out, name);
  const base = baseOf(o);
  const shared = {
    data: o.data === undefined ? undefined : resolve(o.data),
    models: o.models.map((file) => resolve(file)),
  };
  const { workers, progress, signal, onWarnings } = o;
  const run = { workers, progress, signal, onWarnings };
  const check = (name: string, settings: Mapping) => {
    plan(sweepOf({ ...shared, base: settings, seed: `${o.seed}/check`, replicates: CHECKS }), at(name));
    return computed(at(name), runSweep, { ...run, label: name === 'common' ? 'common recipe' : 'tuned recipe' });
  };

  const common = jobOf(sweepOf({ ...shared, base, seed: `${o.seed}` })).resolve([]) as unknown as MnistConfig;
  const tunables = tunablesOf(common);
  const before = await check('common', base);
  if (before === null) return null;
  o.say(`The common recipe: ${percent(accuracyOf(before))} on the validation split, ${plural(CHECKS, 'seed')}.`);

  const trials = o.trials ?? affordable(o, before);
  const images = [...new Set(RUNGS.map((share) => Math.max(1, Math.round(share * common.train))))];
  const candidates = candidatesOf(tunables, trials, o.seed);
  const few = { ...base, test: Math.min(TEST, common.test) };
  plan(sweepOf({ ...shared, base: few, seed: `${o.seed}`, tunables, candidates, images }), at('search'));
  const found = await computed(
    at('search'),
    (s) => searchSweep({ ...s, search: 'halving', resource: 'images', onStep: (told) => o.say(`Halving, ${told}.`) }),
    { ...run, label: 'search' },
  );
  if (found === null) return null;

  const best = bestOf(found, common.train);
  const after = await check('best', { ...base, ...sectionsOf(common, tunables, best) });
  if (after === null) return null;
  return writeTuning(directory, o, { common, tunables, best, trials: candidates.length, found, before, after });
}

/** What all trials share. */
function baseOf({ device, rule, neurons, images, data }: TuneOptions): Mapping {
  const { train: all } = sizesIn('validation', mnistSizes(data));
  const epochs = Math.ceil(images / all);
  const train = Math.round(images / epochs);
  const named = nameOrPath(device.name, resolve('device.yaml'));
  return {
    split: 'validation',
    device: named,
    rule: { model: rule },
    neurons,
    epochs,
    train,
    label: Math.min(LABEL, all),
  };
}

const percent = (values: readonly number[]): string => `${mean([...values]).toFixed(1)} %`;

/** How many candidates there is time for, by how long the common recipe took with all images. */
function affordable({ budget, workers }: TuneOptions, { results }: SweepResults): number {
  const of = (m: number) => mean(results.map(({ metrics }) => metrics[m]!));
  const [train, label, test] = [of(1), of(2), of(3)];
  // Of n candidates 1/2, then 1/4 go on, to twice the images each time.
  const each = RUNGS.reduce((sum, share) => sum + (share * train + label + test) * (RUNGS[0]! / share), 0);
  const left = budget * workers - 2 * CHECKS * (train + label + test);
  return Math.max(FEWEST, Math.min(MOST, Math.floor(left / each)));
}

/** The candidate with the highest accuracy among those that came to all images. */
function bestOf({ results }: SweepResults, images: number): ParameterValues {
  const whole = results.filter(({ run, metrics }) => run.parameters.images === images && Number.isFinite(metrics[0]));
  const [first] = whole.toSorted((a, b) => b.metrics[0]! - a.metrics[0]!);
  if (first === undefined)
    throw new UserError('device tune: no trial came to its end; see the logs under search/points.');
  return first.run.parameters;
}
