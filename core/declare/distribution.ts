import { log1p } from '../elementary.ts';
import { exp, log } from '../math.ts';
import type { Stream } from '../random/random.ts';
import { UserError } from './errors.ts';
import { show } from './show.ts';

/** A number, or how to draw one. Log-normal: mean and sd are those of the drawn values, not of their logarithms. */
export type Distribution =
  | number
  | { readonly uniform: readonly [number, number] }
  | { readonly normal: { readonly mean: number; readonly sd: number } }
  | { readonly lognormal: { readonly mean: number; readonly sd: number } };

/** Returns a function that draws from `d`, which the schema `distribution` has checked; `where` names the value in errors. What is drawn is finite, or refused. */
export function createSampler(d: Distribution, stream: Stream, where: string): () => number {
  const draw = unchecked(d, stream, where);
  return () => {
    const value = draw();
    if (Number.isFinite(value)) return value;
    throw new UserError(`${where} is ${show(d)}: a draw is ${value}, beyond what a float can hold.`);
  };
}

/** The same for each of `size` elements in turn, which a list may give one by one. */
export function createElementSampler(
  d: Distribution | readonly number[],
  size: number,
  stream: Stream,
  where: string,
  element = 'neuron',
): () => number {
  if (!Array.isArray(d)) return createSampler(d as Distribution, stream, where);
  const list = d as readonly number[];
  if (list.length !== size)
    throw new UserError(`${where} has ${list.length} values, but there are ${size} ${element}s: give one for each.`);
  let next = 0;
  return () => list[next++]!;
}

function unchecked(d: Distribution, stream: Stream, where: string): () => number {
  if (typeof d === 'number') return () => d;
  if ('uniform' in d) {
    const [low, high] = d.uniform;
    return () => low + (high - low) * stream.uniform();
  }
  if ('normal' in d) {
    const { mean, sd } = d.normal;
    return () => mean + sd * stream.normal();
  }
  const { mean, sd } = d.lognormal;
  if (!Number.isFinite((sd / mean) * (sd / mean))) {
    throw new UserError(`${where}.lognormal.sd is ${sd}, but with a mean of ${mean} no float can hold its square.`);
  }
  const sigma = Math.sqrt(log1p((sd / mean) * (sd / mean)));
  const mu = log(mean) - (sigma * sigma) / 2;
  return () => exp(mu + sigma * stream.normal());
}
