import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { object, optional } from '../../core/declare/params.ts';
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

/** Schema of preset files: values, and the quotation, formula or reason of each value by its path. */
const presetSchema = object({
  summary: z.string(),
  cost: costSchema,
  quoted: sources,
  derived: sources,
  assumed: sources,
  /** Measurements of a chip: by input and output bits, operations per second and per joule, in 10¹²; energies per operation, fJ. */
  measured: optional(
    object({
      source: z.string(),
      precisions: z.array(object({ input: z.number(), output: z.number(), tops: z.number(), topsPerWatt: z.number() })),
      energyBits: z.tuple([z.number(), z.number()]),
      energies: object({ rows: z.number(), neurons: z.number(), cells: z.number() }),
    }),
  ),
});

/** Reads a preset: settings, and the source of each value. @throws UserError for an unknown name */
export function loadCostPreset(name: string): z.output<typeof presetSchema> {
  const names = costPresetNames();
  if (!names.includes(name)) throw new UserError(`cost.preset is ${show(name)}${didYouMean(name, names, 'presets')}`);
  return validate(presetSchema, readConfig(PRESETS.path(name)), PRESETS.path(name));
}

const mergeSettings = (base: Mapping, own: Mapping): Mapping =>
  Object.fromEntries(
    Object.keys({ ...base, ...own }).flatMap((key) => {
      const value = own[key] === undefined ? base[key] : own[key];
      if (value === null) return [];
      return [[key, isMapping(value) && isMapping(base[key]) ? mergeSettings(base[key], value) : value]];
    }),
  );

/** Replaces the name of a preset by its values. Values beside the key `preset` override them; null removes a circuit. */
export function resolveCost(given: unknown): unknown {
  const own = typeof given === 'string' ? { preset: given } : given;
  return isMapping(own) && typeof own.preset === 'string' ? mergeSettings(loadCostPreset(own.preset).cost, own) : given;
}
