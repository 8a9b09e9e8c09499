/** Devices as kernels take them. */
import { log1p } from '../elementary.ts';
import { exp } from '../math.ts';
import type { CounterRandom } from '../random/random.ts';
import type { Floats, Indices } from './arrays.ts';
import type { DevicesRecord, WeightsRecord } from './records.ts';

/** Devices without separate states, of one step family, for the kernel `pulse`. */
export interface PulsedDevices {
  /** Record with the same fields. */
  readonly record: WeightsRecord;
  readonly weights: Floats;
  /** True for steps a (1 - x), false for steps a e^(-b x). */
  readonly soft: boolean;
  readonly aUp: number;
  readonly bUp: number;
  readonly aDown: number;
  readonly bDown: number;
  readonly wMin: number;
  readonly wMax: number;
  /** Write energy per unit of weight, J, and relative sd of each step. */
  readonly perWeight: number;
  readonly scatter: number;
  /** Range and step factors of each device; `wMin` null: all devices have the same smallest weight. */
  readonly spread: {
    readonly wMax: Floats;
    readonly wMin: Float64Array | null;
    readonly up: Float32Array;
    readonly down: Float32Array;
  } | null;
  /** Sum of the weights of each row; empty if no energy is counted. */
  readonly rowSums: Float64Array;
  /** Counters; see `TotalsRecord`. */
  readonly totals: Float64Array;
  /** Output: sum of the row of each arrival of one call. */
  readonly sums: Float64Array;
  /** Number of pulses of each device; empty if pulses are not counted per device. */
  readonly pulses: Uint32Array;
  /** Write energy of each device, J; empty if energy is not counted per device. */
  readonly joules: Float64Array;
  /** Generator of the step noise. */
  readonly random: CounterRandom;
}

/**
 * Devices that a pulse goes to: edges start, start + stride, … or a list of edges. The index of their other side is their position in the
 * run, or is listed too. Lists begin at `offset`.
 */
export interface PulseRun {
  start: number;
  stride: number;
  count: number;
  edges: Uint32Array | null;
  others: Indices | null;
  offset: number;
  /** Common row (column) of the devices, or -1: it is the other side. */
  row: number;
  column: number;
}

/** Programming non-idealities: relative sd of each step (cycle-to-cycle variability), sd of each write (write noise), number of levels; 0 = off. */
export interface ProgrammingNoise {
  readonly cycleToCycle: number;
  readonly writeNoise: number;
  readonly levels: number;
}

/** Step family known to kernels: a e^(-b g) upwards, a e^(-b (1 - g)) downwards; soft bounds: a (1 - g) and a g. */
export interface StepFamily {
  readonly soft: boolean;
  readonly up: { readonly a: number; readonly b: number };
  readonly down: { readonly a: number; readonly b: number };
}

/** Work of `computeStates`: the step, if its family is known, and programming non-idealities. */
export interface Stages {
  readonly family: StepFamily | null;
  readonly straying: ProgrammingNoise;
}

/**
 * Curve of a device through its range in one direction: state g at pulse position x, both in [0, 1], is (1 - e^(-x/a)) / whole, with
 * `whole` = 1 - e^(-1/a) and `back` = e^(-1/a) - 1; a straight line if `back` is 0. |1/a| is below 700.
 */
export interface Curve {
  readonly a: number;
  readonly whole: number;
  readonly back: number;
}

/** Curve with its number of pulses from one end to the other, and voltage² × time of a full pulse, V² s. */
export interface PulseCurve extends Curve {
  readonly pulses: number;
  readonly square: number;
}

/** Number of values per row of a `StepTable`. */
export const STEP_ROW_LENGTH = 6;

/** Offset of quantile indices: kernels read the index off the bits of a number from 2^52 on. */
export const QUANTILE_ORIGIN = 2 ** 52;

/**
 * Distribution of steps, upwards, then downwards: quantiles of the change of g at equally spaced levels, in several states. A row reaches
 * from one state to the next: state, width, mean change, increase of the mean to the next state, index of the first quantile (see
 * `QUANTILE_ORIGIN`), state from which on the next row applies (Infinity: none).
 */
export interface StepTable {
  readonly rows: Float64Array;
  /** At each index the quantiles of a row's state and of the next state; one index more per row, for the draw 1. */
  readonly values: Float64Array;
  /** Start of the row at or below the lower end of each cell from 0 to 1, and of 1; for both directions. */
  readonly first: Uint32Array;
  /** Index of the last level of each direction. */
  readonly last: readonly [number, number];
}

/** Final states of worn-out devices, in the order of the kernels' codes. */
export const FAILURES = ['low', 'high', 'last'] as const;

/** Devices with limited endurance or stuck devices. */
export interface WearingDevices {
  /** Per device: 1 if stuck; `some`: true if any device is stuck. */
  readonly stuck: Uint8Array;
  some: boolean;
  readonly failure: (typeof FAILURES)[number];
  /** Exponent of the used share of the lifetime, by which the range (failure `last`: the steps) shrinks. */
  readonly wear: number;
}

/** Per-device constants: both ends of the range, and step factors; null if all devices are equal. */
export interface DeviceConstants {
  readonly ends: Float64Array | null;
  readonly up: Float32Array | null;
  readonly down: Float32Array | null;
}

/** Devices with states g, for the staged kernels. */
export interface StatefulDevices {
  /** Record with the same fields. */
  readonly record: DevicesRecord;
  readonly g: Float64Array;
  readonly weights: Floats;
  readonly pulses: Uint32Array;
  readonly totals: Float64Array;
  /** Sums of conductances of each row, of each column, and of all; rows are empty without conductances. */
  readonly rows: Float64Array;
  readonly columns: Float64Array;
  readonly all: Float64Array;
  readonly joules: Float64Array;
  /** Stamp of the last programming of each device; null if none is kept. */
  readonly programmed: Float64Array | null;
  /** Voltage² × time of a pulse, V² s. */
  readonly square: number;
  /** Weights in state 0 and 1, and those of each device if they differ; conductance: gMin + (weight - low) × perWeight. */
  readonly low: number;
  readonly top: number;
  readonly ends: Float64Array | null;
  /** Apparent weight offset of each device, its sd after a pulse, and the smallest weight. */
  readonly apart: Float64Array | null;
  readonly apartSd: number;
  readonly floor: number;
  readonly gMin: number;
  readonly perWeight: number;
  readonly stages: Stages;
  /** Half-select disturb of a write on other devices; null: none. */
  readonly disturb: ((row: number, column: number, square: number, stored: number) => void) | null;
}

/** State g in [0, 1] at pulse position x in [0, 1]. */
export const stateAtPosition = ({ a, whole, back }: Curve, x: number): number =>
  back === 0 ? x : (1 - exp(-x / a)) / whole;

/** Pulse position in [0, 1] of state g in [0, 1]: the inverse of `stateAtPosition`. */
export const positionOfState = ({ a, back }: Curve, g: number): number => (back === 0 ? g : -a * log1p(g * back));
