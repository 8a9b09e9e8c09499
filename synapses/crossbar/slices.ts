import type * as z from 'zod/mini';
import { integer, object } from '../../core/declare/params.ts';

export const sliceParams = object(
  {
    count: integer({ default: 3, min: 1, max: 8, help: 'number of bit slices: cells per weight' }),
    levels: integer({ default: 4, min: 2, max: 64, help: 'number of conductance levels of a cell' }),
  },
  'bit slicing: each weight is divided among several cells of few levels, whose outputs are added with powers of `levels`; needs training exSitu',
);
export type SliceOptions = z.output<typeof sliceParams>;

/**
 * Digits of weights in slices of few-level cells. With L levels and S slices, an integer n from 0 to L^S - 1 holds a
 * weight w within ±range: offset cells n = round((1 + w/range)/2 (L^S - 1)); differential pairs (`isSigned`)
 * n = round(|w|/range (L^S - 1)), with the sign of w. Slice s holds digit d of n, from least to most significant: its
 * factor is f = L^s (L - 1)/(L^S - 1), its weights are f range (2 d/(L - 1) - 1), or f range sign(w) d/(L - 1). The
 * slices add up to the rounded weights. Source: Shafiee et al. 2016 (ISAAC), doi:10.1109/ISCA.2016.12.
 */
export function splitIntoSlices(
  weights: ArrayLike<number>,
  range: number,
  { count, levels }: SliceOptions,
  isSigned: boolean,
): { readonly factor: number; readonly weights: Float64Array }[] {
  const places = [1];
  for (let s = 1; s <= count; s++) places.push(places[s - 1]! * levels);
  const top = places[count]! - 1;
  return places.slice(0, count).map((place) => {
    const factor = (place * (levels - 1)) / top;
    const slice = Float64Array.from(weights, (w) => {
      const u = Math.min(Math.max(w / range, -1), 1);
      const n = Math.round((isSigned ? Math.abs(u) : (1 + u) / 2) * top);
      const digit = (Math.floor(n / place) % levels) / (levels - 1);
      return factor * range * (isSigned ? Math.sign(u) * digit : 2 * digit - 1);
    });
    return { factor, weights: slice };
  });
}
