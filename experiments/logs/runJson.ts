import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { validate } from '../../core/declare/validate.ts';
import { readRegular } from '../../core/log/file.ts';
import { parseJson } from '../data/parse.ts';

/** Schema of the `config.json` or `run.json` of any program. */
export const configSchema = z.looseObject({});

/** Schema of a mapping with any keys and one type of values. */
export const mappingSchema = <V extends z.core.$ZodType>(value: V) => z.catchall(z.object({}), value);

/** Reads and validates a JSON file of memspike, such as `run.json`. @throws UserError if it is damaged or was edited */
export function readJson(path: string, name: string): unknown;
export function readJson<S extends z.core.$ZodType>(path: string, name: string, schema: S): z.output<S>;
export function readJson(path: string, name: string, schema: z.core.$ZodType = z.unknown()): unknown {
  const file = join(path, name);
  return validate(schema, parseJson(new TextDecoder().decode(readRegular(file)), file), file);
}

const count = z.number().check(z.int(), z.nonnegative());
/** Number; NaN is null in JSON. */
const figure = z.nullable(z.number());

/** Write pulse that a run assumed, V and s. */
export const assumedSchema = z.optional(
  z.nullable(z.looseObject({ voltage: z.optional(z.number()), time: z.optional(z.number()) })),
);
const spent = { read: figure, write: figure };

/** Entries of `run.json` that other commands read. All are optional: studies of users write their own `run.json`. */
const runSchema = z.looseObject({
  accuracy: z.optional(z.union([mappingSchema(figure), figure])),
  accuracyInterval: z.optional(z.nullable(z.looseObject({ low: figure, high: figure }))),
  energyPerImage: z.optional(z.nullable(z.looseObject(spent))),
  energy: z.optional(z.union([z.looseObject({ ...z.partial(z.object(spent)).shape, assumed: assumedSchema }), figure])),
  neurons: z.optional(count),
  trainImages: z.optional(count),
  testImages: z.optional(count),
  split: z.optional(z.string()),
  duration: z.optional(figure),
  wallSeconds: z.optional(figure),
  populations: z.optional(mappingSchema(z.looseObject({ spikes: count, rate: figure }))),
  dataSha256: z.optional(z.string()),
  imageRows: z.optional(count),
  imageColumns: z.optional(count),
  warnings: z.optional(z.array(z.string())),
});

export type RunJson = z.output<typeof runSchema>;

/** Mapping in `run.json`; undefined for a single number, which studies of users may write. */
export const asMapping = <T extends object>(value: T | number | null | undefined): T | undefined =>
  typeof value === 'object' ? (value ?? undefined) : undefined;

export const readRunJson = (run: string): RunJson => readJson(run, 'run.json', runSchema);

/** True if the directory holds a run, finished or not. */
export const isTakenByRun = (path: string): boolean => existsSync(join(path, 'config.json'));

/** True if the directory holds a finished run. */
export const isFinishedRun = (path: string): boolean => existsSync(join(path, 'run.json'));
