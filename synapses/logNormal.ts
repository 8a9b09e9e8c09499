import type { CounterRandom } from '../core/random/random.ts';

/** Log-normal factors with mean 1 and this relative standard deviation; draw n of an entity belongs to (entity, n). */
export function logNormal(sd: number, random: CounterRandom): (entity: number, n: number) => number {
  const sigma = Math.sqrt(Math.log1p(sd * sd));
  return (entity, n) => Math.exp(sigma * random.normal(entity, n) - (sigma * sigma) / 2);
}
