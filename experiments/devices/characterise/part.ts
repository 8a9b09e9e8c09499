import type { ColumnType } from '../../../core/log/tables.ts';
import type { Chart, CurveAxis, CurvePoint, CurveSeries } from '../../look/plots/chart.ts';

/** Column of a table. */
export interface TableColumn {
  readonly type: ColumnType;
  readonly unit: string;
  readonly values: readonly number[];
  /** Names of the codes in the column, as in the CSV file. */
  readonly names?: readonly string[];
}

export const column = (unit: string, values: readonly number[], type: ColumnType = 'float64'): TableColumn => ({
  type,
  unit,
  values,
});

/** Table of the values of every device at every x, device by device within x. */
export function longColumns(
  x: readonly [name: string, unit: string, type?: ColumnType],
  y: readonly [name: string, unit: string],
  xs: readonly number[],
  values: readonly (readonly number[])[],
): Record<string, TableColumn> {
  const table = longForm(xs, values);
  return {
    [x[0]]: column(x[1], table.x, x[2]),
    device: column('1', table.device, 'uint32'),
    [y[0]]: column(y[1], table.y),
  };
}

/** Result of one measurement: table, picture and summary. */
export interface Part {
  readonly title: string;
  readonly columns: Readonly<Record<string, TableColumn>>;
  readonly chart: Chart;
  readonly summary: Readonly<Record<string, unknown>>;
  /** Units of the numbers of the summary. */
  readonly units?: Readonly<Record<string, string>>;
}

/** Reason why a device has no such part. */
export interface LeftOut {
  readonly leftOut: string;
}

/** Minimum ratio of the largest to the smallest conductance for a logarithmic axis. */
const MIN_LOG_RATIO = 30;

/** Axis of a state: logarithmic for conductances over more than a decade. */
export function rangeAxis({ label, unit }: { label: string; unit: string }, series: readonly CurveSeries[]): CurveAxis {
  const all = series.flatMap(({ points }) => points.flatMap(({ y, low = y, high = y }) => [y, low, high]));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return unit === 'S' && least > 0 && most / least > MIN_LOG_RATIO ? { label, log: true } : { label };
}

/** Minimum change, as a share of a quantity, that is visible in a picture. */
export const VISIBLE = 0.01;

/** True if the mean change is visible beside `scale` and exceeds three standard errors. */
export function isSignificantChange(changes: readonly number[], scale: number): boolean {
  const change = mean(changes);
  const sd = Math.sqrt(mean(changes.map((one) => (one - change) ** 2)));
  return Math.abs(change) > Math.max(VISIBLE * Math.abs(scale), (3 * sd) / Math.sqrt(changes.length));
}

/** Quantile q, linear between neighbouring values. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low === high ? low : low + (at - below) * (high - low);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Point of a curve: median over devices, and band from 5 to 95 % if there are several. */
export function banded(x: number, values: readonly number[]): CurvePoint {
  const y = median(values);
  return values.length > 1 ? { x, y, low: quantile(values, 0.05), high: quantile(values, 0.95) } : { x, y };
}

/** Series of the means over devices, if they are far from the medians, as with few levels or rare switching. */
export function means(xs: readonly number[], values: readonly (readonly number[])[]): CurveSeries[] {
  const points = xs.map((x, i) => ({ x, y: mean(values[i]!) }));
  const medians = values.map(median);
  const all = values.flat();
  const range = quantile(all, 1) - quantile(all, 0);
  const far = points.some(({ y }, i) => Math.abs(y - medians[i]!) > range / 20);
  return far ? [{ name: 'mean', points }] : [];
}

/** Numbers from `first` to `last` in equal ratios. */
export function logSpaced(first: number, last: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => first * (last / first) ** (i / (count - 1)));
}

/** Long form of a table: one row per x and device, device by device within x. */
export function longForm(xs: readonly number[], values: readonly (readonly number[])[]) {
  return {
    x: xs.flatMap((x, i) => values[i]!.map(() => x)),
    device: values.flatMap((row) => row.map((_, device) => device)),
    y: values.flat(),
  };
}
