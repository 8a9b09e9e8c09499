import type { ColumnType } from '../../core/log/tables.ts';
import type { Chart } from '../plots/chart.ts';
import { median, quantile } from './spread.ts';

export interface PartColumn {
  readonly type: ColumnType;
  readonly unit: string;
  readonly values: readonly number[];
  /** What the numbers of a column of codes stand for, as CSV spells them. */
  readonly names?: readonly string[];
}

/** One measurement: its table, its picture, and what it comes to in a few numbers. */
export interface Part {
  readonly title: string;
  readonly columns: Readonly<Record<string, PartColumn>>;
  readonly chart: Chart;
  readonly summary: Readonly<Record<string, unknown>>;
}

/** Why a device has no such part. */
export interface LeftOut {
  readonly leftOut: string;
}

/** Changes below this share of a quantity are taken for none: no picture would show them. */
export const VISIBLE = 0.01;

/** Whether the changes seen on all devices stand out against `scale` and against their own scatter (three standard errors). */
export function stands(changes: readonly number[], scale: number): boolean {
  const change = Math.abs(median(changes));
  // Of a normal distribution, 5 to 95 % span 3.29 sd, and the median has a standard error of 1.25 sd / sqrt(n).
  const sd = (quantile(changes, 0.95) - quantile(changes, 0.05)) / 3.29;
  return change > VISIBLE * Math.abs(scale) && change > (3 * 1.25 * sd) / Math.sqrt(changes.length);
}
