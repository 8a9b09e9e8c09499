import * as z from 'zod/mini';
import { type Defaulted, fraction, integer, type Mapping, object, type Shape } from '../../core/declare/params.ts';
import type { ColumnLabels, DemonstrationResults, FigureOfMerit, Findings } from './findings.ts';
import { mergeRecords, ResultTable, resolveExpectationOutcomes } from './findings.ts';

export { fraction, integer, number, positive, positiveFraction, text } from '../../core/declare/params.ts';
export { moveSampleToFront, shuffle, shuffleIndices } from '../../core/random/random.ts';
export * from './findings.ts';

const cellSchema = z.union([z.string(), z.number(), z.boolean()]);
/** Selection of rows of a result table: values by column name; `all`: every value of the column. */
const filterSchema = z.optional(z.record(z.string(), z.union([cellSchema, z.array(cellSchema)])));
const optionalText = z.optional(z.string());

/** Report of a demonstration, in catalogue.yaml: column labels, figures of merit and plots. `of`: name of a result table. */
export const reportSchema = z.object({
  labels: z.optional(z.record(z.string(), z.string())),
  figures: z.optional(
    z.array(
      z.strictObject({
        of: z.string(),
        columns: z.union([z.string(), z.array(z.string())]),
        filter: filterSchema,
      }),
    ),
  ),
  pictures: z.optional(
    z.record(
      z.string(),
      z.strictObject({
        of: z.string(),
        x: z.string(),
        xLabel: optionalText,
        y: z.string(),
        groupBy: z.optional(z.array(z.string())),
        filter: filterSchema,
      }),
    ),
  ),
});
export type Report = z.output<typeof reportSchema>;

type Tables = Record<string, ResultTable<Readonly<Record<string, number>>>>;

/** Computes the figures and draws the pictures of a report. @throws Error if a table, a column or the selected rows are missing */
export function renderReport(
  { figures = [], pictures = {} }: Report,
  tables: Tables,
): Pick<Findings, 'figures' | 'pictures'> {
  const selectTable = (name: string, columns: readonly string[], filter: object = {}) => {
    const table = tables[name];
    if (table === undefined) throw new Error(`catalogue.yaml: the demonstration has no result table ${name}`);
    const missing = columns.find((column) => table.selectRows(filter)[0]?.[column] === undefined);
    if (missing !== undefined)
      throw new Error(`catalogue.yaml: result table ${name} has no column ${missing}, or no selected rows`);
    return table;
  };
  return {
    figures: mergeRecords(figures, ({ of, columns, filter }) =>
      selectTable(of, [columns].flat(), filter).computeFiguresOfMerit(columns, filter as object),
    ),
    pictures: mergeRecords(Object.entries(pictures), ([name, { of, ...plot }]) => {
      return { [name]: selectTable(of, [plot.x, plot.y], plot.filter).plot(plot as never) };
    }),
  };
}

export const mapRange = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

export interface DemonstrationContext {
  readonly signal: AbortSignal;
  /**
   * Reports progress and yields to the event loop. @param seedsDone number of finished seeds, given when a seed starts
   * @throws InterruptedError
   */
  reportProgress(text: string, seedsDone?: number): Promise<void>;
}

/** Demonstration: simulation that tests one claim of a review article on memristors. */
export interface DemonstrationDefinition {
  readonly parameters: Mapping;
  /** Runs the demonstration. @param report further column labels, figures of merit and plots of its result tables */
  run(parameters: Readonly<Record<string, unknown>>, context: DemonstrationContext, report?: Report): Promise<Findings>;
}

const SEED_PARAMS = {
  seed: integer({ default: 1, min: 0, max: 2 ** 31, help: 'first random seed' }),
  seeds: integer({ default: 3, min: 1, max: 1000, help: 'number of runs, with consecutive random seeds' }),
};

export type ParametersOf<S extends Shape> = z.output<Mapping<S & typeof SEED_PARAMS>>;

