import { number, optional } from '../core/declare/params.ts';
import { log1p } from '../core/elementary.ts';
import type { ModelContext } from '../core/factories.ts';
import { exp } from '../core/math.ts';
import { CounterRandom } from '../core/random/random.ts';

/** Maximum relative sd. With much larger values, the log-normal factors would underflow in 32-bit floats. */
const MAX_DEVIATION = 1e6;

export const relativeSdParam = (initial: number, help: string) =>
  number({ default: initial, min: 0, max: MAX_DEVIATION, unit: '1', help });

export const optionalRelativeSdParam = (help: string) =>
  optional(number({ min: 0, max: MAX_DEVIATION, unit: '1', help }));

/** Map of standard normal numbers to log-normal factors with mean 1 and relative sd `sd`. */
export function createLogNormalTransform(sd: number): (z: number) => number {
  const sigma = Math.sqrt(log1p(sd * sd));
  return (z) => exp(sigma * z - (sigma * sigma) / 2);
}

/** Log-normal factors with mean 1, indexed by (entity, draw number). */
export function createLogNormalSampler(sd: number, random: CounterRandom): (entity: number, n: number) => number {
  const factor = createLogNormalTransform(sd);
  return (entity, n) => factor(random.normal(entity, n));
}

export const createRandomStreams =
  ({ seed, name }: Pick<ModelContext, 'seed' | 'name'>) =>
  (purpose: string): CounterRandom =>
    new CounterRandom(seed, `${name}/${purpose}`);

export const createNamedRandomStreams = <Name extends string>(
  names: readonly Name[],
  context: Pick<ModelContext, 'seed' | 'name'>,
) => Object.fromEntries(names.map((name) => [name, createRandomStreams(context)(name)])) as Record<Name, CounterRandom>;
