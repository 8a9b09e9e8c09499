import { quantileSorted } from 'simple-statistics';
import { DIRECTIONS, type Direction, type Train } from '../readPulses.ts';
import { type Bin, driftOf } from './bins.ts';
import { statesOf } from './states.ts';

/** A row of the table: g, then quantiles of the change of g by one pulse. */
export type Row = readonly number[];

/** A device as its steps were measured: what `model: table` takes, and the scatter of reading, which is no part of the steps. */
export interface FittedTable {
  /** S. */
  readonly gMin: number;
  readonly gMax: number;
  readonly steps: Readonly<Record<Direction, readonly Row[]>>;
  /** Sd of a reading: of `range` as a share of gMax - gMin, of `value` as a share of the conductance. */
  readonly readNoise: { readonly sd: number; readonly of: 'range' | 'value' };
  /** Conductance that each train starts from, S. */
  readonly starts: readonly number[];
}

/** 0, 0.05, …, 1. */
const LEVELS = 21;
const DIGITS = 6;
const digits = (value: number) => Number(value.toPrecision(DIGITS));

/**
 * Quantiles of what one pulse does from states of one bin: as spread as readings say when their own scatter is taken out, in the
 * shape that they have.
 */
function quantilesOf({ from, mean, variance, changes }: Bin, at: (x: number) => number, range: number): number[] {
  const sd = Math.sqrt(variance);
  const off = changes.map((c) => (c.read - c.pulses * at(c.from)) / Math.sqrt(c.pulses)).sort((a, b) => a - b);
  const raw = Array.from({ length: LEVELS }, (_, k) => quantileSorted(off, k / (LEVELS - 1)));
  // What is drawn lies between quantiles in a straight line: mean and variance of that.
  const pairs = raw.slice(1).map((b, k) => [raw[k]!, b] as const);
  const m = pairs.reduce((sum, [a, b]) => sum + (a + b) / 2, 0) / pairs.length;
  const v = pairs.reduce((sum, [a, b]) => sum + (a * a + a * b + b * b) / 3, 0) / pairs.length - m * m;
  const by = v > 1e-12 * m * m ? sd / Math.sqrt(v) : 0;
  return [from, ...raw.map((q) => (mean + (q - m) * by) / range)];
}

/** The table of measured trains. Directions without a train keep still. */
export function fitTable(trains: readonly Train[]): FittedTable {
  const unit = trains.reduce((most, t) => t.conductance.reduce((a, g) => Math.max(a, g), most), 0);
  const { kind, scatter, bins, starts, low: least, high } = statesOf(trains, unit);
  const low = Math.max(least, 0);
  const range = high - low;
  const rowsOf = (own: readonly Bin[] | undefined): Row[] => {
    if (own === undefined) return [[0, 0]];
    const at = driftOf(own);
    const rows = own.map((bin) => quantilesOf(bin, (x) => at.mean(x, 0), range));
    return rows.map(([from, ...q]) => [digits(Math.min(Math.max((from! - low) / range, 0), 1)), ...q.map(digits)]);
  };
  return {
    gMin: low * unit,
    gMax: high * unit,
    steps: Object.fromEntries(DIRECTIONS.map((d) => [d, ascending(rowsOf(bins[d]))])) as Record<Direction, Row[]>,
    readNoise: kind === 'absolute' ? { sd: scatter / range, of: 'range' } : { sd: scatter, of: 'value' },
    starts: starts.map((x) => Math.min(Math.max(x, low), high) * unit),
  };
}

/** Rounding may have made two states one. */
const ascending = (rows: readonly Row[]): Row[] => rows.filter((row, i) => i === 0 || row[0]! > rows[i - 1]![0]!);
