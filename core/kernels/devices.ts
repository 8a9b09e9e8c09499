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

/** Step family known to kernels: a e^(-b g) upwards, a e^(-b (1 - g)) downwards; soft bounds: a (1 - g) and a g. */
export interface StepFamily {
  readonly soft: boolean;
  readonly up: { readonly a: number; readonly b: number };
  readonly down: { readonly a: number; readonly b: number };
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

/** Devices with states g, for the staged kernels. */
export interface WithDevices {
  readonly record: DevicesRecord;
}

/** State g in [0, 1] at pulse position x in [0, 1]. */
export const stateAtPosition = ({ a, whole, back }: Curve, x: number): number =>
  back === 0 ? x : (1 - exp(-x / a)) / whole;

/** Pulse position in [0, 1] of state g in [0, 1]: the inverse of `stateAtPosition`. */
export const positionOfState = ({ a, back }: Curve, g: number): number => (back === 0 ? g : -a * log1p(g * back));
