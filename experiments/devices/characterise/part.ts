import type { ColumnType } from '../../../core/log/tables.ts';
import type { Chart, CurveAxis, CurvePoint, CurveSeries } from '../../look/plots/chart.ts';
import { extentOf, mean } from '../fit/lists.ts';

export interface TableColumn {
  readonly type: ColumnType;
  readonly unit: string;
  readonly values: readonly number[];
  /** Texts of the codes, if the values are codes: `['down', 'up']` for 0 and 1. The CSV file has the texts. */
  readonly names?: readonly string[];
}

export const column = (unit: string, values: readonly number[], type: ColumnType = 'float64'): TableColumn => ({
  type,
  unit,
  values,
});

export function createLongTable(
  x: readonly [name: string, unit: string, type?: ColumnType],
  y: readonly [name: string, unit: string],
  xs: readonly number[],
  values: readonly (readonly number[])[],
): Record<string, TableColumn> {
  const table = toLongForm(xs, [values]);
  return {
    [x[0]]: column(x[1], table.x, x[2]),
    device: column('1', table.device, 'uint32'),
    [y[0]]: column(y[1], table.y),
  };
}

/** Long form of tables with equal x values: a row per table (`group`: its index), x value and device. */
export function toLongForm(xs: readonly number[], tables: readonly (readonly (readonly number[])[])[]) {
  const list = (of: (group: number, i: number, device: number) => number) =>
    tables.flatMap((values, group) => values.flatMap((row, i) => row.map((_, device) => of(group, i, device))));
  return {
    group: list((group) => group),
    x: list((_, i) => xs[i]!),
    device: list((_, __, device) => device),
    y: tables.flat(2),
  };
}

export interface Part {
  readonly title: string;
  readonly columns: Readonly<Record<string, TableColumn>>;
  readonly chart: Chart;
  readonly summary: Readonly<Record<string, unknown>>;
  readonly units?: Readonly<Record<string, string>>;
}

/** Reason, as a sentence, why a measurement does not apply to a device. */
export interface SkippedMeasurement {
  readonly leftOut: string;
}

const MIN_LOG_RATIO = 30;

/** Axis of a conductance or weight: logarithmic if the maximum is over `MIN_LOG_RATIO` times the minimum. */
export function createStateAxis(
  { label, unit }: { label: string; unit: string },
  series: readonly CurveSeries[],
): CurveAxis {
  const all = series.flatMap(({ points }) => points.flatMap(({ y, low = y, high = y }) => [y, low, high]));
  const [least, most] = extentOf(all);
  return unit === 'S' && least > 0 && most / least > MIN_LOG_RATIO ? { label, log: true } : { label };
}

/** Smallest relative change that is visible in a chart. */
export const MIN_VISIBLE_CHANGE = 0.01;

/** True if the mean change exceeds both `MIN_VISIBLE_CHANGE` × `scale` and three standard errors of the mean. */
export function isSignificantChange(changes: readonly number[], scale: number): boolean {
  const change = mean(changes);
  const sd = Math.sqrt(mean(changes.map((one) => (one - change) ** 2)));
  return Math.abs(change) > Math.max(MIN_VISIBLE_CHANGE * Math.abs(scale), (3 * sd) / Math.sqrt(changes.length));
}

/** Quantile q of the values, with linear interpolation between neighbouring values. */
function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low === high ? low : low + (at - below) * (high - low);
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Median over devices; with several devices, also the 5th and 95th percentile. */
export function summarisePoint(x: number, values: readonly number[]): CurvePoint {
  const y = median(values);
  return values.length > 1 ? { x, y, low: quantile(values, 0.05), high: quantile(values, 0.95) } : { x, y };
}

/** Means over devices; no series if all are within 5 % of the range of the medians. */
export function means(xs: readonly number[], values: readonly (readonly number[])[]): CurveSeries[] {
  const points = xs.map((x, i) => ({ x, y: mean(values[i]!) }));
  const medians = values.map(median);
  const [low, high] = extentOf(values.flat());
  const far = points.some(({ y }, i) => Math.abs(y - medians[i]!) > (high - low) / 20);
  return far ? [{ name: 'mean', points }] : [];
}
