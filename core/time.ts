import { UserError } from './declare/errors.ts';
import { show } from './declare/show.ts';

/**
 * Time is a float64 in ms that always lies on a grid of 2^-26 ms (15 ps). Dyadic values add and subtract exactly, so
 * "the same instant" is exact equality and there is no time step. One clock holds 2^27 ms (37 hours).
 */
export const GRID = 2 ** 26;
export const TICK = 1 / GRID;
export const LONGEST = 2 ** 27;

/** Nearest time on the grid. */
export const snap = (ms: number): number => Math.round(ms * GRID) / GRID;

/** Snaps a time given from outside; NaN, infinite, negative or too late a time is refused, naming `where`. */
export function checkedTime(ms: number, where: string): number {
  if (typeof ms !== 'number' || !(ms >= 0 && ms <= LONGEST)) {
    throw new UserError(`${where} is ${show(ms)}, but a time must lie between 0 and ${LONGEST} ms (37 hours).`);
  }
  return snap(ms);
}
