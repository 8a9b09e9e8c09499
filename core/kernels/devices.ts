/** Devices as kernels take them. */
import type { CounterRandom } from '../random/random.ts';
import type { Floats, Indices } from './arrays.ts';
import type { DevicesRecord, WeightsRecord } from './records.ts';

/** Devices whose weight is their state, all of one family of steps, as the pulse kernel takes them. */
export interface PulsedDevices {
  /** The same for kernels. */
  readonly record: WeightsRecord;
  readonly weights: Floats;
  /** Steps a (1 - x) instead of a e^(-b x). */
  readonly soft: boolean;
  readonly aUp: number;
  readonly bUp: number;
  readonly aDown: number;
  readonly bDown: number;
  readonly wMin: number;
  readonly wMax: number;
  /** Write energy per weight, and relative sd of each step. */
  readonly perWeight: number;
  readonly scatter: number;
  /** Each device's own largest weight, smallest one (null: all have wMin) and factors of its steps. */
  readonly spread: {
    readonly wMax: Floats;
    readonly wMin: Float64Array | null;
    readonly up: Float32Array;
    readonly down: Float32Array;
  } | null;
  /** Sum of the weights of each row; empty when no energy is booked. */
  readonly rowSums: Float64Array;
  /** As in `TotalsRecord`. */
  readonly totals: Float64Array;
  /** Room for the sums of rows as so many arrivals of one call find them. */
  readonly sums: Float64Array;
  /** Pulses of each device; empty when they are not counted. */
  readonly pulses: Uint32Array;
  /** Joules spent on the pulses of each device; empty when they are not booked. */
  readonly joules: Float64Array;
  /** What its steps scatter by. */
  readonly random: CounterRandom;
}

/**
 * Which devices a pulse goes to: edges start, start + stride, … or a list of them. The index of their other side is their place
 * in the run, or listed too. Lists begin at `offset`.
 */
export interface PulseRun {
  start: number;
  stride: number;
  count: number;
  edges: Uint32Array | null;
  others: Indices | null;
  offset: number;
  /** The row (the column) they all lie in, or -1: it is the other side. */
  row: number;
  column: number;
}

/** How far states stray on their way: relative sd of a step, sd of a write, number of levels; 0: not. */
export interface Straying {
  readonly cycleToCycle: number;
  readonly writeNoise: number;
  readonly levels: number;
}

/** Devices whose steps a kernel knows: a e^(-b g) upwards, a e^(-b (1 - g)) downwards; soft: a (1 - g) and a g. */
export interface StepFamily {
  readonly soft: boolean;
  readonly up: { readonly a: number; readonly b: number };
  readonly down: { readonly a: number; readonly b: number };
}

/** What `settlePulses` does: the step, where it is of a family, and how states stray. */
export interface Stages {
  readonly family: StepFamily | null;
  readonly straying: Straying;
}

/**
 * The way of a device through its range, one direction: state g at position x of the pulses, both in [0, 1], is
 * (1 - e^(-x/a)) / whole, `whole` = 1 - e^(-1/a), back = e^(-1/a) - 1; a straight line where `back` is 0. |1/a| is below 700.
 */
export interface Curve {
  readonly a: number;
  readonly whole: number;
  readonly back: number;
}

/** With the number of pulses from one end to the other, and voltage² × time of a full one, V² s. */
export interface PulseCurve extends Curve {
  readonly pulses: number;
  readonly square: number;
}

/** Number of values per row of a `StepTable`. */
export const STEP_ROW_LENGTH = 6;

/** Offset of quantile indices: kernels read the index off the bits of a number from 2^52 on. */
export const QUANTILE_ORIGIN = 2 ** 52;

/**
 * The distribution of steps, upwards, then downwards: quantiles of the change of g at equally spaced levels, in so many states. A row, which
 * reaches from one of these to the next, is: state, width, mean change, by how much that of the next state is higher, place of
 * the first quantile (see `QUANTILE_ORIGIN`), state from which on the next row is taken (Infinity: none).
 */
export interface StepTable {
  readonly rows: Float64Array;
  /** At each place the quantile of a row's state and that of the next one; of each row one place more, for the draw that is 1. */
  readonly values: Float64Array;
  /** Where the row at or below the lower end of each of so many cells from 0 to 1, and of 1, begins; of both directions. */
  readonly first: Uint32Array;
  /** Number of the last level of each direction. */
  readonly last: readonly [number, number];
}

/** What becomes of a worn-out device, in the order in which kernels know it. */
export const FAILURES = ['low', 'high', 'last'] as const;

/** Devices that wear, or are stuck. */
export interface WearingDevices {
  /** Not 0: it is stuck; and whether any is. */
  readonly stuck: Uint8Array;
  some: boolean;
  readonly failure: (typeof FAILURES)[number];
  /** Exponent of the share of its lifetime that is over, by which its range (failure last: its steps) has shrunk. */
  readonly wear: number;
}

/** Both ends of each device's range, and factors of its steps; null where all are alike. */
export interface Differing {
  readonly ends: Float64Array | null;
  readonly up: Float32Array | null;
  readonly down: Float32Array | null;
}

/** Where devices in states g keep what they are; `PulsedDevices` for devices that are their weights. */
export interface StatefulDevices {
  /** The same for kernels. */
  readonly record: DevicesRecord;
  readonly g: Float64Array;
  readonly weights: Floats;
  readonly pulses: Uint32Array;
  readonly totals: Float64Array;
  /** Sums of conductances: of each row, of each column, of all; rows are empty where there is no conductance. */
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  readonly all: Float64Array;
  readonly joules: Float64Array;
  /** What is noted of when each device was programmed; null: nothing. */
  readonly programmed: Float64Array | null;
  /** Voltage² × time of a pulse, V² s. */
  readonly square: number;
  /** Weight of a device in state 0 and 1, and what it is for those that differ; conductance: gMin + (weight - low) × perWeight. */
  readonly low: number;
  readonly top: number;
  readonly ends: Float64Array | null;
  /** Weight that each device shows beside that of its state, the sd of what a pulse makes of it, and the least weight shown. */
  readonly apart: Float64Array | null;
  readonly apartSd: number;
  readonly floor: number;
  readonly gMin: number;
  readonly perWeight: number;
  readonly stages: Stages;
  /** What a write does to the devices that it is not meant for; null: nothing. */
  readonly disturb: ((row: number, column: number, square: number, stored: number) => void) | null;
}
