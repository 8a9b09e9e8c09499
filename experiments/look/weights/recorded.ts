import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { requireDenseEnough } from '../../logs/sizes.ts';
import type { LogTable } from '../../logs/table.ts';

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** What a log holds of one projection, after a first reading. */
export interface Recorded {
  readonly table: LogTable;
  readonly projection: string;
  /** The instants at which anything was recorded, ms, ascending. */
  readonly times: readonly number[];
  /** One more than the highest neurons recorded. */
  readonly pre: number;
  readonly post: number;
  readonly weight: Range;
  /** S; null for devices that have no conductance. */
  readonly conductance: Range | null;
}

/** 512 MiB of weights. */
const MOST_PAIRS = 2 ** 26;

class Extent {
  low = Infinity;
  high = -Infinity;

  take(value: number): void {
    if (value < this.low) this.low = value;
    if (value > this.high) this.high = value;
  }
}

/** UserError unless what was seen is of one projection; its name. */
export function onlyProjection(table: LogTable, seen: ReadonlySet<number>): string {
  const names = [...seen].map((id) => table.group?.names[id] ?? String(id));
  if (names.length <= 1) return names[0] ?? '';
  const listed = names.map((name) => show(name)).join(', ');
  throw new UserError(`${table.path} is of ${names.length} projections (${listed}); name one with --projection.`);
}

/** UserError where a matrix of all pairs would be too large. */
export function requireDrawable(path: string, pre: number, post: number): void {
  if (pre * post > MOST_PAIRS)
    throw new UserError(
      `${path}: ${pre} x ${post} neurons are too many to draw, at most ${MOST_PAIRS.toLocaleString('en')} pairs.`,
    );
}

/** Reads a log of weights once. UserError if it holds no rows that are wanted, or those of several projections. */
export function recordedIn(table: LogTable): Recorded {
  const seen = new Set<number>();
  const times: number[] = [];
  const [weight, conductance] = [new Extent(), new Extent()];
  let [pre, post, count, last] = [0, 0, 0, Number.NaN];
  for (const { columns: c, rows } of table.readBatches()) {
    count += rows;
    for (let i = 0; i < rows; i++) {
      seen.add(c.projection![i]!);
      const t = c.time![i]!;
      if (t !== last) {
        if (t < last && seen.size === 1)
          throw new UserError(
            `${table.path}: a row at ${t} ms comes after one at ${last} ms; the log is out of order.`,
          );
        times.push(t);
        last = t;
      }
      if (c.pre![i]! >= pre) pre = c.pre![i]! + 1;
      if (c.post![i]! >= post) post = c.post![i]! + 1;
      weight.take(c.weight![i]!);
      conductance.take(c.conductance![i]!);
    }
  }
  if (seen.size === 0) throw table.emptyError();
  const projection = onlyProjection(table, seen);
  requireDenseEnough(table.path, pre, post, count, 'there is nothing to draw');
  requireDrawable(table.path, pre, post);
  const electrical = conductance.low <= conductance.high;
  return { table, projection, times, pre, post, weight, conductance: electrical ? conductance : null };
}
