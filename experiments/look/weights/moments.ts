import { UserError } from '../../../core/declare/errors.ts';
import { Histogram } from './histogram.ts';
import type { Recorded } from './recorded.ts';

/** All weights of a projection at a moment: of each synapse the last one recorded up to then. */
export interface Moment {
  /** ms */
  readonly time: number;
  readonly weights: Histogram;
  readonly conductances: Histogram | null;
}

/** Pre × post, row-major, NaN where no synapse was recorded yet. */
export type Matrix = Float64Array;

export interface Moments {
  readonly moments: readonly Moment[];
  /** The matrices at the times that were asked for as frames. */
  readonly frames: readonly { readonly time: number; readonly matrix: Matrix }[];
}

/** At most `count` of a list, evenly chosen, the first and the last among them. */
export function evenly(times: readonly number[], count: number): readonly number[] {
  if (times.length <= count) return times;
  return Array.from({ length: count }, (_, i) => times[Math.round((i * (times.length - 1)) / (count - 1))]!);
}

/** The given times in ascending order; UserError for one before the first record, or after the last. */
export function checkedTimes(given: readonly number[], { table, times }: Recorded): readonly number[] {
  const [first, last] = [times[0]!, times.at(-1)!];
  const outside = given.find((t) => !(t >= first && t <= last));
  if (outside !== undefined)
    throw new UserError(
      `--times names ${outside} ms, but the weights in ${table.path} were recorded from ${first} to ${last} ms.`,
    );
  return [...new Set(given)].sort((a, b) => a - b);
}

/** Follows the weights through the log, and looks at them at `at` (ascending); keeps those at `frames`. */
export function momentsOf(r: Recorded, at: readonly number[], frames: ReadonlySet<number>, bins: number): Moments {
  const weights = new Float64Array(r.pre * r.post).fill(Number.NaN);
  const conductances = r.conductance && new Float64Array(r.pre * r.post).fill(Number.NaN);
  const found: Moment[] = [];
  const kept: { time: number; matrix: Matrix }[] = [];
  const look = (time: number): void => {
    found.push({
      time,
      weights: new Histogram(weights, r.weight, bins),
      conductances: conductances && new Histogram(conductances, r.conductance!, bins),
    });
    if (frames.has(time)) kept.push({ time, matrix: weights.slice() });
  };
  let next = 0;
  for (const { columns: c, rows } of r.table.readBatches()) {
    for (let i = 0; i < rows; i++) {
      while (next < at.length && at[next]! < c.time![i]!) look(at[next++]!);
      const k = c.pre![i]! * r.post + c.post![i]!;
      weights[k] = c.weight![i]!;
      if (conductances) conductances[k] = c.conductance![i]!;
    }
  }
  while (next < at.length) look(at[next++]!);
  return { moments: found, frames: kept };
}
