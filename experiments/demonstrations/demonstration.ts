import type { z } from 'zod';
import { integer, type Mapping } from '../../core/declare/params.ts';
import type { ColumnType } from '../../core/log/tables.ts';
import type { PartColumn } from '../devices/characterise/part.ts';

/** A number that a demonstration came to, once for each seed; a single value where chance plays no part. */
export interface Figure {
  readonly unit: string;
  readonly values: readonly number[];
}

/** Something that the claim says should show, and whether it did. */
interface Expectation {
  readonly text: string;
  readonly shown: boolean;
}

/** What came out. */
export interface Findings {
  readonly figures: Readonly<Record<string, Figure>>;
  readonly expectations: readonly Expectation[];
  /** Columns of equal length by the name of their table, which is written as NAME.arrows and NAME.csv. */
  readonly tables: Readonly<Record<string, Readonly<Record<string, PartColumn>>>>;
  /** SVG by the name of the picture, which is written as NAME.svg and NAME.png. */
  readonly pictures: Readonly<Record<string, string>>;
}

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

/** A column of a table. */
export const column = (unit: string, values: readonly number[], type: ColumnType = 'float64'): PartColumn => ({
  type,
  unit,
  values,
});

/** Its unit; unit and type, where that is not float64; or the names that a column of codes stands for. */
type ColumnSpec = string | readonly [unit: string, type: ColumnType] | { readonly names: readonly string[] };

/** A table of records: a column for each key of `spec`, of numbers or of names. */
export function tableOf<R extends object>(
  records: readonly R[],
  spec: { readonly [K in keyof R]?: ColumnSpec },
): Record<string, PartColumn> {
  const entries = Object.entries(spec) as [keyof R & string, ColumnSpec][];
  return Object.fromEntries(
    entries.map(([key, one]) => {
      const values = records.map((record) => record[key]);
      if (typeof one === 'object' && 'names' in one)
        return [
          key,
          {
            ...column(
              '1',
              values.map((name) => one.names.indexOf(name as string)),
              'uint8',
            ),
            names: one.names,
          },
        ];
      return [
        key,
        typeof one === 'string' ? column(one, values as number[]) : column(one[0], values as number[], one[1]),
      ];
    }),
  );
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
