import { number, optional } from '../core/declare/params.ts';
import { log1p } from '../core/elementary.ts';
import { exp } from '../core/math.ts';
import type { CounterRandom } from '../core/random/random.ts';

/** Largest relative standard deviation of devices: far beyond it a factor would be less than the least that a 32-bit float holds. */
const WIDEST = 1e6;

/** Parameter: a relative standard deviation. */
export const deviation = (initial: number, help: string) =>
  number({ default: initial, min: 0, max: WIDEST, unit: '1', help });

/** The same where another parameter stands in for one that is left out. */
export const ownDeviation = (help: string) => optional(number({ min: 0, max: WIDEST, unit: '1', help }));

/** From standard normal numbers to log-normal factors with mean 1 and this relative standard deviation. */
export function logNormalOf(sd: number): (z: number) => number {
  const sigma = Math.sqrt(log1p(sd * sd));
  return (z) => exp(sigma * z - (sigma * sigma) / 2);
}

/** Such factors; draw n of an entity belongs to (entity, n). */
export function logNormal(sd: number, random: CounterRandom): (entity: number, n: number) => number {
  const factor = logNormalOf(sd);
  return (entity, n) => factor(random.normal(entity, n));
}
