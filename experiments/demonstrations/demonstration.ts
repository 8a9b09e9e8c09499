import type * as z from 'zod';
import { integer, type Mapping, number, object, type Shape } from '../../core/declare/params.ts';
import { type ColumnLabels, type Findings, ResultGrid } from './findings.ts';

export { integer, number } from '../../core/declare/params.ts';
export { sampleFirst, shuffle } from '../../core/random/random.ts';

/** Abort signal and progress reports of a running demonstration. */
export interface RunContext {
  /** Abort signal for loops that yield to the event loop themselves. */
  readonly signal: AbortSignal;
  /** Reports a step and lets the user interrupt. @param seedsDone number of finished seeds, at the first step of a seed @throws Interrupted */
  step(text: string, seedsDone?: number): Promise<void>;
}

/** One claim of the review as a study that a single command runs. */
export interface Demonstration {
  /** Command-line name, such as `pulse-arithmetic`. */
  readonly name: string;
  /** Subject of the study, one line. */
  readonly title: string;
  /** Claim of the review. */
  readonly claim: string;
  /** References of the claim and of the method. */
  readonly source: string;
  readonly parameters: Mapping;
  run(parameters: Readonly<Record<string, unknown>>, context: RunContext): Promise<Findings>;
}

/** Parameters of a study with random draws: every figure has one value per seed. */
const SEED_PARAMS = {
  seed: integer({ default: 1, min: 0, max: 2 ** 31, help: 'first seed' }),
  seeds: integer({ default: 3, min: 1, max: 1000, help: 'number of repetitions, with consecutive seeds' }),
};

/** Values of declared parameters and of the seeds. */
export type ParametersOf<S extends Shape> = z.output<Mapping<S & typeof SEED_PARAMS>>;

interface DeclaredDemonstration<S extends Shape> extends Omit<Demonstration, 'parameters' | 'run'> {
  readonly parameters: S;
  /** True without random draws: no seeds. */
  readonly deterministic?: boolean;
  run(parameters: ParametersOf<S>, context: RunContext): Promise<Findings>;
}

/** Declares a demonstration with its parameters besides the seeds; the schema validates parameters before `run` gets them. */
export function defineDemonstration<S extends Shape>(declared: DeclaredDemonstration<S>): Demonstration {
  const parameters = object({ ...declared.parameters, ...(!declared.deterministic && SEED_PARAMS) });
  return { ...declared, parameters } as unknown as Demonstration;
}

/** Range of a parameter that is greater than 0. */
export const POSITIVE = { min: 0, exclusiveMin: true };

/** Parameters of device variability. */
export const VARIABILITY_PARAMS = {
  deviceToDevice: number({ default: 0.1, min: 0, max: 1, help: 'relative sd between devices' }),
  cycleToCycle: number({ default: 0.1, min: 0, max: 1, help: 'relative sd of each step' }),
};

export const MNIST_CLASSES = 10;

/** Size of an MNIST layer: output neurons, and images for training, labelling and test. */
export type LayerSize = Readonly<Record<'neurons' | 'train' | 'label' | 'test', number>>;

/** Parameters of an MNIST layer. */
export const layerParams = (defaults: LayerSize) => ({
  neurons: integer({ default: defaults.neurons, min: 10, max: 10_000, help: 'number of output neurons' }),
  train: integer({ default: defaults.train, min: 10, max: 60_000, help: 'number of training images, each shown once' }),
  label: integer({ default: defaults.label, min: 1, max: 60_000, help: 'number of images that label the neurons' }),
  test: integer({ default: defaults.test, min: 10, max: 10_000, help: 'number of test images' }),
});

type Seeds = Readonly<Record<'seed' | 'seeds', number>>;

export const listSeeds = ({ seed, seeds }: Seeds): number[] => Array.from({ length: seeds }, (_, k) => seed + k);

type RowsOf<L> = L extends readonly (infer R)[] ? R : L;
type SeedGrids<T> = { readonly [K in keyof T]: ResultGrid<{ readonly seed: number } & RowsOf<T[K]>> };

/**
 * Runs `measure` for one seed after the other. Collects the rows that it returns under each name, a list or a single row, as
 * grids with these column labels. Rows without a seed get it as their first column.
 */
export async function measureSeeds<T extends Readonly<Record<string, object>>>(
  p: Seeds,
  context: RunContext,
  measure: (seed: number) => T | Promise<T>,
  labels: ColumnLabels = {},
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

/** The user has interrupted the run. */
export class Interrupted extends Error {}

/** Result of an interruptible job. @throws Interrupted if the result is null */
export function requireResult<T>(result: T | null): T {
  if (result === null) throw new Interrupted();
  return result;
}
