import { mean } from 'simple-statistics';
import { createTableColumn } from '../devices/characterise/measurementReport.ts';
import { type CurvePoint, curve, summariseSeeds } from '../look/plots/index.ts';
import type { TableColumn } from '../output/results.ts';
import { estimatePairedDifference } from '../statistics/estimate.ts';
import { groupBy } from '../statistics/groupBy.ts';

/** Figure of merit of a demonstration: one value per random seed, or one value if the simulation is deterministic. */
export interface FigureOfMerit {
  /** Unit of the values. `points`: differences of percentages, paired by seed; reported with a 95 % interval of the mean. */
  readonly unit: string;
  readonly values: readonly number[];
}

/** Outcome of each expected result, by the sentence that states it: true if met, false if not, null if not tested. */
type Outcomes = Readonly<Record<string, boolean | null>>;
/** Outcomes of expected results, by sentence; if the first one is not met, the others count as not tested. */
type ExpectationGroup = Readonly<Record<string, boolean | undefined>>;

export const describeExpectationOutcome = (outcome: boolean | null): string =>
  outcome === null ? 'not tested' : outcome ? 'shown' : 'NOT shown';

export const resolveExpectationOutcomes = (groups: ExpectationGroup | readonly ExpectationGroup[]): Outcomes =>
  mergeRecords([groups].flat(), (group) => {
    const [premise] = Object.values(group);
    return mergeRecords(Object.entries(group), ([text, met], k) => ({ [text]: k === 0 || premise ? met! : null }));
  });

export type Verdict = 'works' | 'in part' | 'by construction' | 'not shown';

export function judgeClaim(outcomes: Outcomes, isByConstruction: boolean): Verdict {
  const all = Object.values(outcomes);
  if (all.every((outcome) => outcome)) return isByConstruction ? 'by construction' : 'works';
  return all.some((outcome) => outcome) ? 'in part' : 'not shown';
}

/** Results of a demonstration beside its tables: figures of merit, pictures and outcomes of expected results. */
export interface DemonstrationResults {
  readonly figures?: Readonly<Record<string, { readonly unit: string; readonly values: SeedValues }>>;
  readonly pictures?: Findings['pictures'];
  readonly expectations: Parameters<typeof resolveExpectationOutcomes>[0];
}

export interface Findings {
  readonly figures: Readonly<Record<string, FigureOfMerit>>;
  readonly expectations: Outcomes;
  /** Tables by name, written as NAME.arrows and NAME.csv. */
  readonly tables: Readonly<Record<string, { toTable(): Readonly<Record<string, TableColumn>> }>>;
  /** SVG pictures by name, written as NAME.svg and NAME.png. */
  readonly pictures: Readonly<Record<string, string>>;
}

export const isDecreasing = (values: readonly number[], tolerance = 0): boolean =>
  values.every((value, i) => i === 0 || value < values[i - 1]! + tolerance);

/** Values of a simulated quantity, one per random seed; a number stands for all seeds. */
type SeedValues = number | readonly number[];

/** True if, for every seed, the value of `a` is greater than the value of `b`. */
export function isGreaterPerSeed(a: SeedValues, b: SeedValues): boolean {
  const [first, second] = [[a].flat(), [b].flat()];
  const longer = first.length > second.length ? first : second;
  return longer.every((_, seed) => (first[seed] ?? first[0]!) > (second[seed] ?? second[0]!));
}

/** True if the lower end of the 95 % interval of mean(`a` - `b`), or a single difference, exceeds `minDifference`. Pairs: by seed. */
export function isSignificantlyGreater(a: readonly number[], b: SeedValues, minDifference = 0): boolean {
  const { mean, low } = estimatePairedDifference(a, typeof b === 'number' ? a.map(() => b) : b);
  return (a.length > 1 ? low : mean) > minDifference;
}

export const areAllEqual = (values: readonly number[], wanted: number): boolean =>
  values.every((value) => value === wanted);

export const areAllNear = (values: readonly number[], centre: number, tolerance: number): boolean =>
  values.every((value) => Math.abs(value - centre) < tolerance);

