import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { formatUnit, type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { described, number, object, optional, text } from '../../core/declare/params.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { costSchema } from '../cost/settings.ts';
import { isMapping } from '../network/config/override.ts';
import { findEntrySchemas } from '../network/config/schemaPath.ts';
import { getModelsOfKind, MODELS, type ModelChoice } from '../network/models.ts';
import { createModelSchema, modelFilesSchema } from '../network/schema.ts';

const parameter = text({
  help: 'path of a value in this file, such as device.gMax, or name of a property that is not in the file',
});
const value = optional(
  described(
    z.union([z.number(), z.literal(Infinity), z.string().check(z.minLength(1)), z.boolean(), z.array(z.number())]),
    { description: 'value of the parameter: number, text, true, false or list of numbers' },
  ),
);
const unit = optional(text({ help: 'unit of the value, such as V; default: unit of the parameter' }));

const sourceList = <Source extends Record<string, z.ZodMiniType>>(source: Source, description: string) =>
  described(z._default(z.array(object({ parameter, value, unit, ...source })), []), { description });

const table = object({
  thickness: optional(number({ min: 0, unit: 'nm', help: 'thickness of the switching layer' })),
  onOffRatio: optional(number({ min: 1, help: 'ratio of largest to smallest conductance' })),
  retention: optional(number({ min: 0, unit: 's', help: 'longest time over which a state was shown to be retained' })),
  endurance: optional(number({ min: 0, unit: 'cycles', help: 'number of switching cycles demonstrated' })),
});

/** Schema of device files: models (`device`, `shortTerm`, `rule`) as in network files, description and sources of values. */
export const deviceFileSchema = object({
  memspike: described(z.literal(1), { description: 'version of the file format' }),
  models: modelFilesSchema,
  device: createModelSchema(MODELS.devices),
  shortTerm: optional(createModelSchema(MODELS.shortTerms)),
  rule: optional(createModelSchema(MODELS.rules)),
  cost: optional(costSchema),
  about: z._default(
    object({
      name: optional(text({ help: 'name of the device' })),
      structure: optional(text({ help: 'material layers from top to bottom, such as Ag/HfOx/Pt' })),
      summary: optional(text({ help: 'description of the device in one or two sentences' })),
      table: z._default(table, {}),
      lost: optional(
        described(z.array(z.string().check(z.minLength(1))), {
          description: 'properties of the published device that this file does not describe, one sentence each',
        }),
      ),
    }),
    { table: {} },
  ),
  quoted: sourceList({ reference: text({ help: 'source of the value' }) }, 'values taken from a publication'),
  derived: sourceList(
    {
      formula: text({ help: 'formula or fit that gives the value' }),
      interval: optional(
        described(z.array(z.nullable(z.number())).check(z.length(2)), {
          description: '95 % interval of a fitted value, in its unit; null: open end',
        }),
      ),
    },
    'values derived from quoted values',
  ),
  assumed: sourceList({ why: text({ help: 'reason for the assumed value' }) }, 'values not published for this device'),
});

export type DeviceFile = Omit<z.output<typeof deviceFileSchema>, 'device' | 'shortTerm' | 'rule'> & {
  readonly device: ModelChoice;
  readonly shortTerm?: ModelChoice;
  readonly rule?: ModelChoice;
};

export type ParameterValue = number | string | boolean | readonly number[] | readonly (readonly number[])[];

export type SourcedValue<Key extends string> = UnsourcedValue & { readonly [K in Key]: string };

interface Leaf extends UnsourcedValue {
  readonly defaultValue?: unknown;
}

function* walkValues(value: unknown, path: readonly string[], schema: JsonSchema = {}): Generator<Leaf> {
  if (isMapping(value)) {
    for (const [key, part] of Object.entries(value))
      yield* walkValues(part, [...path, key], findEntrySchemas(schema, key)[0]);
  } else if (value !== undefined) {
    yield {
      parameter: path.join('.'),
      value: value as ParameterValue,
      unit: formatUnit(schema) || undefined,
      help: schema.description,
      defaultValue: schema.default,
    };
  }
}

/** Lists the values of a device file that need a source: parameters, and published properties in `about.table`. */
function listFileValues(file: DeviceFile): Leaf[] {
  const found = (['device', 'shortTerm', 'rule'] as const).flatMap((part) => {
    if (file[part] === undefined) return [];
    const { model, ...params } = file[part];
    return [...walkValues(params, [part], toJsonSchema(getModelsOfKind(part)[model]!.declaration.params))];
  });
  return [...found, ...walkValues(file.about.table, ['about', 'table'], toJsonSchema(table))];
}

const isEqual = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

export interface UnsourcedValue {
  readonly parameter: string;
  readonly value: ParameterValue;
  readonly unit?: string | undefined;
  readonly help?: string | undefined;
}

type SourceList = 'quoted' | 'derived' | 'assumed';

/** Checks and completes the sources of the values in a device file; lists values without a source, also model defaults. */
export function checkValueSources(file: DeviceFile, where: string) {
  const known = new Map(listFileValues(file).map((leaf) => [leaf.parameter, leaf]));
  const seen = new Map<string, string>();
  const complete = <E extends DeviceFile[SourceList][number]>(list: SourceList, entries: readonly E[]) =>
    entries.map((entry, i) => {
      const at = `${where}: ${list}.${i}`;
      const { parameter } = entry;
      const before = seen.get(parameter);
      if (before !== undefined)
        throw new UserError(`${at}.parameter is ${show(parameter)}, but ${before} has the same parameter.`);
      seen.set(parameter, `${list}.${i}`);
      const leaf = known.get(parameter);
      if (leaf === undefined && (/^(device|shortTerm|rule|about)\./.test(parameter) || entry.value === undefined)) {
        const hint = didYouMean(parameter, [...known.keys()], 'there are');
        throw new UserError(
          `${at}.parameter is ${show(parameter)}, which is not the path of a value in this file${hint}`,
        );
      }
      if (leaf !== undefined && entry.value !== undefined && !isEqual(entry.value, leaf.value))
        throw new UserError(`${at}.value is ${show(entry.value)}, but ${parameter} is ${show(leaf.value)}.`);
      if (leaf !== undefined && entry.unit !== undefined && entry.unit !== leaf.unit)
        throw new UserError(`${at}.unit is ${show(entry.unit)}, but ${parameter} is in ${leaf.unit ?? 'no unit'}.`);
      return { ...entry, value: (entry.value ?? leaf?.value) as ParameterValue, unit: entry.unit ?? leaf?.unit };
    });
  const sourced = {
    quoted: complete('quoted', file.quoted),
    derived: complete('derived', file.derived),
    assumed: complete('assumed', file.assumed),
  };
  const unsourced = (isDefault: boolean): UnsourcedValue[] =>
    [...known.values()]
      .filter((leaf) => !seen.has(leaf.parameter) && isEqual(leaf.value, leaf.defaultValue) === isDefault)
      .map(({ defaultValue: _, ...leaf }) => leaf);
  return { ...sourced, defaults: unsourced(true), unstated: unsourced(false) };
}
