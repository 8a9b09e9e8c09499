import type * as z from 'zod';
import { displayUnit, type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import type { Experiment, Sweep } from './experiment.ts';

/** Quantity in a result column: a parameter or a metric. */
export interface ColumnQuantity {
  readonly name: string;
  /** Path in the configuration (parameter) or in `run.json` (metric). */
  readonly path: string;
  /** Unit; empty if there is none or it is not known. */
  readonly unit: string;
}

/** Patterns of paths in `run.json`, with the units of the quantities; the first match is used. */
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

export function describeColumns(
  sweep: Sweep,
  { schema }: Experiment,
): { parameters: ColumnQuantity[]; metrics: ColumnQuantity[] } {
  const json = schema === null ? null : toJsonSchema(schema as z.core.$ZodType);
  return {
    parameters: Object.entries(sweep.parameters).map(([name, { path, unit }]) => ({
      name,
      path,
      unit: unit ?? (json === null ? '' : findUnit(json, path.split('.'))),
    })),
    metrics: sweep.metrics.map(describeMetric),
  };
}

/** Describes the column of a metric; by default, the unit is that of the path in `run.json`. */
export function describeMetric(metric: Sweep['metrics'][number]): ColumnQuantity {
  const { path, unit = undefined } = typeof metric === 'string' ? { path: metric } : metric;
  return { name: path, path, unit: unit ?? UNITS.find(([at]) => at.test(path))?.[1] ?? '' };
}

/** Unit of a path in a schema; empty if there is none, or if alternatives differ. */
function findUnit(schema: JsonSchema, path: readonly string[]): string {
  const parts = path.reduce<JsonSchema[]>(
    (found, key) => found.flatMap((s) => findParts(s, key)),
    listAlternatives(schema),
  );
  const units = new Set(parts.map(displayUnit));
  return units.size === 1 ? [...units][0]! : '';
}

function listAlternatives(schema: JsonSchema): JsonSchema[] {
  const inner = (schema.anyOf ?? schema.oneOf) as JsonSchema[] | undefined;
  return inner && typeof schema.unit !== 'string' ? inner.flatMap(listAlternatives) : [schema];
}

function findParts(schema: JsonSchema, key: string): JsonSchema[] {
  const { items, additionalProperties, properties } = schema;
  const own = properties as Record<string, JsonSchema> | undefined;
  const part = /^\d+$/.test(key)
    ? Array.isArray(items)
      ? items[Number(key)]
      : items
    : own && Object.hasOwn(own, key)
      ? own[key]
      : additionalProperties;
  return typeof part === 'object' ? listAlternatives(part as JsonSchema) : [];
}
