import type { ColumnType } from '../../core/log/tables.ts';
import { column, type PartColumn } from '../devices/characterise/part.ts';
import { type CurvePoint, overSeeds } from '../look/plots/index.ts';

export { column } from '../devices/characterise/part.ts';

/** A number that a demonstration came to, once for each seed; a single value where chance plays no part. */
export interface Figure {
  readonly unit: string;
  readonly values: readonly number[];
  /** True for paired differences between two variants, which are shown with their 95 % interval. */
  readonly isDifference?: true;
}

/** What came out. */
export interface Findings {
  readonly figures: Readonly<Record<string, Figure>>;
  /** What the claim says should show, and whether it did. */
  readonly expectations: Readonly<Record<string, boolean>>;
  /** Columns of equal length by the name of their table, which is written as NAME.arrows and NAME.csv. */
  readonly tables: Readonly<Record<string, Readonly<Record<string, PartColumn>>>>;
  /** SVG by the name of the picture, which is written as NAME.svg and NAME.png. */
  readonly pictures: Readonly<Record<string, string>>;
}

/** A line with its spread: at each x the mean and sd of the values there. */
export const overSeedsAt = (xs: readonly number[], of: (x: number, i: number) => readonly number[]): CurvePoint[] =>
  xs.map((x, i) => overSeeds(x, of(x, i)));

/** Its unit; unit and type, where that is not float64; or the names that a column of codes stands for. */
type ColumnSpec = string | readonly [unit: string, type: ColumnType] | { readonly names: readonly string[] };

/** Column of seeds and other whole numbers without a unit. */
export const WHOLE = ['1', 'uint32'] as const;

/** A table of records: a column for each key of `spec`, of numbers or of names. */
export function tableOf<R extends object>(
  records: readonly R[],
  spec: { readonly [K in keyof R]?: ColumnSpec },
): Record<string, PartColumn> {
  const columnOf = (values: readonly unknown[], one: ColumnSpec): PartColumn => {
    if (typeof one === 'string') return column(one, values as number[]);
    if (!('names' in one)) return column(one[0], values as number[], one[1]);
    const codes = values.map((name) => one.names.indexOf(name as string));
    return { ...column('1', codes, 'uint8'), names: one.names };
  };
  const entries = Object.entries(spec) as [keyof R & string, ColumnSpec][];
  return Object.fromEntries(
    entries.map(([key, one]) => [
      key,
      columnOf(
        records.map((record) => record[key]),
        one,
      ),
    ]),
  );
}
