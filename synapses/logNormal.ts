import type { CounterRandom } from '../core/random/random.ts';

/** Largest relative standard deviation of devices: far beyond it a factor would be less than the least that a 32-bit float holds. */
export const WIDEST = 1e6;

/** Log-normal factors with mean 1 and this relative standard deviation; draw n of an entity belongs to (entity, n). */
export function logNormal(sd: number, random: CounterRandom): (entity: number, n: number) => number {
  const sigma = Math.sqrt(Math.log1p(sd * sd));
  return (entity, n) => Math.exp(sigma * random.normal(entity, n) - (sigma * sigma) / 2);
}
