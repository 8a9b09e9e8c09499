import * as z from 'zod/mini';
import { integer, number, object } from '../../../core/declare/params.ts';

const ms = (help: string, initial: number) =>
  number({ default: initial, min: 0, exclusiveMin: true, unit: 'ms', help });

/** Phases of the MNIST job in the order of their numbers in the log. */
export const PHASES = ['train', 'label', 'test'] as const;
export type Phase = (typeof PHASES)[number];

/** How to measure. The defaults are assumed values. */
export const measuring = {
  bin: ms('width of bins for counts, correlations, spectrum and PSTH', 5),
  maxLag: ms('longest lag of correlograms', 100),
  fanoWindow: ms('windows whose spike counts the Fano factor compares', 100),
  burstInterval: ms('longest interval within a burst', 10),
  burstSpikes: integer({ default: 3, min: 2, help: 'fewest spikes of a burst' }),
  segment: integer({
    default: 256,
    min: 4,
    max: 2 ** 20,
    help: 'bins a segment of the power spectrum, a power of two',
  }).check(z.refine((n) => Number.isInteger(Math.log2(n)), 'a power of two')),
  after: ms('how long after a trigger the PSTH goes', 100),
  tau: ms('time constant of the van Rossum distance', 20),
  cost: number({ default: 0.1, min: 0, unit: '1/ms', help: 'cost of moving a spike in the Victor-Purpura distance' }),
};

const schema = object(measuring);

/** What to measure, and how. */
export interface AnalysisOptions extends z.output<typeof schema> {
  /** Default: all that have spikes. */
  readonly populations?: readonly string[] | undefined;
  /** The window, ms; default: the whole run. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** `images`, `every=PERIOD` or times separated by commas; without it there is no PSTH. */
  readonly trigger?: string | undefined;
  /** Of which phase of the MNIST job images are triggers; default: all. */
  readonly phase?: Phase | undefined;
  /** Neurons whose pairs are compared; without it the first ten that fire. */
  readonly neurons?: readonly number[] | undefined;
  /** Whether to compare pairs of trains, which takes the longest; default: true. */
  readonly distances?: boolean | undefined;
}

export const DEFAULTS: AnalysisOptions = schema.parse({});
