import { mean } from 'simple-statistics';
import { column } from '../devices/characterise/part.ts';
import { type CurvePoint, curve, summariseSeeds } from '../look/plots/index.ts';
import type { TableColumn } from '../output/results.ts';

/** Quantity with one value per seed; a single value if the result is deterministic. */
export interface Figure {
  /** Unit; `points` for paired differences of percentages, which are shown with their 95 % interval. */
  readonly unit: string;
  readonly values: readonly number[];
}

/** Results of a demonstration. */
export interface Findings {
  readonly figures: Readonly<Record<string, Figure>>;
  /** Expectations that follow from the claim: true if the results show it. */
  readonly expectations: Readonly<Record<string, boolean>>;
  /** Tables by name; written as NAME.arrows and NAME.csv. */
  readonly tables: Readonly<Record<string, { table(): Readonly<Record<string, TableColumn>> }>>;
  /** SVG pictures by name; written as NAME.svg and NAME.png. */
  readonly pictures: Readonly<Record<string, string>>;
}

/** Makes figures of one unit from a value per seed or a single value. */
export const inUnit =
  (unit: string) =>
  (values: number | readonly number[]): Figure => ({ unit, values: typeof values === 'number' ? [values] : values });

export const percent = inUnit('%');
export const ratio = inUnit('1');

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

/** Merges the records that `make` returns for each item: figures or expectations of a list of settings. */
export const mergeRecords = <T, V>(
  items: readonly T[],
  make: (item: T, index: number) => Record<string, V>,
): Record<string, V> => Object.assign({}, ...items.map(make));

/** Labels of columns on axes and in figures, with the unit in brackets unless it is 1: `time (ms)`. */
export type ColumnLabels = Readonly<Record<string, string>>;

/** Labels of columns that several demonstrations have. */
const COMMON_LABELS: ColumnLabels = {
  accuracy: 'accuracy (%)',
  gainAccuracy: 'accuracy with one gain per output (%)',
  lineResistance: 'resistance of a line segment (Ω)',
};

/** Unit at the end of a label. */
const UNIT = / \(([^()]+)\)$/;
/** Minimum ratio of the largest to the smallest value on a logarithmic axis. */
const MIN_LOG_RATIO = 30;

type Key<R> = keyof R & string;
type NumericKey<R> = { [K in keyof R]-?: R[K] extends number ? K : never }[keyof R] & string;
/** Column of numbers, or a number calculated from a row. */
type Quantity<R> = NumericKey<R> | ((row: R) => number);
/** Values of columns by which rows are selected. */
type Settings<R> = { readonly [K in keyof R]?: R[K] | readonly R[K][] };

/** Picture of columns of a grid. */
interface GridPicture<R> {
  readonly x: NumericKey<R>;
  readonly y: NumericKey<R>;
  /** Label of x, if the column has different quantities in different rows. */
  readonly xLabel?: string;
  /** Columns whose combinations have a line each. */
  readonly by?: readonly Key<R>[];
  readonly where?: Settings<R>;
  readonly references?: readonly { readonly name: string; readonly y: number }[];
}

/** Results of a parameter sweep, one row per setting and seed: values, figures, pictures and a table of its columns. */
export class ResultGrid<R extends object> {
  readonly rows: readonly R[];
  readonly #labels: ColumnLabels;

  constructor(rows: readonly R[], labels: ColumnLabels = {}) {
    this.rows = rows;
    this.#labels = labels;
  }

  /** Rows of these settings, in the order of the grid. */
  select(where: Settings<R>): R[] {
    const settings = Object.entries(where) as [keyof R, unknown][];
    return this.rows.filter((row) => settings.every(([key, value]) => [value].flat().includes(row[key])));
  }

  /** Values in the rows of these settings: one per seed if all settings are given. */
  values(quantity: Quantity<R>, where: Settings<R> = {}): number[] {
    return this.select(where).map((row) => evaluate(row, quantity));
  }

  mean(quantity: Quantity<R>, where: Settings<R> = {}): number {
    return mean(this.values(quantity, where));
  }

  /** Means for each value of a column, in the order of the grid. */
  means(quantity: Quantity<R>, by: NumericKey<R>, where: Settings<R> = {}): number[] {
    const rows = [...groupRows(this.select(where), (row) => row[by]).values()];
    return rows.map((group) => mean(group.map((row) => evaluate(row, quantity))));
  }

