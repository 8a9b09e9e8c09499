import { mean } from 'simple-statistics';
import type { ColumnType } from '../../core/log/tables.ts';
import { column } from '../devices/characterise/part.ts';
import { type CurvePoint, type CurveSeries, summariseSeeds } from '../look/plots/index.ts';
import type { TableColumn } from '../output/tables.ts';

export { column } from '../devices/characterise/part.ts';

/** Quantity with one value per seed; a single value if the result is deterministic. */
export interface Figure {
  readonly unit: string;
  readonly values: readonly number[];
  /** True for paired differences between two variants, which are shown with their 95 % interval. */
  readonly isDifference?: true;
}

/** Results of a demonstration. */
export interface Findings {
  readonly figures: Readonly<Record<string, Figure>>;
  /** Expectations that follow from the claim: true if the results show it. */
  readonly expectations: Readonly<Record<string, boolean>>;
  /** Tables by name, each with columns of equal length; written as NAME.arrows and NAME.csv. */
  readonly tables: Readonly<Record<string, Readonly<Record<string, TableColumn>>>>;
  /** SVG pictures by name; written as NAME.svg and NAME.png. */
  readonly pictures: Readonly<Record<string, string>>;
}

/** Makes figures of one unit from a value per seed or a single value. */
export const inUnit =
  (unit: string) =>
  (values: number | readonly number[]): Figure => ({ unit, values: typeof values === 'number' ? [values] : values });

export const percent = inUnit('%');
export const ratio = inUnit('1');

/** Makes a figure of paired differences in percentage points. */
export const pointDifferences = (values: readonly number[]): Figure => ({ unit: 'points', values, isDifference: true });

/** True if each value is less than the one before it plus `tolerance`. */
export const isDecreasing = (values: readonly number[], tolerance = 0): boolean =>
  values.every((value, i) => i === 0 || value < values[i - 1]! + tolerance);

type SeedValues = number | readonly number[];

/** True if every value of `a` is greater than the value of `b` for the same seed; a number stands for all seeds. */
export function isGreater(a: SeedValues, b: SeedValues): boolean {
  const [first, second] = [[a].flat(), [b].flat()];
  const longer = first.length > second.length ? first : second;
  return longer.every((_, seed) => (first[seed] ?? first[0]!) > (second[seed] ?? second[0]!));
}

/** True if every value equals `wanted`. */
export const areAll = (values: readonly number[], wanted: number): boolean => values.every((value) => value === wanted);

/** True if every value differs from `centre` by less than `tolerance`. */
export const areNear = (values: readonly number[], centre: number, tolerance: number): boolean =>
  values.every((value) => Math.abs(value - centre) < tolerance);

/** Smallest value between `low` and `high` that passes a test, to `tolerance`; all larger values pass it too. */
export function bisect(low: number, high: number, tolerance: number, passes: (value: number) => boolean): number {
  if (high - low <= tolerance) return high;
  const middle = (low + high) / 2;
  return passes(middle) ? bisect(low, middle, tolerance, passes) : bisect(middle, high, tolerance, passes);
}

/** Curve of a deterministic quantity. */
export const zipPoints = (xs: readonly number[], ys: readonly number[]): CurvePoint[] =>
  xs.map((x, i) => ({ x, y: ys[i]! }));

/** Merges the records that `make` returns for each item: figures or expectations of a list of settings. */
export const mergeRecords = <T, V>(
  items: readonly T[],
  make: (item: T, index: number) => Record<string, V>,
): Record<string, V> => Object.assign({}, ...items.map(make));

/** Unit of a column; or unit and type, if the type is not float64. */
type ColumnSpec = string | readonly [unit: string, type: ColumnType];

/** Column of whole numbers without a unit. */
export const WHOLE = ['1', 'uint32'] as const;

/** Units of columns that many tables have. */
const COMMON_UNITS: Readonly<Record<string, ColumnSpec>> = {
  seed: WHOLE,
  accuracy: '%',
  gainAccuracy: '%',
  lineResistance: 'Ω',
};

/** Makes a table of all numbers and names of some records; columns whose unit is not given are dimensionless. */
export function makeTable<R extends object>(
  records: readonly R[],
  units: { readonly [K in keyof R]?: ColumnSpec } = {},
): Record<string, TableColumn> {
  const specs = { ...COMMON_UNITS, ...units } as Record<string, ColumnSpec>;
  const columns = Object.entries(records[0] ?? {}).flatMap(([key, first]) => {
    const values = records.map((record) => record[key as keyof R] as unknown);
    if (typeof first === 'string') return [[key, makeNameColumn(values as string[])]];
    if (typeof first !== 'number') return [];
    const [unit, type] = [specs[key] ?? '1'].flat() as [string, ColumnType?];
    return [[key, column(unit, values as number[], type)]];
  });
  return Object.fromEntries(columns);
}

function makeNameColumn(values: readonly string[]): TableColumn {
  const names = [...new Set(values)];
  const codes = values.map((name) => names.indexOf(name));
  return { ...column('1', codes, 'uint8'), names };
}

type NumericKey<R> = { [K in keyof R]-?: R[K] extends number ? K : never }[keyof R] & string;
/** Column of numbers, or a number calculated from a row. */
type Quantity<R> = NumericKey<R> | ((row: R) => number);

/** Results of a parameter sweep, one row per setting and seed: values, curves and tables of its columns. */
export class ResultGrid<R extends object> {
  readonly rows: readonly R[];

  constructor(rows: readonly R[]) {
    this.rows = rows;
  }

  /** Rows of these settings, in the order of the grid. */
  select(where: Partial<R>): R[] {
    const settings = Object.entries(where) as [keyof R, unknown][];
    return this.rows.filter((row) => settings.every(([key, value]) => row[key] === value));
  }

  /** Values in the rows of these settings: one per seed if all settings are given. */
  values(quantity: Quantity<R>, where: Partial<R> = {}): number[] {
    return this.select(where).map((row) => evaluate(row, quantity));
  }

  mean(quantity: Quantity<R>, where: Partial<R> = {}): number {
    return mean(this.values(quantity, where));
  }

  /** Curve of the mean of `y`, with its sd over seeds, in ascending order of `x`. */
  line(name: string, x: Quantity<R>, y: Quantity<R>, where: Partial<R> = {}): CurveSeries {
    const values = new Map<number, number[]>();
    for (const row of this.select(where)) {
      const at = evaluate(row, x);
      values.set(at, [...(values.get(at) ?? []), evaluate(row, y)]);
    }
    const ascending = [...values].sort(([a], [b]) => a - b);
    return { name, points: ascending.map(([at, list]) => summariseSeeds(at, list)) };
  }

  /** Grid of the rows that pass a test. */
  filter(test: (row: R) => boolean): ResultGrid<R> {
    return new ResultGrid(this.rows.filter(test));
  }

  table(units: { readonly [K in keyof R]?: ColumnSpec } = {}): Record<string, TableColumn> {
    return makeTable(this.rows, units);
  }
}

const evaluate = <R extends object>(row: R, quantity: Quantity<R>): number =>
  typeof quantity === 'function' ? quantity(row) : (row[quantity] as number);
