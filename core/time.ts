import { UserError } from './declare/errors.ts';
import { show } from './declare/show.ts';

/**
 * Time grid: times are float64 multiples of a tick, 2^-26 ms (15 ps), up to 2^27 ms (37 hours). Such numbers add and subtract
 * exactly, so that simultaneous events have equal times.
 */
const TICKS_PER_MS = 2 ** 26;
/** Unit of the time grid, ms: 2^-26 ms (15 ps). */
export const TICK = 1 / TICKS_PER_MS;
export const MAX_TIME = 2 ** 27;

/** Snaps a time, ms, to the time grid. */
export const snap = (ms: number): number => Math.round(ms * TICKS_PER_MS) / TICKS_PER_MS;

/** Checks a time, ms, and rounds it to the grid. @throws UserError, naming `where`, for NaN and times outside 0 … `MAX_TIME` */
export function validateTime(ms: number, where: string): number {
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= MAX_TIME)) {
    throw new UserError(`${where} is ${show(ms)}, but a time must be between 0 and ${MAX_TIME} ms (37 hours).`);
  }
  return snap(ms);
}

/** Index of the first of the ascending `times` `from` … `to - 1` that is >= t, by binary search; `to` if there is none. */
export function findFirstAtOrAfter(times: ArrayLike<number>, from: number, to: number, t: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < t) low = middle + 1;
    else high = middle;
  }
  return low;
}
