import * as z from 'zod/mini';
import { mappingOf, readJson } from './readJson.ts';

const count = z.number().check(z.int(), z.nonnegative());
/** Number that JSON writes as null if it is NaN. */
const figure = z.nullable(z.number());

/** Write pulse that a run assumed. */
export const assumedSchema = z.optional(
  z.nullable(z.looseObject({ voltage: z.optional(z.number()), time: z.optional(z.number()) })),
);
const spent = { read: figure, write: figure };

/** Part of `run.json` that other commands read. Every entry is optional: programs of users write their own `run.json`. */
export const runSchema = z.looseObject({
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
