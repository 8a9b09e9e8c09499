import { log1p } from '../elementary.ts';
import { exp, log } from '../math.ts';
import type { RandomStream } from '../random/random.ts';
import { UserError } from './errors.ts';
import { show } from './show.ts';

/**
 * Number or distribution. Mean and sd of a log-normal distribution refer to the values, not to their logarithms. A normal
 * distribution is truncated to `min` … `max`: values outside are drawn again.
 */
export type Distribution =
  | number
  | { readonly uniform: readonly [number, number] }
  | { readonly normal: NormalDistribution }
  | { readonly lognormal: { readonly mean: number; readonly sd: number } };

interface NormalDistribution {
  readonly mean: number;
  readonly sd: number;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** Number of draws after which a truncated distribution is refused: no value lay between its limits. */
const MAX_DRAWS = 10_000;

/**
 * Creates a function that draws from a distribution.
 * @param where path of the value in errors
 * @throws UserError on a draw that is not finite
 */
export function createSampler(d: Distribution, stream: RandomStream, where: string): () => number {
  const draw = createRawSampler(d, stream, where);
  return () => {
    const value = draw();
    if (Number.isFinite(value)) return value;
    throw new UserError(`${where} is ${show(d)}: a drawn value is ${value}, which is not a finite number.`);
  };
}

/** Creates a function that returns the value of the next of `size` elements: a random draw, or the next list entry. */
export function createElementSampler(
  d: Distribution | readonly number[],
  size: number,
  stream: RandomStream,
  where: string,
  element = 'neuron',
): () => number {
  if (!Array.isArray(d)) return createSampler(d as Distribution, stream, where);
  const list = d as readonly number[];
  if (list.length !== size)
    throw new UserError(`${where} has ${list.length} values, but needs one for each of ${size} ${element}s.`);
  let next = 0;
  return () => list[next++]!;
}

function createRawSampler(d: Distribution, stream: RandomStream, where: string): () => number {
  if (typeof d === 'number') return () => d;
  if ('uniform' in d) {
    const [low, high] = d.uniform;
    return () => low + (high - low) * stream.uniform();
  }
  if ('normal' in d) {
    const { mean, sd, min = -Infinity, max = Infinity } = d.normal;
    return () => {
      for (let draws = 0; draws < MAX_DRAWS; draws++) {
        const value = mean + sd * stream.normal();
        if (!(value < min || value > max)) return value;
      }
      throw new UserError(
        `${where}.normal: none of ${MAX_DRAWS} values lay between min ${min} and max ${max}; move the mean ${mean}.`,
      );
    };
  }
  const { mean, sd } = d.lognormal;
  if (!Number.isFinite((sd / mean) * (sd / mean))) {
    throw new UserError(
      `${where}.lognormal.sd is ${sd}, which is too large for a mean of ${mean}: its square exceeds a float64.`,
    );
  }
  const sigma = Math.sqrt(log1p((sd / mean) * (sd / mean)));
  const mu = log(mean) - (sigma * sigma) / 2;
  return () => exp(mu + sigma * stream.normal());
}
