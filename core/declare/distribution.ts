import type { Stream } from '../random/random.ts';
import { UserError } from './errors.ts';

/** A number, or how to draw one. Log-normal: mean and sd are those of the drawn values, not of their logarithms. */
export type Distribution =
  | number
  | { readonly uniform: readonly [number, number] }
  | { readonly normal: { readonly mean: number; readonly sd: number } }
  | { readonly lognormal: { readonly mean: number; readonly sd: number } };

/** Returns a function that draws from `d`; `where` names the value in errors. */
export function sampler(d: Distribution, stream: Stream, where: string): () => number {
  for (const value of typeof d === 'number' ? [d] : Object.values(d).flatMap((v: object) => Object.values(v))) {
    if (!Number.isFinite(value))
      throw new UserError(`${where} holds ${String(value)}, but must be made of finite numbers.`);
  }
  if (typeof d === 'number') return () => d;
  if ('uniform' in d) {
    const [low, high] = d.uniform;
    if (!(low <= high))
      throw new UserError(`${where}.uniform is [${low}, ${high}], but the lower limit must come first.`);
    return () => low + (high - low) * stream.uniform();
  }
  if ('normal' in d) {
    const { mean, sd } = d.normal;
    return () => mean + sd * stream.normal();
  }
  const { mean, sd } = d.lognormal;
  if (!(mean > 0)) throw new UserError(`${where}.lognormal.mean is ${mean}, but it must be above 0.`);
  const sigma = Math.sqrt(Math.log1p((sd / mean) ** 2));
  const mu = Math.log(mean) - (sigma * sigma) / 2;
  return () => Math.exp(mu + sigma * stream.normal());
}