/** Smallest value in [low, high] that passes a test which all larger values pass, too; error at most `tolerance`. */
export function bisect(low: number, high: number, tolerance: number, passes: (value: number) => boolean): number {
  if (high - low <= tolerance) return high;
  const middle = (low + high) / 2;
  return passes(middle) ? bisect(low, middle, tolerance, passes) : bisect(middle, high, tolerance, passes);
}

export const mergeRecords = <T, V>(
  items: readonly T[],
  make: (item: T, index: number) => Record<string, V>,
): Record<string, V> => Object.assign({}, ...items.map(make));

/** Labels of columns for axes and figure names; a unit other than 1 follows in brackets: `time (ms)`. */
export type ColumnLabels = Readonly<Record<string, string>>;

const COMMON_LABELS: ColumnLabels = {
  accuracy: 'accuracy (%)',
  gainAccuracy: 'accuracy with one gain per output (%)',
  lineResistance: 'resistance of a line segment (Ω)',
};

const UNIT_SUFFIX = / \(([^()]+)\)$/;
/** Upper limit of plotted fractions by unit: 100 for %, 1 for share. */
const MAX_FRACTIONS: Readonly<Record<string, number>> = { '%': 100, share: 1 };
const MIN_LOG_RATIO = 30; // smallest ratio of largest to smallest value for a logarithmic axis

type Key<R> = keyof R & string;
type NumericKey<R> = { [K in keyof R]-?: R[K] extends number ? K : never }[keyof R] & string;
type Quantity<R> = NumericKey<R> | ((row: R) => number);
/** Selection of rows of a result table: values by column name; `all`: every value of the column. */
type RowFilter<R> = { readonly [K in keyof R]?: R[K] | readonly R[K][] | 'all' };

interface PlotOptions<R> {
  readonly x: NumericKey<R>;
  readonly y: NumericKey<R>;
  /** Axis label; needed if column `x` holds different quantities in different rows. */
  readonly xLabel?: string;
  readonly groupBy?: readonly Key<R>[];
  readonly filter?: RowFilter<R>;
  readonly referenceLines?: readonly { readonly name: string; readonly y: number }[];
}

export class ResultTable<R extends object> {
  readonly rows: readonly R[];
  readonly #labels: ColumnLabels;

  constructor(rows: readonly R[], labels: ColumnLabels = {}) {
    this.rows = rows;
    this.#labels = labels;
  }

  selectRows(where: RowFilter<R>): R[] {
    const settings = Object.entries(where) as [keyof R, unknown][];
    return this.rows.filter((row) =>
      settings.every(([key, value]) => value === 'all' || [value].flat().includes(row[key])),
    );
  }

  /** Values of a quantity in the selected rows: one per seed if `where` fixes all varied settings. */
  values(quantity: Quantity<R>, where: RowFilter<R> = {}): number[] {
    return this.selectRows(where).map((row) => evaluate(row, quantity));
  }

  mean(quantity: Quantity<R>, where: RowFilter<R> = {}): number {
    return mean(this.values(quantity, where));
  }

  computeGroupMeans(quantity: Quantity<R>, by: NumericKey<R>, where: RowFilter<R> = {}): number[] {
    const groups = groupBy(this.selectRows(where), (row) => row[by]);
    return [...groups.values()].map((rows) => mean(rows.map((row) => evaluate(row, quantity))));
  }

  computeFiguresOfMerit(
    keys: NumericKey<R> | readonly NumericKey<R>[],
    settings: RowFilter<R> = {},
  ): Record<string, FigureOfMerit> {
    const groups = this.#groupBy(Object.keys(settings) as Key<R>[], settings);
    return mergeRecords([keys].flat() as NumericKey<R>[], (key) => {
      const { label, unit } = this.#parseLabel(key);
      return mergeRecords(groups, ([name, rows]) => {
        return { [name ? `${label}, ${name}` : label]: { unit, values: rows.map((row) => row[key] as number) } };
      });
    });
  }

