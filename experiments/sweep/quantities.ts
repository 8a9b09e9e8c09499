import * as z from 'zod/mini';
import { formatUnit, type JsonSchema, toJsonSchema } from '../../core/declare/jsonSchema.ts';
import { findEntrySchemas, listSchemaAlternatives } from '../network/config/schemaPath.ts';
import type { Experiment, Sweep } from './experiment.ts';

/** Schema of a column of results; `path`: in the configuration or, for a metric, in `run.json`; `unit`: '' if unknown. */
export const resultColumnSchema = z.object({ name: z.string(), path: z.string(), unit: z.string() });
export type ColumnQuantity = Readonly<z.output<typeof resultColumnSchema>>;

const METRIC_UNITS: readonly (readonly [RegExp, string])[] = [
  [/^accuracy(Interval)?\./, '%'],
  [/energy(PerImage)?\.(counts|scale)/, ''],
  [/^energy(PerImage)?\./, 'J'],
  [/Seconds$/, 's'],
  [/PerSecond$/, '1/s'],
  [/Bytes$/, 'B'],
  [/\.rate$/, 'Hz'],
  [/^duration$/, 'ms'],
];

export function describeColumns(sweep: Sweep, { schema }: Experiment) {
  const json = schema === null ? null : toJsonSchema(schema as z.core.$ZodType);
  return {
    parameters: Object.entries(sweep.parameters).map(
      ([name, { path, unit }]): ColumnQuantity => ({
        name,
        path,
        unit: unit ?? (json === null ? '' : findUnit(json, path.split('.'))),
      }),
    ),
    metrics: sweep.metrics.map(describeMetric),
  };
}

export function describeMetric(metric: Sweep['metrics'][number]): ColumnQuantity {
  const { path, unit = undefined } = typeof metric === 'string' ? { path: metric } : metric;
  return { name: path, path, unit: unit ?? METRIC_UNITS.find(([at]) => at.test(path))?.[1] ?? '' };
}

/** Unit of the value at a path of a schema; empty if it has none, or if its alternatives have different units. */
function findUnit(schema: JsonSchema, path: readonly string[]) {
  const schemas = path.reduce((found, key) => found.flatMap((one) => findEntrySchemas(one, key)), [schema]);
  const units = new Set(schemas.flatMap((one) => listSchemaAlternatives(one)).map(formatUnit));
  return units.size === 1 ? [...units][0]! : '';
}

/** Display names of quantities by path in `run.json`; the first match is used. */
const DISPLAY_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^accuracy\.logProbability$/, 'accuracy, log-probability vote'],
  [/^accuracy\.maxRate$/, 'accuracy, vote of the highest rate'],
  [/^accuracy\.proportion$/, 'accuracy, vote by proportion'],
  [/^accuracy\.linear$/, 'accuracy, linear read-out'],
  [/^energy\.perImage$/, 'energy per image'],
  [/^energy\.(read|write)$/, 'energy of all $1s'],
  [/^energyPerImage\.(\w+)\.(read|write)$/, 'energy of $2s per image, $1'],
  [/^events\.(\w+)$/, '$1 events'],
  [/^populations\.(.+)\.rate$/, 'mean rate of $1'],
  [/^populations\.(.+)\.spikes$/, 'spikes of $1'],
  [/^wallSeconds$/, 'time of the run'],
  [/^(train|label|test)Seconds$/, 'time of the $1 phase'],
  [/^imagesPerSecond$/, 'images per second'],
  [/^synapticEventsPerSecond$/, 'synaptic events per second'],
  [/^peakRssBytes$/, 'peak memory'],
];

export function toDisplayName(path: string) {
  const found = DISPLAY_NAMES.find(([pattern]) => pattern.test(path));
  return found ? path.replace(...found) : path.replaceAll('.', ' '); // keeps the keys, which readers find in run.json
}

export const appendUnit = (label: string, { unit }: ColumnQuantity) => (unit === '' ? label : `${label} (${unit})`);

/** True if lower values of the metric are better than higher ones, as for energy, time, memory, errors and wear. */
export const isLowerBetter = (path: string) =>
  /energy|seconds$|bytes$|error|wornOut|worn|writes$|loss|rmse/i.test(path) && !/PerSecond$/.test(path);
