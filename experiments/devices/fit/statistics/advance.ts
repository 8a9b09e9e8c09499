/**
 * State after many pulses in closed form: time of a fit then depends on the number of readings, not on that of the pulses between them.
 * h is the way gone, 0 to 1, and each pulse clips it at 1.
 */

/** Number of pulses between two readings from which closed forms are used; fewer are followed one by one, to the same bits as the devices. */
export const MIN_CLOSED_FORM_PULSES = 16;

/** Stretches into which the pulses between two readings are split, if noise or what remains of a deviation is followed through them. */
const STRETCHES = 8;

/** Counts of pulses of the stretches between two readings: single pulses, or `STRETCHES` of about equal length. */
export function splitPulses(count: number): number[] {
  if (count < MIN_CLOSED_FORM_PULSES) return new Array<number>(count).fill(1);
  const end = (k: number) => Math.floor((k * count) / STRETCHES);
  return Array.from({ length: STRETCHES }, (_, k) => end(k + 1) - end(k));
}

/** State h after `count` pulses. */
export type Advance = (h: number, count: number) => number;

const clip = (h: number) => Math.min(Math.max(h, 0), 1);

/** h += pace. */
export const advanceLinearly =
  (pace: number): Advance =>
  (h, count) =>
    clip(h + count * pace);

/** h += share (limit - h). */
export const advanceTowards =
  (limit: number, share: number): Advance =>
  (h, count) =>
    share >= 1 ? clip(h + share * (limit - h)) : clip(limit - (limit - h) * Math.exp(count * Math.log1p(-share)));

/** Value of v above which the asymptotic series below hold; they err by about v^-4 per pulse. */
const MIN_ASYMPTOTIC = 100;
const ITERATIONS = 6;

/**
 * h += a e^(-b h). With v = e^(b h) / (a b), a pulse is v -> v e^(1/v), and v - ln(v)/2 + 1/(6 v) + 1/(16 v²) rises by 1.
 */
export const advanceExponentially =
  (a: number, b: number): Advance =>
  (from, count) => {
    if (!(b > 1e-9)) return clip(from + count * a);
    let [h, left] = [from, count];
    for (; left > 0; left--) {
      const v = Math.exp(b * h) / (a * b);
      if (h >= 1 || v >= MIN_ASYMPTOTIC) return clip(h + Math.log1p(rise(v, left) / v) / b);
      h = Math.min(1, h + a * Math.exp(-b * h));
    }
    return h;
  };

/** Increase of v by `count` steps v -> v e^(1/v). */
function rise(v: number, count: number): number {
  const series = (u: number) => -Math.log(u) / 2 + 1 / (6 * u) + 1 / (16 * u * u);
  let by = count;
  for (let k = 0; k < ITERATIONS; k++) by = count - (series(v + by) - series(v));
  return by;
}

/** Way left at which a device has arrived. */
const ARRIVED = 1e-15;

/**
 * h += a (1 - h)^b. With y = 1 - h, s = b - 1 and v = y^-s / a, a pulse is v -> v (1 - 1/v)^-s, and
 * v - (s + 1) ln(v)/2 + (s + 1)(2 s + 1)/(12 v) + … rises by s.
 */
export const advanceByPower =
  (a: number, b: number): Advance =>
  (from, count) => {
    const s = b - 1;
    let [y, left] = [1 - from, count];
    while (left > 0) {
      const w = a * y ** s;
      if (!(y > ARRIVED) || w >= 1) return 1;
      const jump = Math.floor(Math.min(left, lengthOfSeries(1 / w, s)));
      y *= jump > 0 ? shrinkage(1 / w, s, jump) : 1 - w;
      left -= Math.max(1, jump);
    }
    return clip(1 - y);
  };

/** First terms of the series that rises by s per pulse, without v itself. */
function seriesOfPower(v: number, s: number): number {
  const first = ((s + 1) * (2 * s + 1)) / 12;
  const second = (((s + 1) * (s + 2) * (s + 3)) / 24 - (s + 1) / 6 + (first * (s - 1)) / 2) / 2;
  return -((s + 1) / 2) * Math.log(v) + first / v + second / (v * v);
}

/** Number of pulses for which the series holds, beginning at v; 0 if it does not hold there. */
function lengthOfSeries(v: number, s: number): number {
  const limit = MIN_ASYMPTOTIC * Math.max(1, s);
  if (v < limit) return 0;
  return s >= 0 ? Infinity : (v + seriesOfPower(v, s) - limit - seriesOfPower(limit, s)) / -s;
}

/** Factor of y over `count` pulses that begin at v. */
function shrinkage(v: number, s: number, count: number): number {
  if (Math.abs(s) < 1e-6) return Math.exp(count * Math.log1p(-1 / v));
  const begin = seriesOfPower(v, s);
  let by = count; // increase of v, in units of s
  for (let k = 0; k < ITERATIONS; k++) by = count - (seriesOfPower(v + s * by, s) - begin) / s;
  return Math.exp(-Math.log1p((s * by) / v) / s);
}
