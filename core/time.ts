import { UserError } from './declare/errors.ts';
import { show } from './declare/show.ts';

/**
 * Time is a float64 in ms that always lies on a grid of 2^-26 ms (15 ps). Dyadic values add and subtract exactly, so
 * "the same instant" is exact equality and there is no time step. One clock holds 2^27 ms (37 hours).
 */
export const TICKS_PER_MS = 2 ** 26;
export const TICK = 1 / TICKS_PER_MS;
export const MAX_TIME = 2 ** 27;

/** Nearest time on the grid. */
export const snap = (ms: number): number => Math.round(ms * TICKS_PER_MS) / TICKS_PER_MS;

/** Snaps a time given from outside; NaN, infinite, negative or too late a time is refused, naming `where`. */
export function validateTime(ms: number, where: string): number {
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= MAX_TIME)) {
    throw new UserError(`${where} is ${show(ms)}, but a time must lie between 0 and ${MAX_TIME} ms (37 hours).`);
  }
  return snap(ms);
}