  /** Plots mean and sd over the seeds, as SVG; wide positive ranges get logarithmic axes. */
  plot({ x, y, xLabel = this.#findLabel(x), groupBy = [], filter = {}, referenceLines = [] }: PlotOptions<R>): string {
    const seeds = new Set(this.rows.map((row) => (row as { seed?: number }).seed)).size;
    const { label, unit } = this.#parseLabel(y);
    const limit = MAX_FRACTIONS[unit] ?? Infinity;
    const clip = (p: CurvePoint): CurvePoint =>
      p.high === undefined || p.y > limit ? p : { ...p, high: Math.min(p.high, limit) };
    const series = this.#groupBy(groupBy, filter).map(([name, rows]) => {
      return { name: name || label, points: meanPoints(rows, x, y).map(clip) };
    });
    const points = series.flatMap((one) => one.points);
    const isWide = (values: readonly number[]) =>
      Math.min(...values) > 0 && Math.max(...values) > MIN_LOG_RATIO * Math.min(...values);
    return curve({
      title: capitalise(`${label} against ${xLabel.replace(UNIT_SUFFIX, '')}`),
      subtitle: seeds > 1 ? `mean and sd of ${seeds} seeds` : '',
      x: { label: xLabel, log: isWide(points.map((one) => one.x)) },
      y: { label: this.#findLabel(y), log: isWide(points.map((one) => one.low ?? one.y)) },
      series,
      references: referenceLines,
    });
  }

  filter(test: (row: R) => boolean): ResultTable<R> {
    return new ResultTable(this.rows.filter(test), this.#labels);
  }

  /** True if a column beside `seed` holds numbers or texts; false if all hold arrays, such as weights to draw. */
  get hasValues(): boolean {
    return Object.keys(this.toTable()).some((key) => key !== 'seed');
  }

  toTable(): Record<string, TableColumn> {
    const columns: Record<string, TableColumn> = {};
    for (const [key, first] of Object.entries(this.rows[0] ?? {})) {
      const [values, { unit }] = [this.rows.map((row) => row[key as keyof R] as unknown), this.#parseLabel(key)];
      if (typeof first === 'string') columns[key] = makeNameColumn(values as string[]);
      if (typeof first === 'number')
        columns[key] = createTableColumn(unit, values as number[], key === 'seed' ? 'uint32' : 'float64');
    }
    return columns;
  }

  #groupBy(keys: readonly Key<R>[], where: RowFilter<R>): [name: string, rows: R[]][] {
    const describe = (key: Key<R>, value: unknown) => {
      if (typeof value === 'string') return value;
      if (typeof value === 'boolean') return value ? toWords(key) : `not ${toWords(key)}`;
      if (key === 'x') return `${value}`;
      const { unit } = this.#parseLabel(key);
      return `${toWords(key)} ${value}${unit === '1' || unit.includes(' ') ? '' : ` ${unit}`}`;
    };
    const nameOf = (row: R) => keys.map((key) => describe(key, row[key])).join(', ');
    return [...groupBy(this.selectRows(where), nameOf)];
  }

  #findLabel(key: string): string {
    return this.#labels[key] ?? COMMON_LABELS[key] ?? toWords(key);
  }

  #parseLabel(key: string): { readonly label: string; readonly unit: string } {
    const label = this.#findLabel(key);
    return { label: label.replace(UNIT_SUFFIX, ''), unit: UNIT_SUFFIX.exec(label)?.[1] ?? '1' };
  }
}

const evaluate = <R extends object>(row: R, quantity: Quantity<R>): number =>
  typeof quantity === 'function' ? quantity(row) : (row[quantity] as number);

const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const toWords = (key: string): string => key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

function meanPoints<R extends object>(rows: readonly R[], x: Quantity<R>, y: Quantity<R>): CurvePoint[] {
  const valuesByX = groupBy(rows, (row) => evaluate(row, x));
  const points = [...valuesByX].map(([at, group]) =>
    summariseSeeds(
      at,
      group.map((row) => evaluate(row, y)),
    ),
  );
  return points.sort((a, b) => a.x - b.x);
}

function makeNameColumn(values: readonly string[]): TableColumn {
  const names = [...new Set(values)];
  const codes = values.map((name) => names.indexOf(name));
  return { ...createTableColumn('1', codes, 'uint8'), valueNames: names };
}
