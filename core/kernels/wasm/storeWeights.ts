import { DevicesRecord, PulseBatchRecord } from './records';

export function loadRow(d: DevicesRecord, b: PulseBatchRecord, start: u32, count: u32): void {
  b.count = count;
  memory.copy(b.statesBefore, d.g + (<usize>start << 3), <usize>count << 3);
  const edges = b.edgeIndices;
  let pair = <u64>start | (<u64>(start + 1) << 32);
  for (let i: u32 = 0; i < count; i += 2, pair += 0x200000002) store<u64>(edges + (<usize>i << 2), pair);
}

/** Relaxes the states of a batch, two at a time (`Kernels.relaxStates`); an odd batch needs a further device. */
export function relaxStates(b: PulseBatchRecord, programmed: usize, rest: f64, down: f64): void {
  const edges = b.edgeIndices;
  const before = b.statesBefore;
  const end = f64x2.splat(rest);
  const factor = f64x2.splat(down);
  const one = f64x2.splat(1);
  for (let i: usize = 0; i < <usize>b.count; i += 2) {
    const at = before + (i << 3);
    const then = gatherPair(programmed, <usize>u32At(edges, i), <usize>u32At(edges, i + 1));
    const left = f64x2.pmin(f64x2.mul(then, factor), one);
    v128.store(at, f64x2.add(end, f64x2.mul(f64x2.sub(v128.load(at), end), left)));
  }
}

/**
 * Stores the weights of a batch, with read noise if `noisy`. Returns the total conductance, S, if `noisy`; otherwise
 * the sum of weight - `lowWeight`. `pair`: true if each device has its own reference device.
 */
function storeBatchWeights(noisy: bool, d: DevicesRecord, b: PulseBatchRecord, pair: bool, reference: f64, least: f64): f64 {
  const n = <usize>b.count;
  const before = b.statesBefore;
  const weights = d.weights;
  const single = d.isSingle != 0;
  const ends = d.weightRanges;
  const apart = d.apparentOffsets;
  const one = f64x2.splat(1);
  const lowest = f64x2.splat(d.lowWeight);
  const floor = f64x2.splat(d.minReadWeight);
  const gMin = f64x2.splat(d.gMin);
  const perWeight = f64x2.splat(d.siemensPerWeight);
  const other = f64x2.splat(reference);
  const faintest = f64x2.splat(least);
  let low = lowest;
  let top = f64x2.splat(d.topWeight);
  let beside = f64x2.splat(0);
  let sum: f64 = 0;
  let k = <usize>load<u32>(b.edgeIndices);
  for (let i: usize = 0; i < n; i += 2, k += 2) {
    const two = i + 1 < n;
    const l = two ? k + 1 : k;
    const g = v128.load(before + (i << 3));
    if (ends != 0) {
      const first = v128.load(ends + (k << 4));
      const second = v128.load(ends + (l << 4));
      low = firstLanes(first, second);
      top = secondLanes(first, second);
    }
    if (apart != 0) beside = gatherPair(apart, k, l);
    const inside = f64x2.mul(g, f64x2.sub(top, low));
    let shown = top;
    let more = top;
    if (noisy) {
      more = f64x2.add(f64x2.add(f64x2.sub(low, lowest), inside), beside);
      more = f64x2.add(gMin, f64x2.mul(more, perWeight));
      const current = f64x2.add(f64x2.add(f64x2.add(low, other), inside), beside);
      const strong = v128.bitselect(faintest, current, f64x2.lt(f64x2.abs(current), faintest));
      const taken = pair ? v128.load(b.statesAfter + (i << 3)) : splat(b.statesAfter);
      shown = f64x2.sub(f64x2.mul(strong, v128.load(b.cycleDraws + (i << 3))), f64x2.mul(other, taken));
    } else {
      more = f64x2.add(f64x2.add(inside, f64x2.sub(low, lowest)), beside);
      shown = v128.bitselect(top, f64x2.pmin(f64x2.add(low, inside), top), f64x2.ge(g, one));
      shown = f64x2.pmax(f64x2.add(shown, beside), floor);
    }
    sum += firstLane(more);
    if (two) sum += secondLane(more);
    if (single) {
      const rounded = f32x4.demote_f64x2_zero(shown);
      v128.store_lane<f32>(weights + (k << 2), rounded, 0);
      if (two) v128.store_lane<f32>(weights + (k << 2), rounded, 1, 4);
    } else {
      v128.store_lane<f64>(weights + (k << 3), shown, 0);
      if (two) v128.store_lane<f64>(weights + (k << 3), shown, 1, 8);
    }
  }
  return sum;
}

export function storeWeights(d: DevicesRecord, b: PulseBatchRecord): f64 {
  return <f64>b.count * d.gMin + storeBatchWeights(false, d, b, false, 0, 0) * d.siemensPerWeight;
}

export function storeReadWeights(d: DevicesRecord, b: PulseBatchRecord, pair: bool, reference: f64, least: f64): f64 {
  return storeBatchWeights(true, d, b, pair, reference, least);
}
