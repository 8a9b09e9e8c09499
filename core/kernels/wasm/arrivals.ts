/** Helpers of delivery kernels: search by time, scale of potentials, ring buffer of refractory neurons. */
import { expCached, expSmall } from './exp';

/** Index of the first arrival at or after `until`, by bisection. */
export function findFirstArrival(times: usize, from: i32, to: i32, until: f64): i32 {
  if (to > from && f64At(times, to - 1) < until) return to;
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (f64At(times, middle) < until) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Scale s(t) of potentials, in all lanes of a vector. */
export const POTENTIAL_SCALE = memory.data(16, 16);

/** Scale s(t) = e^((t - t0) rate), with the operations of `exponentialScaleAt` in core/math.ts. */
export function computePotentialScale(t: f64, t0: f64, rate: f64, cells: f64): f64 {
  const dt = t - t0;
  const cell = floor<f64>(dt * cells) / cells;
  return expCached(cell * rate) * expSmall((dt - cell) * rate);
}

export function setPotentialScale<F>(t: f64, t0: f64, rate: f64, cells: f64): void {
  v128.store(POTENTIAL_SCALE, v128.splat<F>(<F>computePotentialScale(t, t0, rate, cells)));
}

/** Inserts a neuron into the ring of refractory neurons, in order of release; see neurons/parts/refractoryQueue.ts. */
export function enqueueRefractory(times: usize, neurons: usize, ring: usize, places: u32, j: u32, release: f64): void {
  const first = load<u32>(ring);
  const waiting = load<u32>(ring, 4);
  let place = wrapIndex(first + waiting, places);
  for (let k = waiting; k > 0; k--) {
    const before = wrapIndex(first + k - 1, places);
    const other = f64At(times, before);
    if (other <= release) break;
    setF64(times, place, other);
    setU32(neurons, place, u32At(neurons, before));
    place = before;
  }
  setF64(times, place, release);
  setU32(neurons, place, j);
  store<u32>(ring, waiting + 1, 4);
}

@inline
export function wrapIndex(k: u32, places: u32): usize {
  return k < places ? k : k - places;
}
