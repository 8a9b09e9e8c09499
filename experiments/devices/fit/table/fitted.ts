import type { Direction } from '../reading/train.ts';
import type { OwnRange } from './oneRange.ts';

/** A row of the table: g, then quantiles of the change of g by one pulse. */
export type Row = readonly number[];

/** A device as its steps were measured: what `model: table` takes, and the scatter of reading, which is no part of the steps. */
export interface FittedTable {
  /** Of the mean device, S. */
  readonly gMin: number;
  readonly gMax: number;
  /** Relative sd between devices of both; 0 where it is not distinguishable from 0. */
  readonly between: { readonly min: number; readonly max: number };
  /** Directions whose trains were ended while pulses still went on: their end of the range lies beyond what was measured. */
  readonly open: readonly Direction[];
  readonly steps: Readonly<Record<Direction, readonly Row[]>>;
  /** Sd of a reading: of `range` as a share of gMax - gMin, of `value` as a share of the conductance. */
  readonly readNoise: { readonly sd: number; readonly of: 'range' | 'value' };
  /** The range of each train's device, and where in it the train starts: 0 at its gMin, 1 at its gMax. */
  readonly ranges: readonly OwnRange[];
  readonly starts: readonly number[];
}
