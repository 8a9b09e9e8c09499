import type * as z from 'zod';
import { displayUnit } from '../../core/declare/allowed.ts';
import { UserError } from '../../core/declare/errors.ts';
import { type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import type { Plan } from './directory.ts';
import type { Experiment, Sweep } from './experiment.ts';

/** A column of the results: a parameter or a metric. */
export interface Quantity {
  readonly name: string;
  /** Place in the configuration, or in `run.json`. */
  readonly path: string;
  /** '' if it has none, or none is known. */
  readonly unit: string;
}

/** Units in `run.json`; the first that matches. */
const UNITS: readonly (readonly [RegExp, string])[] = [
  [/^accuracy(Interval)?\./, '%'],
  [/energy(PerImage)?\.(counts|scale)/, ''],
  [/^energy(PerImage)?\./, 'J'],
  [/Seconds$/, 's'],
  [/PerSecond$/, '1/s'],
  [/Bytes$/, 'B'],
  [/\.rate$/, 'Hz'],
  [/^duration$/, 'ms'],
];

/** The columns of a sweep, with their units. */
export function quantitiesOf(sweep: Sweep, { schema }: Experiment): { parameters: Quantity[]; metrics: Quantity[] } {
  const json = schema === null ? null : toJsonSchema(schema as z.core.$ZodType);
  return {
    parameters: Object.entries(sweep.parameters).map(([name, { path, unit }]) => ({
      name,
      path,
      unit: unit ?? (json === null ? '' : unitAt(json, path.split('.'))),
    })),
    metrics: sweep.metrics.map(metricQuantity),
  };
}

/** The column of a metric; its unit is that of `run.json` if none is given. */
export function metricQuantity(metric: Sweep['metrics'][number]): Quantity {
  const { path, unit = undefined } = typeof metric === 'string' ? { path: metric } : metric;
  return { name: path, path, unit: unit ?? UNITS.find(([at]) => at.test(path))?.[1] ?? '' };
}

/** The unit that a schema gives at a path; '' if it gives none, or if alternatives there disagree. */
function unitAt(schema: JsonSchema, path: readonly string[]): string {
  const places = path.reduce<JsonSchema[]>((found, key) => found.flatMap((s) => partsAt(s, key)), alternatives(schema));
  const units = new Set(places.map(displayUnit));
  return units.size === 1 ? [...units][0]! : '';
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const inner = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  return inner && typeof schema.unit !== 'string' ? inner.flatMap(alternatives) : [schema];
}

function partsAt(schema: JsonSchema, key: string): JsonSchema[] {
  const { items, additionalProperties, properties } = schema;
  const own = properties as Record<string, JsonSchema> | undefined;
  const part = /^\d+$/.test(key)
    ? Array.isArray(items)
      ? items[Number(key)]
      : items
    : own && Object.hasOwn(own, key)
      ? own[key]
      : additionalProperties;
  return typeof part === 'object' ? alternatives(part as JsonSchema) : [];
}

/** The place of a metric among those of a sweep. */
export function metricIndex({ facts }: Plan, metric: string | undefined): number {
  const names = facts.metrics.map(({ name }) => name);
  const found = metric === undefined ? 0 : names.indexOf(metric);
  if (found < 0) throw new UserError(`${metric} is no metric of the sweep${didYouMean(metric!, names, 'metrics')}`);
  return found;
}
