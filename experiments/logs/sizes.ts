import { UserError } from '../../core/declare/errors.ts';

interface Told {
  readonly metadata: Readonly<Record<string, string>>;
}

/** Sizes of the populations as the log tells them, or undefined for a log that does not. */
export function readPopulationSizes({ metadata }: Told): readonly number[] | undefined {
  return metadata.sizes === undefined ? undefined : (JSON.parse(metadata.sizes) as number[]);
}

/** Every log may have a matrix of so many weights, and one with many rows this many a row. */
const MIN_ALLOWED_ENTRIES = 2 ** 20;
const MAX_ENTRIES_PER_ROW = 256;

/** Refuses, before it is made, a matrix of all pairs that the `rows` of a log would leave all but empty. */
export function requireDenseEnough(path: string, pre: number, post: number, rows: number, instead: string): void {
  if (pre * post > Math.max(MIN_ALLOWED_ENTRIES, MAX_ENTRIES_PER_ROW * rows))
    throw new UserError(
      `${path}: its ${rows} rows would leave a matrix of ${pre} x ${post} weights all but empty; ${instead}.`,
    );
}
