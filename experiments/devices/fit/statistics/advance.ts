/**
 * Device state after many pulses in closed form, so that fits take a time set by the number of readings, not of pulses.
 * The position h in the conductance range goes from 0 (start bound) to 1 (end bound); pulses clip it to this interval.
 */

import { clip } from '../lists.ts';

/** Smallest number of pulses computed in closed form; fewer are computed one by one. */
export const MIN_CLOSED_FORM_PULSES = 16;

/** Number of groups into which the pulses between two distant readings are split; noise is propagated per group. */
const GROUP_COUNT = 8;

/** Splits `count` pulses into groups; returns the group sizes: 1 each if pulses are few, else `GROUP_COUNT` sizes. */
export function splitPulseCount(count: number): number[] {
  if (count < MIN_CLOSED_FORM_PULSES) return new Array<number>(count).fill(1);
  const end = (k: number) => Math.floor((k * count) / GROUP_COUNT);
  return Array.from({ length: GROUP_COUNT }, (_, k) => end(k + 1) - end(k));
}

/** Position after pulses that approach a limit exponentially: h += share (limit - h). */
export const advanceTowardsLimit = (h: number, count: number, limit: number, share: number): number =>
  share >= 1 ? clip(h + share * (limit - h)) : clip(limit - (limit - h) * Math.exp(count * Math.log1p(-share)));

/** Smallest v (see `advanceByExponentialSteps`) at which the asymptotic series is used; error about v^-4 per pulse. */
const MIN_ASYMPTOTIC = 100;
const ITERATIONS = 6;

/**
 * Position after pulses with exponentially decreasing steps: h += a e^(-b h). With v = e^(b h) / (a b), a pulse is
 * v -> v e^(1/v), which increases v - ln(v)/2 + 1/(6 v) + 1/(16 v²) by 1.
 */
export function advanceByExponentialSteps(from: number, count: number, a: number, b: number): number {
  if (!(b > 1e-9)) return clip(from + count * a);
  let h = from;
  for (let left = count; left > 0; left--) {
    const v = Math.exp(b * h) / (a * b);
    if (h >= 1 || v >= MIN_ASYMPTOTIC) return clip(h + Math.log1p(computeRise(v, left) / v) / b);
    h = Math.min(1, h + a * Math.exp(-b * h));
  }
  return h;
}

/** Increase of v = e^(b h)/(a b) by `count` pulses with steps a e^(-b h) of state h; one pulse turns v into v e^(1/v). */
function computeRise(v: number, count: number): number {
  const series = (u: number) => -Math.log(u) / 2 + 1 / (6 * u) + 1 / (16 * u * u);
  let by = count;
  for (let k = 0; k < ITERATIONS; k++) by = count - (series(v + by) - series(v));
  return by;
}

/** Distance 1 - h from the end bound below which position h counts as at the bound. */
const MIN_BOUND_DISTANCE = 1e-15;

/**
 * Position after pulses with power-law steps: h += a (1 - h)^b. With y = 1 - h, s = b - 1 and v = y^-s / a, a pulse is
 * v -> v (1 - 1/v)^-s, which increases v - (s + 1) ln(v)/2 + (s + 1)(2 s + 1)/(12 v) + … by s.
 */
export function advanceByPowerLawSteps(from: number, count: number, a: number, b: number): number {
  const s = b - 1;
  let [y, left] = [1 - from, count];
  while (left > 0) {
    const w = a * y ** s;
    if (!(y > MIN_BOUND_DISTANCE) || w >= 1) return 1;
    const jump = Math.floor(Math.min(left, countAccuratePulses(1 / w, s)));
    y *= jump > 0 ? computeShrinkFactor(1 / w, s, jump) : 1 - w;
    left -= Math.max(1, jump);
  }
  return clip(1 - y);
}

/** Sum of the series of `advanceByPowerLawSteps` without its first term v; v plus this sum grows by s per pulse. */
function computeSeriesTerms(v: number, s: number): number {
  const first = ((s + 1) * (2 * s + 1)) / 12;
  const second = (((s + 1) * (s + 2) * (s + 3)) / 24 - (s + 1) / 6 + (first * (s - 1)) / 2) / 2;
  return -((s + 1) / 2) * Math.log(v) + first / v + second / (v * v);
}

/** Number of pulses, starting from v, for which `computeSeriesTerms` is accurate; 0 if it is inaccurate at v. */
function countAccuratePulses(v: number, s: number): number {
  const limit = MIN_ASYMPTOTIC * Math.max(1, s);
  if (v < limit) return 0;
  return s >= 0 ? Infinity : (v + computeSeriesTerms(v, s) - limit - computeSeriesTerms(limit, s)) / -s;
}

/** Factor by which `count` pulses of power-law steps multiply y = 1 - h. `v` is the value of y^-s / a before the pulses. */
function computeShrinkFactor(v: number, s: number, count: number): number {
  if (Math.abs(s) < 1e-6) return Math.exp(count * Math.log1p(-1 / v));
  const begin = computeSeriesTerms(v, s);
  let by = count; // increase of v, in units of s
  for (let k = 0; k < ITERATIONS; k++) by = count - (computeSeriesTerms(v + s * by, s) - begin) / s;
  return Math.exp(-Math.log1p((s * by) / v) / s);
}
