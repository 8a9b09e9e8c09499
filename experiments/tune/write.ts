import { stringify } from 'yaml';
import { writeResultPicture } from '../look/plots/write.ts';
import { type Mapping, withValue } from '../network/config/override.ts';
import type { ResultDirectory } from '../output/results.ts';
import { estimateDifference } from '../statistics/estimate.ts';
import type { ParameterValues } from '../sweep/axes.ts';
import type { SweepResults } from '../sweep/collect.ts';
import type { MnistConfig } from '../training/unsupervised/config.ts';
import { tuningPicture } from './picture.ts';
import type { Tunable } from './space.ts';
import { accuracyOf } from './trials.ts';
import type { Tuning } from './tuning.ts';

/** The sections that hold what is tuned, as a recipe has them: with the model of the rule, and initial weights whole. */
export function sectionsOf(
  { rule, weight }: MnistConfig,
  tunables: readonly Tunable[],
  values: ParameterValues,
): Mapping {
  const begun: Mapping = { rule: { model: rule.model }, neuron: {}, homeostasis: {}, weight };
  return tunables.reduce<Mapping>(
    (sections, { name, path }) => withValue(sections, path.split('.'), values[name], 'device tune'),
    begun,
  );
}

/** Writes recipe, table of trials, picture and, last, `tune.json`. */
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
): Tuning {
  const { common, tunables, best } = t;
  const accuracy = { common: accuracyOf(t.before), best: accuracyOf(t.after) };
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
    gain: estimateDifference(accuracy.best, accuracy.common),
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
  writeResultPicture(directory, 'tune', tuningPicture(tuning, tunables, results));
  directory.finish({ ...tuning, seed: o.seed });
  return tuning;
}
