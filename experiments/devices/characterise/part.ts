import type { ColumnType } from '../../../core/log/tables.ts';
import type { Chart, CurveAxis, CurveSeries } from '../../look/plots/chart.ts';
import type { TableColumn } from '../../output/tables.ts';
import { longForm, mean } from './spread.ts';

/** A column of a table. */
export const column = (unit: string, values: readonly number[], type: ColumnType = 'float64'): TableColumn => ({
  ...{ type, unit, values },
});

/** The table of what every device shows at every x, device by device within x. */
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

/** One measurement: its table, its picture, and what it comes to in a few numbers. */
export interface Part {
  readonly title: string;
  readonly columns: Readonly<Record<string, TableColumn>>;
  readonly chart: Chart;
  readonly summary: Readonly<Record<string, unknown>>;
  /** Units of those of its numbers that have one. */
  readonly units?: Readonly<Record<string, string>>;
}

/** Why a device has no such part. */
export interface LeftOut {
  readonly leftOut: string;
}

/** From this ratio of the largest to the smallest conductance on, an axis is logarithmic. */
const WIDE = 30;

/** The axis of a state: logarithmic for conductances far apart. */
export function rangeAxis({ label, unit }: { label: string; unit: string }, series: readonly CurveSeries[]): CurveAxis {
  const all = series.flatMap(({ points }) => points.flatMap(({ y, low = y, high = y }) => [y, low, high]));
  const [least, most] = [Math.min(...all), Math.max(...all)];
  return unit === 'S' && least > 0 && most / least > WIDE ? { label, log: true } : { label };
}

/** Changes below this share of a quantity are taken for none: no picture would show them. */
export const VISIBLE = 0.01;

/** Whether the changes seen on all devices stand out against `scale` and against their own scatter (three standard errors). */
export function stands(changes: readonly number[], scale: number): boolean {
  const change = mean(changes);
  const sd = Math.sqrt(mean(changes.map((one) => (one - change) ** 2)));
  return Math.abs(change) > Math.max(VISIBLE * Math.abs(scale), (3 * sd) / Math.sqrt(changes.length));
}
