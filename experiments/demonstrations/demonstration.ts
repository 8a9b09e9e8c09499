import type * as z from 'zod';
import { type Defaulted, fraction, integer, type Mapping, object, type Shape } from '../../core/declare/params.ts';
import type { ColumnLabels, DemonstrationResults, FigureOfMerit, Findings } from './findings.ts';
import { mergeRecords, ResultTable, resolveExpectationOutcomes } from './findings.ts';

export { fraction, integer, number, positive, text } from '../../core/declare/params.ts';
export { moveSampleToFront, shuffle, shuffleIndices } from '../../core/random/random.ts';
export * from './findings.ts';

export const mapRange = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

export interface DemonstrationContext {
  readonly signal: AbortSignal;
  /**
   * Reports progress and yields to the event loop. @param seedsDone number of finished seeds, given at the start of each seed
   * @throws InterruptedError
   */
  reportProgress(text: string, seedsDone?: number): Promise<void>;
}

/** Simulation that tests one claim of a review article. */
export interface DemonstrationDefinition {
  readonly parameters: Mapping;
  run(parameters: Readonly<Record<string, unknown>>, context: DemonstrationContext): Promise<Findings>;
}

const SEED_PARAMS = {
  seed: integer({ default: 1, min: 0, max: 2 ** 31, help: 'first seed' }),
  seeds: integer({ default: 3, min: 1, max: 1000, help: 'number of repetitions, with consecutive seeds' }),
};

export type ParametersOf<S extends Shape> = z.output<Mapping<S & typeof SEED_PARAMS>>;

/** Creates a study; adds the parameters `seed` and `seeds`, unless the study draws no random numbers. */
export function defineDemonstration<S extends Shape>(declared: {
  readonly parameters: S;
  readonly isDeterministic?: boolean;
  run(parameters: ParametersOf<S>, context: MultiSeedContext): Promise<DemonstrationResults>;
}): DemonstrationDefinition {
  const parameters = object({ ...(!declared.isDeterministic && SEED_PARAMS), ...declared.parameters });
  const run = async (p: ParametersOf<S>, context: DemonstrationContext): Promise<Findings> => {
    const results = await declared.run(p, { ...context, measurePerSeed: createSeedLoop(p as SeedRange, context) });
    const figures = mergeRecords(
      Object.entries(results.figures),
      ([name, { unit, values }]): Record<string, FigureOfMerit> => {
        return { [name]: { unit, values: [values].flat() } };
      },
    );
    return { ...results, figures, expectations: resolveExpectationOutcomes(results.expectations) };
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

export const declareCountParams = <K extends keyof NeuronAndImageCounts>(defaults: Readonly<Record<K, number>>) =>
  mergeRecords(Object.keys(defaults) as K[], (key) => ({
    [key]: integer({ default: defaults[key], ...SIZE_RANGES[key] }),
  })) as Record<K, Defaulted<number>>;

type SeedRange = Readonly<Record<'seed' | 'seeds', number>>;

export const listSeeds = ({ seed, seeds }: SeedRange): number[] => mapRange(seeds, (k) => seed + k);

type RowsOf<L> = L extends readonly (infer R)[] ? R : L;
type SeedGrids<T> = { readonly [K in keyof T]: ResultTable<{ readonly seed: number } & RowsOf<T[K]>> };
type SeedResults = Readonly<Record<string, object>>;

interface MultiSeedContext extends DemonstrationContext {
  /** Runs `measure` for each seed; joins its tables over the seeds, with a column `seed`. @param labels column labels */
  measurePerSeed<T extends SeedResults>(
    labels: ColumnLabels,
    measure: (seed: number) => T | Promise<T>,
  ): Promise<SeedGrids<T>>;
}

const createSeedLoop =
  (p: SeedRange, { reportProgress: report }: DemonstrationContext): MultiSeedContext['measurePerSeed'] =>
  async (labels, measure) => {
    const runs: { readonly seed: number; readonly results: SeedResults }[] = [];
    for (const seed of listSeeds(p)) {
      await report(`seed ${seed}`, runs.length);
      runs.push({ seed, results: await measure(seed) });
    }
    const grids = Object.keys(runs[0]!.results).map((name) => {
      const rows = runs.flatMap(({ seed, results }) => [results[name]!].flat().map((row) => ({ seed, ...row })));
      return [name, new ResultTable(rows, labels)];
    });
    return Object.fromEntries(grids);
  };

export class InterruptedError extends Error {}

export function requireResult<T>(result: T | null): T {
  if (result === null) throw new InterruptedError();
  return result;
}
