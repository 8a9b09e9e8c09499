import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { validate } from '../../core/declare/validate.ts';
import { readRegularFile } from '../../core/log/file.ts';
import { parseJson } from '../data/parse.ts';

export const runConfigSchema = z.looseObject({});

export const createMappingSchema = <V extends z.core.$ZodType>(value: V) => z.catchall(z.object({}), value);

export function readJson<S extends z.core.$ZodType = z.ZodMiniUnknown>(path: string, name: string, schema?: S) {
  const file = join(path, name);
  const value = parseJson(new TextDecoder().decode(readRegularFile(file)), file);
  return validate(schema ?? (z.unknown() as z.core.$ZodType as S), value, file);
}

const count = z.number().check(z.int(), z.nonnegative());
/** Schema of a number that is null in JSON if it was NaN. */
const figure = z.nullable(z.number());

/** Schema of a write or read pulse that a run assumed: voltage, V, and time, s. */
export const assumedPulseSchema = z.optional(
  z.nullable(z.looseObject({ voltage: z.optional(z.number()), time: z.optional(z.number()) })),
);
/** Schema of a system cost: key figures for pages; other entries are not read. */
export const systemCostSchema = z.optional(
  z.looseObject({ figures: z.array(z.object({ label: z.string(), value: z.string(), note: z.string() })) }),
);
const spent = { read: figure, write: figure };

/** Schema of the entries in `run.json` that commands read. All are optional: studies written by users may omit them. */
const runSchema = z.looseObject({
  accuracy: z.optional(z.union([createMappingSchema(figure), figure])),
  accuracyInterval: z.optional(z.nullable(z.looseObject({ low: figure, high: figure }))),
  energyPerImage: z.optional(z.nullable(z.looseObject(spent))),
  energy: z.optional(
    z.union([
      z.looseObject({
        ...z.partial(z.object(spent)).shape,
        assumed: assumedPulseSchema,
        assumedRead: assumedPulseSchema,
      }),
      figure,
    ]),
  ),
  cost: systemCostSchema,
  trainingCost: systemCostSchema,
  neurons: z.optional(count),
  trainImages: z.optional(count),
  testImages: z.optional(count),
  split: z.optional(z.string()),
  duration: z.optional(figure),
  wallSeconds: z.optional(figure),
  populations: z.optional(createMappingSchema(z.looseObject({ spikes: count, rate: figure }))),
  dataSha256: z.optional(z.string()),
  imageRows: z.optional(count),
  imageColumns: z.optional(count),
  warnings: z.optional(z.array(z.string())),
});

export type RunJson = z.output<typeof runSchema>;

/** Returns a mapping unchanged; undefined for a number, which studies written by users may contain instead. */
export const asMapping = <T extends object>(value: T | number | null | undefined): T | undefined =>
  typeof value === 'object' ? (value ?? undefined) : undefined;

export const readRunJson = (run: string): RunJson => readJson(run, 'run.json', runSchema);

export const isRunDirectory = (path: string): boolean => existsSync(join(path, 'config.json'));

export const isFinishedRun = (path: string): boolean => existsSync(join(path, 'run.json'));
