import { mean } from 'simple-statistics';
import { stringify } from 'yaml';
import { plural } from '../../core/declare/show.ts';
import { parallelCoordinates } from '../look/plots/parallelCoordinates.ts';
import { writeResultPicture } from '../look/plots/write.ts';
import { type Mapping, withValue } from '../network/config/override.ts';
import type { ResultDirectory } from '../output/results.ts';
import { describeDifference, type Estimate, estimateDifference } from '../statistics/estimate.ts';
import type { ParameterValues } from '../sweep/axes.ts';
import type { SweepResults } from '../sweep/collect.ts';
import type { RunResult } from '../sweep/results.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import { listAccuracies, type Tunable } from './space.ts';

const imageCount = ({ run }: RunResult): number => run.parameters.images as number;

/** Draws parallel coordinates (SVG): one line per candidate, from its parameters to its accuracy with the most training images. */
export function drawTuning(tuning: TuningResult, tunables: readonly Tunable[], results: readonly RunResult[]): string {
  const { device, rule, neurons, trials, accuracy, gain } = tuning;
  const finalResults = new Map<string, RunResult>();
  for (const result of results.toSorted((a, b) => imageCount(a) - imageCount(b)))
    finalResults.set(tunables.map(({ name }) => result.run.parameters[name]).join(' '), result);
  const shown = [...finalResults.values()].filter(({ metrics }) => Number.isFinite(metrics[0]));
  const label = (name: string, unit: string) => (unit === '' ? name : `${name} (${unit})`);
  return parallelCoordinates({
    title: `${device}: ${rule} tuned on the validation split`,
    subtitle: `${plural(trials, 'candidate')}, ${plural(neurons, 'neuron')}; with other seeds common recipe ${mean([...accuracy.common]).toFixed(1)} %, best ${mean([...accuracy.best]).toFixed(1)} %: ${describeDifference(gain, 'points', 'not significantly different')}`,
    axes: [
      ...tunables.map(({ name, unit, log }) => ({
        label: label(name, unit),
        values: shown.map(({ run }) => run.parameters[name] as number),
        log,
      })),
      { label: 'images', values: shown.map(imageCount) },
      { label: 'accuracy (%)', values: shown.map(({ metrics }) => metrics[0]!) },
    ],
  });
}

/** Accuracy on the validation split per seed, percent, with the common and the tuned recipe. */
export interface CheckedAccuracy {
  readonly common: readonly number[];
  readonly best: readonly number[];
}

/** Result of a search, the content of `tune.json`. */
export interface TuningResult {
  readonly device: string;
  readonly rule: string;
  readonly neurons: number;
  readonly epochs: number;
  /** Number of training images per epoch. */
  readonly train: number;
  /** Number of candidates. */
  readonly trials: number;
  /** Tuned parameters with their values in the common and in the tuned recipe. */
  readonly changed: readonly {
    readonly name: string;
    readonly path: string;
    readonly common: number;
    readonly best: number;
  }[];
  readonly accuracy: CheckedAccuracy;
  /** Paired difference of accuracy, tuned - common recipe, percentage points. */
  readonly gain: Estimate;
}

/** Sections of a recipe with tuned values: complete initial weights, and the model of the rule. */
export function createSections(
  { rule, weight }: MnistConfig,
  tunables: readonly Tunable[],
  values: ParameterValues,
): Mapping {
  const initial: Mapping = { rule: { model: rule.model }, neuron: {}, homeostasis: {}, weight };
  return tunables.reduce<Mapping>(
    (sections, { name, path }) => withValue(sections, path.split('.'), values[name], 'device tune'),
    initial,
  );
}

/** Writes recipe, table of trials, picture and last `tune.json`. */
export function writeTuning(
  directory: ResultDirectory,
  o: {
    readonly device: { readonly name: string };
    readonly rule: string;
    readonly neurons: number;
    readonly seed: number;
  },
  t: {
    readonly common: MnistConfig;
    readonly tunables: readonly Tunable[];
    readonly best: ParameterValues;
    readonly trials: number;
    readonly found: SweepResults;
    readonly before: SweepResults;
    readonly after: SweepResults;
  },
): TuningResult {
  const { common, tunables, best } = t;
  const accuracy = { common: listAccuracies(t.before), best: listAccuracies(t.after) };
  const tuning: TuningResult = {
    device: o.device.name,
    rule: o.rule,
    neurons: o.neurons,
    epochs: common.epochs,
    train: common.train,
    trials: t.trials,
    changed: tunables.map(({ name, path, common: before }) => ({
      name,
      path,
      common: before,
      best: best[name] as number,
    })),
    accuracy,
    gain: estimateDifference(accuracy.best, accuracy.common),
  };
  const { changed: _, ...about } = tuning;
  directory.make(['recipe.yaml']);
  directory.text(
    'recipe.yaml',
    stringify({ memspike: 1, ...createSections(common, tunables, best), tuned: about }, { lineWidth: 110 }),
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
        images: column(results.map(imageCount), ''),
        accuracy: column(listAccuracies(t.found), '%'),
      },
    },
    {},
  );
  writeResultPicture(directory, 'tune', drawTuning(tuning, tunables, results));
  directory.finish({ ...tuning, seed: o.seed });
  return tuning;
}
