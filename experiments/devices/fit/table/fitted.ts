import type { Direction } from '../reading/train.ts';

/** A row of the table: g, then quantiles of the change of g by one pulse. */
export type Row = readonly number[];

/** A device as its steps were measured: what `model: table` takes, and the scatter of reading, which is no part of the steps. */
export interface FittedTable {
  /** S. */
  readonly gMin: number;
  readonly gMax: number;
  /** Directions whose trains were ended while pulses still went on: their end of the range lies beyond what was measured. */
  readonly open: readonly Direction[];
  readonly steps: Readonly<Record<Direction, readonly Row[]>>;
  /** Sd of a reading: of `range` as a share of gMax - gMin, of `value` as a share of the conductance. */
  readonly readNoise: { readonly sd: number; readonly of: 'range' | 'value' };
  /** Conductance that each train starts from, S. */
  readonly starts: readonly number[];
}