/** Defines a demonstration; adds the parameters `seed` and `seeds`, unless its simulation draws no random numbers. */
export function defineDemonstration<S extends Shape>(declared: {
  readonly parameters: S;
  readonly isDeterministic?: boolean;
  simulate(parameters: ParametersOf<S>, context: MultiSeedContext): Promise<DemonstrationResults>;
}): DemonstrationDefinition {
  const parameters = object({ ...(!declared.isDeterministic && SEED_PARAMS), ...declared.parameters });
  const run = async (p: ParametersOf<S>, context: DemonstrationContext, report: Report = {}): Promise<Findings> => {
    const tables: Tables = {};
    const createTable: CreateTable = (name, rows, labels) => {
      const table = new ResultTable(rows, { ...report.labels, ...labels });
      tables[name] = table as never;
      return table;
    };
    const measurePerSeed = createSeedLoop(p as SeedRange, context, createTable);
    const results = await declared.simulate(p, { ...context, createTable, measurePerSeed });
    const reported = renderReport(report, tables);
    const figures = mergeRecords(
      Object.entries(results.figures ?? {}),
      ([name, { unit, values }]): Record<string, FigureOfMerit> => {
        return { [name]: { unit, values: [values].flat() } };
      },
    );
    return {
      tables: Object.fromEntries(Object.entries(tables).filter(([, table]) => table.hasValues)),
      figures: { ...reported.figures, ...figures },
      pictures: { ...results.pictures, ...reported.pictures },
      expectations: resolveExpectationOutcomes(results.expectations),
    };
  };
  return { parameters, run } as unknown as DemonstrationDefinition;
}

export const DEVICE_TO_DEVICE_SD_HELP = 'relative sd of conductance ranges and steps across devices';
export const CYCLE_TO_CYCLE_SD_HELP = 'relative sd of conductance steps between pulses';

export const VARIABILITY_PARAMS = {
  deviceToDevice: fraction(0.1, DEVICE_TO_DEVICE_SD_HELP),
  cycleToCycle: fraction(0.1, CYCLE_TO_CYCLE_SD_HELP),
};

export const MNIST_CLASS_COUNT = 10;

export type NeuronAndImageCounts = Readonly<Record<'neurons' | 'train' | 'label' | 'test', number>>;

const SIZE_RANGES = {
  neurons: { min: 10, max: 10_000, help: 'number of output neurons' },
  train: { min: 10, max: 60_000, help: 'number of training images' },
  label: { min: 1, max: 60_000, help: 'number of images for labelling the neurons' },
  test: { min: 10, max: 10_000, help: 'number of test images' },
};

export const declareCounts = <K extends keyof NeuronAndImageCounts>(defaults: Readonly<Record<K, number>>) =>
  mergeRecords(Object.keys(defaults) as K[], (key) => ({
    [key]: integer({ default: defaults[key], ...SIZE_RANGES[key] }),
  })) as Record<K, Defaulted<number>>;

type SeedRange = Readonly<Record<'seed' | 'seeds', number>>;

export const listSeeds = ({ seed, seeds }: SeedRange): number[] => mapRange(seeds, (k) => seed + k);

type RowsOf<L> = L extends readonly (infer R)[] ? R : L;
type SeedGrids<T> = { readonly [K in keyof T]: ResultTable<{ readonly seed: number } & RowsOf<T[K]>> };
type SeedResults = Readonly<Record<string, object>>;

/** Adds a table of results; `labels`: column labels that depend on parameters; other labels are in catalogue.yaml. */
type CreateTable = <R extends object>(name: string, rows: readonly R[], labels?: ColumnLabels) => ResultTable<R>;

interface MultiSeedContext extends DemonstrationContext {
  readonly createTable: CreateTable;
  /** Runs `measure` for each random seed; adds its result tables, joined over the seeds, with a column `seed`. */
  measurePerSeed<T extends SeedResults>(
    measure: (seed: number) => T | Promise<T>,
    labels?: ColumnLabels,
  ): Promise<SeedGrids<T>>;
}

const createSeedLoop =
  (
    p: SeedRange,
    { reportProgress: report }: DemonstrationContext,
    createTable: CreateTable,
  ): MultiSeedContext['measurePerSeed'] =>
  async (measure, labels) => {
    const runs: { readonly seed: number; readonly results: SeedResults }[] = [];
    for (const seed of listSeeds(p)) {
      await report(`seed ${seed}`, runs.length);
      runs.push({ seed, results: await measure(seed) });
    }
    return mergeRecords(Object.keys(runs[0]!.results), (name) => {
      const rows = runs.flatMap(({ seed, results }) => [results[name]!].flat().map((row) => ({ seed, ...row })));
      return { [name]: createTable(name, rows, labels) };
    }) as never;
  };

export class InterruptedError extends Error {}

export function requireResult<T>(result: T | null): T {
  if (result === null) throw new InterruptedError();
  return result;
}
