import { join, resolve } from 'node:path';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { stringify } from 'yaml';
import { UserError } from '../../../core/declare/errors.ts';
import { plural } from '../../../core/declare/plural.ts';
import { show } from '../../../core/declare/show.ts';
import { sizesIn } from '../../data/split.ts';
import type { MnistConfig } from '../../mnist/config.ts';
import { mnistSizes } from '../../mnist/idx.ts';
import { type Mapping, withValue } from '../../network/config/override.ts';
import { ResultDirectory } from '../../output/results.ts';
import type { ProgressMode } from '../../run/progress.ts';
import type { Values } from '../../sweep/axes.ts';
import type { Collected } from '../../sweep/collect.ts';
import { runSweep } from '../../sweep/run.ts';
import { searchSweep } from '../../sweep/search/index.ts';
import { type LoadedDevice, nameOrPath } from '../load.ts';
import { tuningPicture } from './picture.ts';
import { candidatesOf, type Tunable, tunablesOf } from './space.ts';
import { computed, jobOf, plan, sweepOf } from './trials.ts';

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
  /** Told what is going on, a sentence each. */
  readonly say: (sentence: string) => void;
}

/** Accuracies on the validation split, percent, one a seed. */
interface Checked {
  readonly common: readonly number[];
  readonly best: readonly number[];
}

export interface Tuning {
  readonly device: string;
  readonly rule: string;
  readonly neurons: number;
  readonly epochs: number;
  readonly train: number;
  readonly trials: number;
  readonly changed: readonly {
    readonly name: string;
    readonly path: string;
    readonly common: number;
    readonly best: number;
  }[];
  readonly accuracy: Checked;
  /** Mean difference and its standard error, points. */
  readonly gain: { readonly mean: number; readonly standardError: number };
}

/**
 * Searches strengths of the rule, initial weights and thresholds for a device on the validation split: successive halving over a
 * Latin hypercube around the common recipe, which takes part. Writes `recipe.yaml` (for `mnist --recipe`), `tune.json`, the table of trials and a picture
 * into `out`. Null when it was interrupted: the same call goes on.
 */
export async function tuneDevice(o: TuneOptions): Promise<Tuning | null> {
  const at = (name: string) => join(o.out, name);
  const directory = new ResultDirectory(o.out, {
    command: 'device tune',
    mark: 'tune.json',
    begun: ['common', 'search', 'best'],
  });
  const base = baseOf(o);
  const shared = {
    data: o.data === undefined ? undefined : resolve(o.data),
    models: o.models.map((file) => resolve(file)),
  };
  const { workers, progress, signal } = o;
  const run = { workers, progress, signal };
  const check = (name: string, settings: Mapping) => {
    plan(sweepOf({ ...shared, base: settings, seed: `${o.seed}/check`, replicates: CHECKS }), at(name));
    return computed(at(name), runSweep, run);
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
    run,
  );
  if (found === null) return null;

  const best = bestOf(found, common.train);
  const after = await check('best', { ...base, ...sectionsOf(common, tunables, best) });
  if (after === null) return null;
  return write(directory, o, { common, tunables, best, trials: candidates.length, found, before, after });
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

const accuracyOf = ({ results }: Collected): number[] => results.map(({ metrics }) => metrics[0]!);
const percent = (values: readonly number[]): string => `${mean([...values]).toFixed(1)} %`;

/** How many candidates there is time for, by how long the common recipe took with all images. */
function affordable({ budget, workers }: TuneOptions, { results }: Collected): number {
  const of = (m: number) => mean(results.map(({ metrics }) => metrics[m]!));
  const [train, label, test] = [of(1), of(2), of(3)];
  // Of n candidates 1/2, then 1/4 go on, to twice the images each time.
  const each = RUNGS.reduce((sum, share) => sum + (share * train + label + test) * (RUNGS[0]! / share), 0);
  const left = budget * workers - 2 * CHECKS * (train + label + test);
  return Math.max(FEWEST, Math.min(MOST, Math.floor(left / each)));
}

/** The candidate with the highest accuracy among those that came to all images. */
function bestOf({ results }: Collected, images: number): Values {
  const whole = results.filter(({ run, metrics }) => run.parameters.images === images && Number.isFinite(metrics[0]));
  const [first] = whole.toSorted((a, b) => b.metrics[0]! - a.metrics[0]!);
  if (first === undefined)
    throw new UserError('device tune: no trial came to its end; see the logs under search/points.');
  return first.run.parameters;
}

/** The sections that hold what is tuned, as a recipe has them: with the model of the rule, and initial weights whole. */
function sectionsOf({ rule, weight }: MnistConfig, tunables: readonly Tunable[], values: Values): Mapping {
  const begun: Mapping = { rule: { model: rule.model }, neuron: {}, homeostasis: {}, weight };
  return tunables.reduce<Mapping>(
    (sections, { name, path }) => withValue(sections, path.split('.'), values[name], 'device tune'),
    begun,
  );
}

function write(
  directory: ResultDirectory,
  o: TuneOptions,
  t: {
    readonly common: MnistConfig;
    readonly tunables: readonly Tunable[];
    readonly best: Values;
    readonly trials: number;
    readonly found: Collected;
    readonly before: Collected;
    readonly after: Collected;
  },
): Tuning {
  const { common, tunables, best } = t;
  const accuracy = { common: accuracyOf(t.before), best: accuracyOf(t.after) };
  const differences = accuracy.best.map((value, i) => value - accuracy.common[i]!);
  const tuning: Tuning = {
    ...{
      device: o.device.name,
      rule: o.rule,
      neurons: o.neurons,
      epochs: common.epochs,
      train: common.train,
      trials: t.trials,
    },
    changed: tunables.map(({ name, path, common: before }) => ({
      name,
      path,
      common: before,
      best: best[name] as number,
    })),
    accuracy,
    gain: {
      mean: mean(differences),
      standardError: sampleStandardDeviation(differences) / Math.sqrt(differences.length),
    },
  };
  const { changed: _, ...about } = tuning;
  directory.make(['recipe.yaml']);
  directory.text(
    'recipe.yaml',
    stringify({ memspike: 1, ...sectionsOf(common, tunables, best), tuned: about }, { lineWidth: 110 }),
  );
  const { results } = t.found;
  const column = (values: readonly number[], unit: string) => ({ type: 'float64', unit, values }) as const;
  directory.tables(
    'trials',
    {
      columns: {
        ...Object.fromEntries(
          tunables.map(({ name, unit }) => [
            name,
            column(
              results.map(({ run }) => run.parameters[name] as number),
              unit,
            ),
          ]),
        ),
        images: column(
          results.map(({ run }) => run.parameters.images as number),
          '',
        ),
        accuracy: column(
          results.map(({ metrics }) => metrics[0]!),
          '%',
        ),
      },
    },
    {},
  );
  directory.picture('tune', tuningPicture(tuning, tunables, results));
  directory.finish({ ...tuning, seed: o.seed });
  return tuning;
}

/** Seconds of a text such as 90s, 5m, 2h. @throws UserError */
export function secondsOf(text: string, what: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(s|m|h)$/.exec(text.trim()) ?? [];
  const seconds = Number(number) * { s: 1, m: 60, h: 3600 }[unit as 's' | 'm' | 'h']!;
  if (unit === undefined || !(seconds > 0))
    throw new UserError(`${what} is ${show(text)}, but must be a time above 0, such as 90s, 5m or 2h.`);
  return seconds;
}
