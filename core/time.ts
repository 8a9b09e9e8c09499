import { UserError } from './declare/errors.ts';
import { show } from './declare/show.ts';

/**
 * Time grid: a time is a float64 in ms, a multiple of 2^-26 ms (15 ps), one tick. Dyadic values add and subtract exactly, so
 * simultaneous events have equal times and there is no time step. The maximum time is 2^27 ms (37 hours).
 */
const TICKS_PER_MS = 2 ** 26;
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
