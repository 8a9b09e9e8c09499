import type * as z from 'zod';
import { integer, type Mapping, number, object, type Shape } from '../../core/declare/params.ts';
import { type ColumnLabels, type Findings, ResultGrid } from './findings.ts';

export { integer, number } from '../../core/declare/params.ts';
export { moveSampleToFront as sampleFirst, shuffle } from '../../core/random/random.ts';

/** Calls `make` with 0 to `count` - 1. */
export const repeat = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

export interface RunContext {
  /** Abort signal for loops that yield to the event loop themselves. */
  readonly signal: AbortSignal;
  /** Reports progress and yields. @param seedsDone number of finished seeds, if a seed starts @throws Interrupted */
  step(text: string, seedsDone?: number): Promise<void>;
}

/** Simulation that tests one claim of a review article. */
export interface Demonstration {
  readonly name: string;
  readonly title: string;
  readonly claim: string;
  readonly source: string;
  readonly parameters: Mapping;
  run(parameters: Readonly<Record<string, unknown>>, context: RunContext): Promise<Findings>;
}

const SEED_PARAMS = {
  seed: integer({ default: 1, min: 0, max: 2 ** 31, help: 'first seed' }),
  seeds: integer({ default: 3, min: 1, max: 1000, help: 'number of repetitions, with consecutive seeds' }),
};

export type ParametersOf<S extends Shape> = z.output<Mapping<S & typeof SEED_PARAMS>>;

interface DeclaredDemonstration<S extends Shape> extends Omit<Demonstration, 'parameters' | 'run' | 'source'> {
  /** Part of the review article that has the claim; needed if there is no `source`. */
  readonly review?: string;
  readonly source?: string;
  readonly parameters: S;
  /** True if the study draws no random numbers. */
  readonly deterministic?: boolean;
  run(parameters: ParametersOf<S>, context: RunContext): Promise<Findings>;
}

/** Adds seed parameters unless the study is deterministic. */
export function defineDemonstration<S extends Shape>(declared: DeclaredDemonstration<S>): Demonstration {
  const parameters = object({ ...declared.parameters, ...(!declared.deterministic && SEED_PARAMS) });
  const source = declared.source ?? `Cao et al., Nanoscale Horiz. 2023, 8, 716, ${declared.review}`;
  return { ...declared, source, parameters } as unknown as Demonstration;
}

export const POSITIVE_RANGE = { min: 0, exclusiveMin: true };

export const VARIABILITY_PARAMS = {
  deviceToDevice: number({ default: 0.1, min: 0, max: 1, help: 'relative sd of ranges and steps between devices' }),
  cycleToCycle: number({ default: 0.1, min: 0, max: 1, help: 'relative sd of steps from pulse to pulse' }),
};

export const MNIST_CLASSES = 10;

/** Numbers of output neurons, and of images for training, labelling and testing. */
export type LayerSize = Readonly<Record<'neurons' | 'train' | 'label' | 'test', number>>;

export const declareLayerParams = (defaults: LayerSize) => ({
  neurons: integer({ default: defaults.neurons, min: 10, max: 10_000, help: 'number of output neurons' }),
  train: integer({ default: defaults.train, min: 10, max: 60_000, help: 'number of training images, each shown once' }),
  label: integer({ default: defaults.label, min: 1, max: 60_000, help: 'number of images for labelling the neurons' }),
  test: integer({ default: defaults.test, min: 10, max: 10_000, help: 'number of test images' }),
});

type Seeds = Readonly<Record<'seed' | 'seeds', number>>;

export const listSeeds = ({ seed, seeds }: Seeds): number[] => repeat(seeds, (k) => seed + k);

type RowsOf<L> = L extends readonly (infer R)[] ? R : L;
type SeedGrids<T> = { readonly [K in keyof T]: ResultGrid<{ readonly seed: number } & RowsOf<T[K]>> };

/**
 * Runs `measure` for each seed. Collects results of the same name in one grid; a result is one row or a list of rows.
 * Adds a column `seed` to rows without one; `labels` are the column labels of the grids.
 */
export async function measurePerSeed<T extends Readonly<Record<string, object>>>(
  p: Seeds,
  context: RunContext,
  labels: ColumnLabels,
  measure: (seed: number) => T | Promise<T>,
): Promise<SeedGrids<T>> {
  const runs: { readonly seed: number; readonly results: T }[] = [];
  for (const seed of listSeeds(p)) {
    await context.step(`seed ${seed}`, runs.length);
    runs.push({ seed, results: await measure(seed) });
  }
  const grids = Object.keys(runs[0]!.results).map((name) => {
    const rows = runs.flatMap(({ seed, results }) => [results[name]!].flat().map((row) => ({ seed, ...row })));
    return [name, new ResultGrid(rows, labels)];
  });
  return Object.fromEntries(grids);
}

/** Error: the user has interrupted the run. */
export class Interrupted extends Error {}

/** @throws Interrupted if the result of an interruptible job is null */
export function requireResult<T>(result: T | null): T {
  if (result === null) throw new Interrupted();
  return result;
}
