/** Helpers of delivery kernels: search by time, scale of potentials, ring buffer of refractory neurons. */
import { expCell, expSmall } from './exp';

/** Index of the first arrival at or after `until`, by bisection. */
export function before(times: usize, from: i32, to: i32, until: f64): i32 {
  if (to > from && load<f64>(times + (<usize>(to - 1) << 3)) < until) return to;
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<f64>(times + (<usize>middle << 3)) < until) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Scale s(t) in all lanes of a vector; in memory, because the engine would recompute it in each loop iteration. */
export const SCALE = memory.data(16, 16);

/** Computes `SCALE` = s(t) with the operations of `scaleAt` in core/math.ts. */
export function setScale<F>(t: f64, t0: f64, rate: f64, cells: f64): void {
  const dt = t - t0;
  const cell = floor<f64>(dt * cells) / cells;
  v128.store(SCALE, v128.splat<F>(<F>(expCell(cell * rate) * expSmall((dt - cell) * rate))));
}

/** Inserts a neuron into the ring of refractory neurons, in order of release; see neurons/parts/refractoryQueue.ts. */
export function enqueue(times: usize, neurons: usize, ring: usize, places: u32, j: u32, release: f64): void {
  const first = load<u32>(ring);
  const waiting = load<u32>(ring, 4);
  let place = placeAt(first + waiting, places);
  for (let k = waiting; k > 0; k--) {
    const before = placeAt(first + k - 1, places);
    const other = load<f64>(times + (before << 3));
    if (other <= release) break;
    store<f64>(times + (place << 3), other);
    store<u32>(neurons + (place << 2), load<u32>(neurons + (before << 2)));
    place = before;
  }
  store<f64>(times + (place << 3), release);
  store<u32>(neurons + (place << 2), j);
  store<u32>(ring, waiting + 1, 4);
}

@inline
export function placeAt(k: u32, places: u32): usize {
  return k < places ? k : k - places;
}
