import type * as z from 'zod';
import { type Defaulted, fraction, integer, type Mapping, object, type Shape } from '../../core/declare/params.ts';
import type { ColumnLabels, FigureOfMerit, Findings, StudyResults } from './findings.ts';
import { mergeRecords, ResultGrid, resolveOutcomes } from './findings.ts';

export { fraction, integer, number, positive, text } from '../../core/declare/params.ts';
export { moveSampleToFront, shuffle, shuffleIndices } from '../../core/random/random.ts';
export * from './findings.ts';

export const mapRange = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

export interface RunContext {
  readonly signal: AbortSignal;
  /**
   * Reports progress and yields to the event loop. @param seedsDone number of finished seeds, given at the start of each seed
   * @throws InterruptedError
   */
  report(text: string, seedsDone?: number): Promise<void>;
}

/** Simulation that tests one claim of a review article. */
export interface Study {
  readonly parameters: Mapping;
  run(parameters: Readonly<Record<string, unknown>>, context: RunContext): Promise<Findings>;
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
  run(parameters: ParametersOf<S>, context: StudyContext): Promise<StudyResults>;
}): Study {
  const parameters = object({ ...(!declared.isDeterministic && SEED_PARAMS), ...declared.parameters });
  const run = async (p: ParametersOf<S>, context: RunContext): Promise<Findings> => {
    const results = await declared.run(p, { ...context, measurePerSeed: createSeedLoop(p as SeedRange, context) });
    const figures = mergeRecords(
      Object.entries(results.figures),
      ([name, { unit, values }]): Record<string, FigureOfMerit> => {
        return { [name]: { unit, values: [values].flat() } };
      },
    );
    return { ...results, figures, expectations: resolveOutcomes(results.expectations) };
  };
  return { parameters, run } as unknown as Study;
}

export const DEVICE_SD_HELP = 'relative sd of conductance ranges and steps across devices';
export const CYCLE_SD_HELP = 'relative sd of conductance steps between pulses';

export const VARIABILITY_PARAMS = {
  deviceToDevice: fraction(0.1, DEVICE_SD_HELP),
  cycleToCycle: fraction(0.1, CYCLE_SD_HELP),
};

export const MNIST_CLASSES = 10;

export type StudySizes = Readonly<Record<'neurons' | 'train' | 'label' | 'test', number>>;

const SIZE_RANGES = {
  neurons: { min: 10, max: 10_000, help: 'number of output neurons' },
  train: { min: 10, max: 60_000, help: 'number of training images' },
  label: { min: 1, max: 60_000, help: 'number of images for labelling the neurons' },
  test: { min: 10, max: 10_000, help: 'number of test images' },
};

export const declareSizeParams = <K extends keyof StudySizes>(defaults: Readonly<Record<K, number>>) =>
  mergeRecords(Object.keys(defaults) as K[], (key) => ({
    [key]: integer({ default: defaults[key], ...SIZE_RANGES[key] }),
  })) as Record<K, Defaulted<number>>;

type SeedRange = Readonly<Record<'seed' | 'seeds', number>>;

export const listSeeds = ({ seed, seeds }: SeedRange): number[] => mapRange(seeds, (k) => seed + k);

type RowsOf<L> = L extends readonly (infer R)[] ? R : L;
type SeedGrids<T> = { readonly [K in keyof T]: ResultGrid<{ readonly seed: number } & RowsOf<T[K]>> };
type SeedResults = Readonly<Record<string, object>>;

interface StudyContext extends RunContext {
  /** Runs `measure` for each seed; joins its tables over the seeds, with a column `seed`. @param labels column labels */
  measurePerSeed<T extends SeedResults>(
    labels: ColumnLabels,
    measure: (seed: number) => T | Promise<T>,
  ): Promise<SeedGrids<T>>;
}

const createSeedLoop =
  (p: SeedRange, { report }: RunContext): StudyContext['measurePerSeed'] =>
  async (labels, measure) => {
    const runs: { readonly seed: number; readonly results: SeedResults }[] = [];
    for (const seed of listSeeds(p)) {
      await report(`seed ${seed}`, runs.length);
      runs.push({ seed, results: await measure(seed) });
    }
    const grids = Object.keys(runs[0]!.results).map((name) => {
      const rows = runs.flatMap(({ seed, results }) => [results[name]!].flat().map((row) => ({ seed, ...row })));
      return [name, new ResultGrid(rows, labels)];
    });
    return Object.fromEntries(grids);
  };

export class InterruptedError extends Error {}

export function requireResult<T>(result: T | null): T {
  if (result === null) throw new InterruptedError();
  return result;
}
