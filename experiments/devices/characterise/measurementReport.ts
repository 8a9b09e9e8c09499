import { quantile } from 'simple-statistics';
import type { ColumnType } from '../../../core/log/tables.ts';
import type { CurveAxis, CurvePoint, CurveSeries, LineChart } from '../../look/plots/chart.ts';
import type { TableColumn } from '../../output/results.ts';
import { findExtent, mean } from '../fit/lists.ts';

export const createTableColumn = (
  unit: string,
  values: readonly number[],
  type: ColumnType = 'float64',
): TableColumn => ({
  type,
  unit,
  values,
});

/** Converts `tables` to columns in long format. `group`: name and unit of an extra column, and its value for each table. */
export function createLongFormatTable(
  x: readonly [name: string, unit: string, type?: ColumnType],
  y: readonly [name: string, unit: string],
  xs: readonly number[],
  tables: readonly (readonly (readonly number[])[])[],
  group?: readonly [name: string, unit: string, values: readonly number[]],
): Record<string, TableColumn> {
  const table = toLongFormat(xs, tables);
  const groupValues = table.group.map((i) => group?.[2][i] ?? 0);
  return {
    ...(group && { [group[0]]: createTableColumn(group[1], groupValues) }),
    [x[0]]: createTableColumn(x[1], table.x, x[2]),
    device: createTableColumn('1', table.device, 'uint32'),
    [y[0]]: createTableColumn(y[1], table.y),
  };
}

/** Converts tables to long format: one row for each table index (`group`), x value and device. */
export function toLongFormat(xs: readonly number[], tables: readonly (readonly (readonly number[])[])[]) {
  const list = (of: (group: number, i: number, device: number) => number) =>
    tables.flatMap((values, group) => values.flatMap((row, i) => row.map((_, device) => of(group, i, device))));
  return {
    group: list((group) => group),
    x: list((_, i) => xs[i]!),
    device: list((_, __, device) => device),
    y: tables.flat(2),
  };
}

export interface MeasurementReport {
  readonly title: string;
  readonly columns: Readonly<Record<string, TableColumn>>;
  readonly chart: LineChart;
  readonly summary: Readonly<Record<string, unknown>>;
  readonly units?: Readonly<Record<string, string>>;
}

/** Result of a measurement, or the reason why it was skipped. */
export type MeasurementOutcome = MeasurementReport | { readonly reason: string };

const MIN_LOG_RATIO = 30;

export function createStateAxis(
  { label, unit }: { label: string; unit: string },
  series: readonly CurveSeries[],
): CurveAxis {
  const all = series.flatMap(({ points }) => points.flatMap(({ y, low = y, high = y }) => [y, low, high]));
  const [least, most] = findExtent(all);
  return unit === 'S' && least > 0 && most / least > MIN_LOG_RATIO ? { label, log: true } : { label };
}

export const MIN_VISIBLE_RELATIVE_CHANGE = 0.01;

export function isSignificantChange(changes: readonly number[], scale: number): boolean {
  const change = mean(changes);
  const sd = Math.sqrt(mean(changes.map((one) => (one - change) ** 2)));
  return (
    Math.abs(change) > Math.max(MIN_VISIBLE_RELATIVE_CHANGE * Math.abs(scale), (3 * sd) / Math.sqrt(changes.length))
  );
}

export const median = (values: readonly number[]): number => quantile([...values], 0.5);

/** Median over devices as y; if there are several devices, their 5th and 95th percentile as `low` and `high`. */
export function createMedianPoint(x: number, values: readonly number[]): CurvePoint {
  const y = median(values);
  return values.length > 1 ? { x, y, low: quantile([...values], 0.05), high: quantile([...values], 0.95) } : { x, y };
}

/** Series of medians and percentiles over devices. @param rows values of all devices at each x */
export const createMedianSeries = (
  name: string,
  xs: readonly number[],
  rows: readonly (readonly number[])[],
): CurveSeries => ({
  name,
  points: rows.map((values, i) => createMedianPoint(xs[i]!, values)),
});

/** Series of means over devices; empty if each mean differs from the median by under 5 % of the range of `values`. */
export function createMeanSeries(xs: readonly number[], values: readonly (readonly number[])[]): CurveSeries[] {
  const points = xs.map((x, i) => ({ x, y: mean(values[i]!) }));
  const medians = values.map(median);
  const [low, high] = findExtent(values.flat());
  const far = points.some(({ y }, i) => Math.abs(y - medians[i]!) > (high - low) / 20);
  return far ? [{ name: 'mean', points }] : [];
}
