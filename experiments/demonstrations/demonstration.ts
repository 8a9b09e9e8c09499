import type * as z from 'zod';
import { integer, type Mapping } from '../../core/declare/params.ts';
import type { Findings } from './findings.ts';

/** What a demonstration is given besides its parameters. */
export interface Stage {
  /** For loops that yield to the event loop by themselves. */
  readonly signal: AbortSignal;
  /** Tells what comes next, one of `steps`, and lets an interruption through. @throws Interrupted */
  step(text: string): Promise<void>;
}

/** One demonstration of the review, to be run, changed and cited. */
export interface Demonstration<P extends Mapping = Mapping> {
  /** As the command line spells it: `pulse-arithmetic`. */
  readonly name: string;
  /** One line: what it shows. */
  readonly title: string;
  /** What the review says, and of which work. */
  readonly claim: string;
  readonly source: string;
  readonly parameters: P;
  /** How often `run` calls `step`. */
  steps(parameters: z.output<P>): number;
  run(parameters: z.output<P>, stage: Stage): Findings | Promise<Findings>;
}

/** Parameters of whatever chance plays a part in: every figure has a value for each seed. */
export const REPEATED = {
  seed: integer({ default: 1, min: 0, max: 2 ** 31, help: 'first seed' }),
  seeds: integer({ default: 3, min: 1, max: 1000, help: 'repetitions; their seeds follow one another' }),
};

/**
 * Parameters of a layer that learns MNIST, by their defaults: its output neurons, and how many images it is trained on, labelled
 * with, and tested on.
 */
export const learningLayerParams = (defaults: Readonly<Record<'neurons' | 'train' | 'label' | 'test', number>>) => ({
  neurons: integer({ default: defaults.neurons, min: 10, max: 10_000, help: 'output neurons of the network' }),
  train: integer({ default: defaults.train, min: 10, max: 60_000, help: 'training images, shown once' }),
  label: integer({
    default: defaults.label,
    min: 1,
    max: 60_000,
    help: 'training images shown again to label the neurons',
  }),
  test: integer({ default: defaults.test, min: 10, max: 10_000, help: 'test images' }),
});

export const seedsOf = ({ seed, seeds }: { readonly seed: number; readonly seeds: number }): number[] =>
  Array.from({ length: seeds }, (_, k) => seed + k);

/** What each seed comes to, one after the other. */
export async function perSeed<T>(
  p: { readonly seed: number; readonly seeds: number },
  one: (seed: number) => T | Promise<T>,
): Promise<T[]> {
  const found: T[] = [];
  for (const seed of seedsOf(p)) found.push(await one(seed));
  return found;
}

/** Declares a demonstration; its functions are called with parameters that the schema has validated. */
export function demonstration<P extends Mapping>(declared: Demonstration<P>): Demonstration {
  return declared as unknown as Demonstration;
}

/** The user has interrupted. */
export class Interrupted extends Error {}

/** What a step that can be interrupted came to. @throws Interrupted where that is nothing */
export function finished<T>(result: T | null): T {
  if (result === null) throw new Interrupted();
  return result;
}
