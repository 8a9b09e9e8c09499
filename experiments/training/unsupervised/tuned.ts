import * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { described, object, optional } from '../../../core/declare/params.ts';
import { plural } from '../../../core/declare/show.ts';
import { validate } from '../../../core/declare/validate.ts';
import type { SetSizes } from '../../data/dataSet.ts';
import type { LoadedDevice } from '../../devices/load.ts';
import { readConfig } from '../../network/config/load.ts';
import { isMapping, type Mapping } from '../../network/config/override.ts';
import { applyRecipe, type MnistConfig, mnistSchema } from './config.ts';
import { applyDevice } from './device.ts';

const section = (help: string) => optional(described(z.looseObject({}), { description: help }));

const recipeSchema = object({
  memspike: described(z.literal(1), { description: 'version of this format' }),
  rule: section('learning rule: model and tuned parameters'),
  training: section('end of training images, and state kept between images'),
  neuron: section('output neurons'),
  homeostasis: section('adaptation of thresholds'),
  weight: section('initial weights'),
  tuned: section('conditions and results of the tuning, for information'),
});

/** Recipe file. It overrides the recipe of the job; flags, `--set` and files of `--config` override it. */
export interface TunedRecipe {
  /** Path of the file. */
  readonly from: string;
  readonly sections: Mapping;
  /** Conditions and results of the tuning. */
  readonly tuned: Mapping;
}

/** Overrides sections of a recipe key by key. */
const mergeSections = (recipe: Mapping, sections: Mapping): Mapping =>
  Object.fromEntries(
    Object.entries(recipe).map(([key, value]) => {
      const own = sections[key];
      return [key, isMapping(value) && isMapping(own) ? { ...value, ...own } : value];
    }),
  );

const getRuleModel = ({ rule }: Mapping): unknown => (isMapping(rule) ? rule.model : undefined);

/**
 * Completes settings with a tuned recipe and the recipe for a device; settings override the former, which overrides the latter.
 * @throws UserError if the tuned recipe is for another rule
 */
export function applyTunedRecipe(
  settings: Mapping,
  { device, tuned, sizes }: { device?: LoadedDevice | undefined; tuned?: TunedRecipe | undefined; sizes?: SetSizes },
): Mapping {
  const adapt = (recipe: Mapping) => (device === undefined ? recipe : applyDevice(recipe, device));
  if (tuned === undefined) return applyRecipe(settings, adapt, sizes);
  const model = getRuleModel(tuned.sections);
  const requested = getRuleModel(settings);
  if (model !== undefined && requested !== undefined && requested !== model)
    throw new UserError(
      `${tuned.from} is a recipe for the rule ${String(model)}, but the rule here is ${String(requested)}.`,
    );
  const withRule = model === undefined ? settings : { ...settings, rule: { ...(settings.rule as Mapping), model } };
  return applyRecipe(withRule, (recipe) => mergeSections(adapt(recipe), tuned.sections), sizes);
}

/** Warning if a recipe was tuned for other numbers of neurons or presentations, on which thresholds depend. */
export function describeTuningMismatch({ from, tuned }: TunedRecipe, c: MnistConfig): string | undefined {
  const { neurons, epochs, train } = tuned;
  if (neurons === c.neurons && Number(epochs) * Number(train) === c.epochs * c.train) return undefined;
  if (typeof neurons !== 'number' || typeof epochs !== 'number' || typeof train !== 'number') return undefined;
  const describe = (n: number, presentations: number) =>
    `${plural(n, 'neuron')} and ${plural(presentations, 'presentation')}`;
  return `${from} was tuned for ${describe(neurons, epochs * train)}, not for ${describe(c.neurons, c.epochs * c.train)}.`;
}

/** Reads a recipe file of `memspike device tune`. @throws UserError for an invalid file */
export function loadRecipe(file: string): TunedRecipe {
  const { memspike: _, tuned = {}, ...sections } = validate(recipeSchema, readConfig(file), file);
  const recipe = { from: file, sections, tuned };
  validate(mnistSchema, applyTunedRecipe({}, { tuned: recipe }), file);
  return recipe;
}
