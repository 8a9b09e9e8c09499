import { join } from 'node:path';
import * as z from 'zod/mini';
import { validate } from '../../core/declare/validate.ts';
import { readRegular } from '../../core/log/file.ts';
import { parseJson } from '../network/config/parse.ts';

/** Schema of a `config.json` or `run.json` of any program. */
export const configSchema = z.looseObject({});

/** Schema of a mapping from any names to values of one kind. */
export const mappingOf = <V extends z.core.$ZodType>(value: V) => z.catchall(z.object({}), value);

/** Reads a JSON file that memspike wrote, such as `run.json`, and validates it. @throws UserError if it is damaged or was edited */
export function readJson(path: string, name: string): unknown;
export function readJson<S extends z.core.$ZodType>(path: string, name: string, schema: S): z.output<S>;
export function readJson(path: string, name: string, schema: z.core.$ZodType = z.unknown()): unknown {
  const file = join(path, name);
  return validate(schema, parseJson(new TextDecoder().decode(readRegular(file)), file), file);
}

const count = z.number().check(z.int(), z.nonnegative());
/** Number that JSON writes as null if it is NaN. */
const figure = z.nullable(z.number());

/** Write pulse that a run assumed. */
export const assumedSchema = z.optional(
  z.nullable(z.looseObject({ voltage: z.optional(z.number()), time: z.optional(z.number()) })),
);
const spent = { read: figure, write: figure };

/** Part of `run.json` that other commands read. Every entry is optional: programs of users write their own `run.json`. */
const runSchema = z.looseObject({
  accuracy: z.optional(z.union([mappingOf(figure), figure])),
  accuracyInterval: z.optional(z.nullable(z.looseObject({ low: figure, high: figure }))),
  energyPerImage: z.optional(z.nullable(z.looseObject(spent))),
  energy: z.optional(z.union([z.looseObject({ ...z.partial(z.object(spent)).shape, assumed: assumedSchema }), figure])),
  neurons: z.optional(count),
  trainImages: z.optional(count),
  testImages: z.optional(count),
  split: z.optional(z.string()),
  duration: z.optional(figure),
  wallSeconds: z.optional(figure),
  populations: z.optional(mappingOf(z.looseObject({ spikes: count, rate: figure }))),
  dataSha256: z.optional(z.string()),
  imageRows: z.optional(count),
  imageColumns: z.optional(count),
  warnings: z.optional(z.array(z.string())),
});

export type RunJson = z.output<typeof runSchema>;

/** Mapping of a quantity of `run.json`; undefined for a single number, which a program of a user may write. */
export const entriesOf = <T extends object>(value: T | number | null | undefined): T | undefined =>
  typeof value === 'object' ? (value ?? undefined) : undefined;

/** `run.json` of a run directory, validated. */
export const readRunJson = (run: string): RunJson => readJson(run, 'run.json', runSchema);

/** Warnings in the `run.json` of a finished run; none if a study of the user's does not write any. */
export function readWarnings(run: string): readonly string[] {
  return readRunJson(run).warnings ?? [];
}
