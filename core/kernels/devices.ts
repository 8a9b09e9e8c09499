/** Interfaces between device models and device kernels. */
import { log1p } from '../elementary.ts';
import { exp } from '../math.ts';
import type { Indices } from './arrays.ts';
import type { DevicesRecord } from './records.ts';

/**
 * Devices of one row (column) that receive a pulse. Their edges are `start`, `start` + `stride`, …, or those listed in
 * `edges` from index `offset` on. `others` lists their columns (rows), also from `offset` on; null: k for device k.
 */
export interface PulseRun {
  start: number;
  stride: number;
  count: number;
  edges: Uint32Array | null;
  others: Indices | null;
  offset: number;
  /** Common row (column) of all devices; -1 if `others` gives the row (column) of each device. */
  row: number;
  column: number;
}

/** Programming noise: relative sd of steps (cycle-to-cycle), sd of writes (write noise), number of levels; 0: off. */
export interface ProgrammingNoise {
  readonly cycleToCycle: number;
  readonly writeNoise: number;
  readonly levels: number;
}

/**
 * Step family that kernels compute, for state g: exponential steps a e^(-b g) upwards and a e^(-b (1 - g)) downwards;
 * soft-bound steps a (1 - g) upwards and a g downwards.
 */
export interface StepFamily {
  readonly soft: boolean;
  readonly up: { readonly a: number; readonly b: number };
  readonly down: { readonly a: number; readonly b: number };
}

/**
 * Pulse curve in one direction: pulse position x maps to state g = (1 - e^(-x/a)) / `whole`, both in [0, 1]; `whole` =
 * 1 - e^(-1/a), |1/a| < 700. `back` = e^(-1/a) - 1 is used by the inverse; 0 for a straight line.
 */
export interface Curve {
  readonly a: number;
  readonly whole: number;
  readonly back: number;
}

/** Pulse curve with the number of pulses of the full range, and voltage² × duration of a full pulse, V² s. */
export interface PulseCurve extends Curve {
  readonly pulses: number;
  readonly pulseSquare: number;
}

/** Number of values per row of a `StepTable`. */
export const STEP_ROW_LENGTH = 6;

/** Offset of quantile indices in a `StepTable`: kernels read an index from the low bits of a number >= 2^52. */
export const QUANTILE_ORIGIN = 2 ** 52;

/**
 * Measured distribution of steps: quantiles of the change of g at several states g, in both directions. A row covers
 * the interval between two states: state, width, mean change, increase of the mean over the interval, index of the
 * first quantile (plus `QUANTILE_ORIGIN`), state at which the next row begins (Infinity: none).
 */
export interface StepTable {
  readonly stepRows: Float64Array;
  /** Pairs of quantiles: at the state of the row and at the next state; one extra pair per row for draws near 1. */
  readonly quantiles: Float64Array;
  /** Offset of the first row to search, for each of several equal cells of g and for g = 1; up, then down. */
  readonly first: Uint32Array;
  /** Index of the last quantile, for upward and for downward steps. */
  readonly last: readonly [number, number];
}

/** Final states of worn-out devices, in the order of the kernels' codes. */
export const FAILURES = ['low', 'high', 'last'] as const;

/** Stuck devices and devices with limited endurance. */
export interface FailingDevices {
  /** 1 for each stuck device, otherwise 0; `hasStuck`: true if any device is stuck. */
  readonly isStuck: Uint8Array;
  hasStuck: boolean;
  readonly failureType: (typeof FAILURES)[number];
  /** Wear exponent k: after a fraction f of the lifetime, the range (failure `last`: the steps) has shrunk by f^k. */
  readonly wear: number;
}

/** Constants per device: weights at both range ends, step factors up and down; null if all devices are equal. */
export interface DeviceConstants {
  readonly ends: Float64Array | null;
  readonly up: Float32Array | null;
  readonly down: Float32Array | null;
}

/** Devices with a state g, for kernels that process a batch of pulses in stages. */
export interface StatefulDevices {
  readonly record: DevicesRecord;
  /** Sum of the conductances of each column, S; empty without conductances. */
  readonly columnSums: Float64Array;
  /** Function that disturbs half-selected devices at each write; null without half-select disturb. */
  readonly disturb: ((row: number, column: number, pulseSquare: number, stored: number) => void) | null;
}

/** Converts pulse position x to state g, both in [0, 1]. */
export const stateAtPosition = ({ a, whole, back }: Curve, x: number): number =>
  back === 0 ? x : (1 - exp(-x / a)) / whole;

/** Converts state g to pulse position, both in [0, 1]; the inverse of `stateAtPosition`. */
export const positionOfState = ({ a, back }: Curve, g: number): number => (back === 0 ? g : -a * log1p(g * back));
