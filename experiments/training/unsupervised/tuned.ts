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
  rule: section('its model and what is tuned of it'),
  training: section('how images follow each other'),
  neuron: section('thresholds'),
  homeostasis: section('homeostasis'),
  weight: section('initial weights'),
  tuned: section('for what, how, and what was gained; not read'),
});

/** Settings that stand over the recipe of the job, and under flags, `--set` and files for `--config`. */
export interface TunedRecipe {
  readonly from: string;
  readonly sections: Mapping;
  /** What the file tells of itself. */
  readonly tuned: Mapping;
}

/** Sections of `over` over those of a recipe, key by key. */
const mergeSections = (recipe: Mapping, sections: Mapping): Mapping =>
  Object.fromEntries(
    Object.entries(recipe).map(([key, value]) => {
      const own = sections[key];
      return [key, isMapping(value) && isMapping(own) ? { ...value, ...own } : value];
    }),
  );

const getRuleModel = ({ rule }: Mapping): unknown => (isMapping(rule) ? rule.model : undefined);

/**
 * Settings of the job over what was tuned, over the recipe for a device.
 * @throws UserError where the tuned recipe is one of another rule than the settings name.
 */
export function applyTunedRecipe(
  given: Mapping,
  { device, tuned, sizes }: { device?: LoadedDevice | undefined; tuned?: TunedRecipe | undefined; sizes?: SetSizes },
): Mapping {
  const onDevice = (recipe: Mapping) => (device === undefined ? recipe : applyDevice(recipe, device));
  if (tuned === undefined) return applyRecipe(given, onDevice, sizes);
  const model = getRuleModel(tuned.sections);
  const asked = getRuleModel(given);
  if (model !== undefined && asked !== undefined && asked !== model)
    throw new UserError(
      `${tuned.from} is a recipe for the rule ${String(model)}, but the rule here is ${String(asked)}.`,
    );
  const ruled = model === undefined ? given : { ...given, rule: { ...(given.rule as Mapping), model } };
  return applyRecipe(ruled, (recipe) => mergeSections(onDevice(recipe), tuned.sections), sizes);
}

/** A sentence where a recipe was tuned for other numbers of neurons or presentations; thresholds follow from both. */
export function describeTuningMismatch({ from, tuned }: TunedRecipe, c: MnistConfig): string | undefined {
  const { neurons, epochs, train } = tuned;
  if (neurons === c.neurons && Number(epochs) * Number(train) === c.epochs * c.train) return undefined;
  if (typeof neurons !== 'number' || typeof epochs !== 'number' || typeof train !== 'number') return undefined;
  const told = (n: number, presentations: number) =>
    `${plural(n, 'neuron')} and ${plural(presentations, 'presentation')}`;
  return `${from} was tuned for ${told(neurons, epochs * train)}, not for ${told(c.neurons, c.epochs * c.train)}.`;
}

/** Reads a recipe file, as `memspike device tune` writes it. @throws UserError naming what is wrong with it. */
export function loadRecipe(file: string): TunedRecipe {
  const { memspike: _, tuned = {}, ...sections } = validate(recipeSchema, readConfig(file), file);
  const recipe = { from: file, sections, tuned };
  validate(mnistSchema, applyTunedRecipe({}, { tuned: recipe }), file);
  return recipe;
}
