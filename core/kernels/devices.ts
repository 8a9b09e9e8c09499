import { log1p } from '../elementary.ts';
import { exp } from '../math.ts';

/** Relative sd of steps (cycle-to-cycle), sd of writes (write noise), number of levels; 0: off. */
export interface ProgrammingNoise {
  readonly cycleToCycle: number;
  readonly writeNoise: number;
  readonly levels: number;
}

/** Row or column of a passive array that is written, and the pulse strengths that determine its half-select disturb. */
export interface WrittenLine {
  readonly line: number;
  readonly isColumn: boolean;
  /** Strengths of the write pulses of the line's devices, by index of the crossing line. */
  readonly own: Float64Array;
  readonly count: number;
  /** Strengths of the longest upward and downward write pulses. */
  readonly up: number;
  readonly down: number;
  /** True for the partial pulses before the devices' own write pulses, false for those after. */
  readonly isBefore: boolean;
}

/**
 * Step size as a function of state g. Soft bounds (`soft`): a (1 - g) upwards, a g downwards; otherwise exponential: a
 * e^(-b g) upwards, a e^(-b (1 - g)) downwards.
 */
export interface StepFamily {
  readonly soft: boolean;
  readonly up: { readonly a: number; readonly b: number };
  readonly down: { readonly a: number; readonly b: number };
}

/**
 * Pulse curve in one direction: g = (1 - e^(-x/a)) / `normaliser`, with state g, pulse position x (both from 0 to 1)
 * and curvature a, |1/a| < 700. `normaliser` = 1 - e^(-1/a); `inverseFactor` = e^(-1/a) - 1, or 0 for a straight line.
 */
export interface PulseCurveShape {
  readonly curvature: number;
  readonly normaliser: number;
  readonly inverseFactor: number;
}

/** Pulse curve, number of pulses for the full range, and energy of a full pulse per conductance (voltage² × duration). */
export interface PulseCurve extends PulseCurveShape {
  readonly pulseCount: number;
  readonly joulesPerSiemens: number;
}

export const STEP_TABLE_ROW_LENGTH = 6;

/** Offset of quantile indices in a `StepTable`: kernels read an index from the low bits of a number >= 2^52. */
export const QUANTILE_INDEX_OFFSET = 2 ** 52;

/**
 * Measured distribution of steps: quantiles of the change of state g, at several states. Values of a table row: state,
 * distance to the next row's state, mean change, increase of the mean up to the next row, index of the first quantile
 * (plus `QUANTILE_INDEX_OFFSET`), state of the next row (Infinity: none).
 */
export interface StepTable {
  readonly stepRows: Float64Array;
  /** Pairs of quantiles of steps: at the states of the row and the next row; an extra pair per row for draws near 1. */
  readonly quantiles: Float64Array;
  /**
   * Offset of the first table row to search, for each of several equal intervals of the state g and for g = 1; first
   * for upward, then for downward steps.
   */
  readonly firstRowOffsets: Uint32Array;
  readonly lastQuantiles: readonly [number, number];
}

/** Final states of worn-out devices, in the order of the kernels' codes. */
export const FAILURE_TYPES = ['low', 'high', 'last'] as const;

export type FailureType = (typeof FAILURE_TYPES)[number];

export const computeCurveState = ({ curvature, normaliser, inverseFactor }: PulseCurveShape, x: number): number =>
  inverseFactor === 0 ? x : (1 - exp(-x / curvature)) / normaliser;

export const computeCurvePosition = ({ curvature, inverseFactor }: PulseCurveShape, g: number): number =>
  inverseFactor === 0 ? g : -curvature * log1p(g * inverseFactor);
