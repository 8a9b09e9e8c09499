import { pow } from '../elementary.ts';
import type { Kernels } from './kernels.ts';

/** Share of its range that a device has left after n of N pulses. */
function windowLeft(n: number, N: number, wear: number): number {
  if (n >= N) return 0; // 1 ** Infinity is NaN
  const worn = n / N;
  return 1 - (wear === 2 ? worn * worn : pow(worn, wear)); // not called where it need not be: V8 does not inline it
}

export const wearPulses: Kernels['wearPulses'] = (b, { stuck, some, failure, wear }, lifetimes) => {
  const { edges, places, first, numbers, count, low, high, share, marked } = b;
  const bounds = failure === 'low' ? high : share;
  let n = 0;
  for (let i = 0; i < count; i++) {
    let last = false;
    if (lifetimes.length > 0) {
      const lifetime = lifetimes[first + places[i]!]!;
      const left = windowLeft(numbers[i]! + 1, lifetime, wear);
      if (failure === 'high') low[i] = 1 - left;
      else bounds[i] = left;
      last = numbers[i]! + 1 >= lifetime;
    }
    if (last || (some && stuck[edges[i]!] !== 0)) marked[n++] = i;
  }
  b.markedCount = n;
};
