/** Deliveries along a one-to-one projection: row i reaches neuron i only. */
import { expCached, expSmall, HALF_ADDRESS, expSeries } from './exp';
import { listLength, appendUnlistedNeuron } from './sparseRow';

/** Vector constants: start time of a grid cell of the scale, decay rate, scale at the start, weight. */
const SPLATS = memory.data(32, 16);

@inline
function deliverArrival<F>(u: usize, offset: usize, weights: usize, weight: F, s: F): F {
  const v = load<F>(u + offset) + (weights == 0 ? weight : load<F>(weights + offset)) * s;
  store<F>(u + offset, v);
  return v;
}

/** Delivers arrivals in pairs; tests the target after each arrival. `equal`: true if all synapses have `weight`. */
@inline
export function deliverOneToOne<F>(
  equal: bool, u: usize, bar: usize, least: f64, weights: usize, weight: F, times: usize, rows: usize, from: i32, to: i32,
  t0: f64, rate: f64, cells: f64, fired: usize,
): i32 {
  const width = 1 / cells;
  const end = times + (<usize>to << 3);
  let time = times + (<usize>from << 3);
  let row = rows + (<usize>from << 2);
  store<f64>(SPLATS, rate, 8);
  store<f64>(SPLATS, <f64>weight, 24);
  while (time < end) {
    const t = load<f64>(time);
    const c = floor((t - t0) * cells) * width;
    const start = t0 + c;
    const next = start + width;
    const base = expCached(c * rate);
    const low = least > 0 ? <F>least * <F>base : <F>-Infinity;
    store<f64>(SPLATS, start);
    store<f64>(SPLATS, base, 16);
    const starts = splat(SPLATS);
    const rates = splat(SPLATS + 8);
    const bases = splat(SPLATS + 16);
    const weightPair = splat(SPLATS + 24);
    const half = splat(HALF_ADDRESS);
    const one = splat(HALF_ADDRESS + 8);
    const sixth = splat(HALF_ADDRESS + 16);
    for (const last = end - 8; time < last; time += 16, row += 8) {
      if (load<f64>(time, 8) >= next) break;
      const x = f64x2.mul(f64x2.sub(v128.load(time), starts), rates);
      const both = f64x2.mul(bases, expSeries(x, half, one, sixth));
      const a = <usize>load<u32>(row) * sizeof<F>();
      const b = <usize>load<u32>(row, 4) * sizeof<F>();
      const s = <F>firstLane(both);
      const s2 = <F>secondLane(both);
      let jump: F;
      let jump2: F;
      if (equal && sizeof<F>() == 8) {
        const jumps = f64x2.mul(weightPair, both);
        jump = <F>firstLane(jumps);
        jump2 = <F>secondLane(jumps);
      } else {
        jump = (equal ? weight : load<F>(weights + a)) * s;
        jump2 = (equal ? weight : load<F>(weights + b)) * s2;
      }
      const v = load<F>(u + a) + jump;
      store<F>(u + a, v);
      if (v >= low) {
        if (v >= load<F>(bar + a) * s) return finishTick<F>(u, bar, weights, weight, times, rows, from, <i32>((time - times) >> 3), to, s, fired);
      }
      const v2 = load<F>(u + b) + jump2;
      store<F>(u + b, v2);
      if (v2 >= low) {
        if (v2 >= load<F>(bar + b) * s2) return finishTick<F>(u, bar, weights, weight, times, rows, from, <i32>((time - times) >> 3) + 1, to, s2, fired);
      }
    }
    if (time < end && load<f64>(time) < next) {
      const a = <usize>load<u32>(row) * sizeof<F>();
      const s = <F>(base * expSmall((load<f64>(time) - start) * rate));
      const v = deliverArrival<F>(u, a, weights, weight, s);
      if (v >= low) {
        if (v >= load<F>(bar + a) * s) return finishTick<F>(u, bar, weights, weight, times, rows, from, <i32>((time - times) >> 3), to, s, fired);
      }
      time += 8;
      row += 4;
    }
  }
  return to - from;
}

function finishTick<F>(
  u: usize, bar: usize, weights: usize, weight: F, times: usize, rows: usize, from: i32, k: i32, to: i32, s: F, fired: usize,
): i32 {
  const t = f64At(times, k);
  const first = k;
  for (k++; k < to && f64At(times, k) == t; k++) {
    deliverArrival<F>(u, <usize>u32At(rows, k) * sizeof<F>(), weights, weight, s);
  }
  for (let i = first; i < k; i++) {
    const j = u32At(rows, i);
    const offset = <usize>j * sizeof<F>();
    if (load<F>(u + offset) >= load<F>(bar + offset) * s) appendUnlistedNeuron(fired, j);
  }
  store<u32>(fired, listLength);
  return listLength > 0 ? from - k : k - from;
}
