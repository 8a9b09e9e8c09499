import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { object } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { validate } from '../../core/declare/validate.ts';
import { costSchema } from '../cost/settings.ts';
import { readConfig } from '../network/config/load.ts';
import { isMapping, type Mapping } from '../network/config/override.ts';
import { getPackagedYamlFiles } from '../shipped.ts';

const PRESETS = getPackagedYamlFiles('experiments/cost/presets');

export const costPresetNames = (): string[] => PRESETS.names();

const sources = z._default(z.record(z.string(), z.string()), {});

/** Schema of preset files of circuit costs: values, and the quotation, formula or reason of each value by its path. */
const presetSchema = object({
  summary: z.string(),
  cost: costSchema,
  quoted: sources,
  derived: sources,
  assumed: sources,
});

/** Path of the file of a circuit-cost preset. @throws UserError for an unknown name */
export function getCostPresetPath(name: string): string {
  const names = costPresetNames();
  if (!names.includes(name)) throw new UserError(`cost.preset is ${show(name)}${didYouMean(name, names, 'presets')}`);
  return PRESETS.path(name);
}

/** Reads a circuit-cost preset: settings, and the source of each value. */
export const loadCostPreset = (name: string): z.output<typeof presetSchema> =>
  validate(presetSchema, readConfig(getCostPresetPath(name)), getCostPresetPath(name));

const mergeSettings = (base: Mapping, own: Mapping): Mapping =>
  Object.fromEntries(
    Object.keys({ ...base, ...own }).flatMap((key) => {
      const value = own[key] === undefined ? base[key] : own[key];
      if (value === null) return [];
      return [[key, isMapping(value) && isMapping(base[key]) ? mergeSettings(base[key], value) : value]];
    }),
  );

/** Replaces the key `preset` by the values of the preset and its name. Other keys override them; null removes a circuit. */
export function resolveCost(given: unknown): unknown {
  const { preset, ...own } = isMapping(given) ? given : { preset: given };
  return typeof preset === 'string' ? { name: preset, ...mergeSettings(loadCostPreset(preset).cost, own) } : given;
}