  /** Figures of columns, one for each combination of the settings that occurs. */
  figures(keys: NumericKey<R> | readonly NumericKey<R>[], settings: Settings<R> = {}): Record<string, Figure> {
    const groups = this.#groupBy(Object.keys(settings) as Key<R>[], settings);
    const ofColumn = (key: NumericKey<R>) => {
      const { label, unit } = this.#parseLabel(key);
      return mergeRecords(groups, ([name, rows]) => {
        return { [name ? `${label}, ${name}` : label]: { unit, values: rows.map((row) => row[key] as number) } };
      });
    };
    return mergeRecords([keys].flat() as NumericKey<R>[], ofColumn);
  }

  /** Curves of the mean of a column over the seeds, with its sd. Axes of positive values over a wide range are logarithmic. */
  picture({ x, y, xLabel = this.#labelOf(x), by = [], where = {}, references = [] }: GridPicture<R>): string {
    const seeds = new Set(this.rows.map((row) => (row as { seed?: number }).seed)).size;
    const series = this.#groupBy(by, where).map(([name, rows]) => {
      return { name: name || this.#parseLabel(y).label, points: meanPoints(rows, x, y) };
    });
    const points = series.flatMap((one) => one.points);
    const isWide = (values: readonly number[]) =>
      Math.min(...values) > 0 && Math.max(...values) > MIN_LOG_RATIO * Math.min(...values);
    return curve({
      title: capitalise(`${this.#parseLabel(y).label} against ${xLabel.replace(UNIT, '')}`),
      subtitle: seeds > 1 ? `mean and sd of ${seeds} seeds` : '',
      x: { label: xLabel, log: isWide(points.map((one) => one.x)) },
      y: { label: this.#labelOf(y), log: isWide(points.map((one) => one.low ?? one.y)) },
      series,
      references,
    });
  }

  /** Grid of the rows that pass a test. */
  filter(test: (row: R) => boolean): ResultGrid<R> {
    return new ResultGrid(this.rows.filter(test), this.#labels);
  }

  /** Grid of other rows with the same labels. */
  flatMap<S extends object>(change: (row: R) => S | readonly S[]): ResultGrid<S> {
    return new ResultGrid(this.rows.flatMap(change), this.#labels);
  }

  /** Columns of all numbers and names. */
  table(): Record<string, TableColumn> {
    const columns = Object.entries(this.rows[0] ?? {}).flatMap(([key, first]) => {
      const values = this.rows.map((row) => row[key as keyof R] as unknown);
      if (typeof first === 'string') return [[key, makeNameColumn(values as string[])]];
      if (typeof first !== 'number') return [];
      return [[key, column(this.#parseLabel(key).unit, values as number[], key === 'seed' ? 'uint32' : 'float64')]];
    });
    return Object.fromEntries(columns);
  }

  #groupBy(keys: readonly Key<R>[], where: Settings<R>): [name: string, rows: R[]][] {
    const describe = (key: Key<R>, value: unknown) => {
      if (typeof value === 'string') return value;
      if (typeof value === 'boolean') return value ? toWords(key) : `not ${toWords(key)}`;
      if (key === 'x') return `${value}`;
      const { unit } = this.#parseLabel(key);
      return `${toWords(key)} ${value}${unit === '1' || unit.includes(' ') ? '' : ` ${unit}`}`;
    };
    const nameOf = (row: R) => keys.map((key) => describe(key, row[key])).join(', ');
    return [...groupRows(this.select(where), nameOf)];
  }

  #labelOf(key: string): string {
    return this.#labels[key] ?? COMMON_LABELS[key] ?? toWords(key);
  }

  #parseLabel(key: string): { readonly label: string; readonly unit: string } {
    const label = this.#labelOf(key);
    return { label: label.replace(UNIT, ''), unit: UNIT.exec(label)?.[1] ?? '1' };
  }
}

const evaluate = <R extends object>(row: R, quantity: Quantity<R>): number =>
  typeof quantity === 'function' ? quantity(row) : (row[quantity] as number);

const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const toWords = (key: string): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function groupRows<R, K>(rows: readonly R[], keyOf: (row: R) => K): Map<K, R[]> {
  const groups = new Map<K, R[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

function meanPoints<R extends object>(rows: readonly R[], x: Quantity<R>, y: Quantity<R>): CurvePoint[] {
  const groups = [...groupRows(rows, (row) => evaluate(row, x))].sort(([a], [b]) => a - b);
  return groups.map(([at, group]) =>
    summariseSeeds(
      at,
      group.map((row) => evaluate(row, y)),
    ),
  );
}

function makeNameColumn(values: readonly string[]): TableColumn {
  const names = [...new Set(values)];
  const codes = values.map((name) => names.indexOf(name));
  return { ...column('1', codes, 'uint8'), names };
}
