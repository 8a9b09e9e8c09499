/** Delivers a batch of arrivals, in order of time, to neurons with exponential currents. */
import { addCurrents16, addCurrents32 } from './addCurrents';
import { exp, expPair, expPairChecked, isOutOfRange } from './exp';
import { PREFETCH_SUM } from './splitRefractory';
import { ArrivalBatchRecord, EdgesRecord, EdgesRecord_BYTES, PlasticRecord } from './records';
import { checkCandidatesWithScales, checkDueNeurons } from './checkCandidates';

/** Maximum number of arrivals prepared together. */
const TOGETHER: u32 = 128;
/** Maximum number of cache lines prefetched for `TOGETHER` arrivals. */
const LINES: usize = 640;
/** Maximum number of cache lines prefetched per row. */
const MOST: usize = 64;

/** Prepared arrival: scales of the state fields M and E at its time, and addresses of its synapses. */
@unmanaged
class Ready {
  scaleM: f64;
  scaleE: f64;
  t: f64;
  weights: usize;
  targets: usize;
  count: u32;
  edges: usize;
}
const Ready_BYTES: usize = 40;
const READY = memory.data(5120, 16);
/** Index of the first prepared arrival. */
let first: u32 = 0;
/** Index after the last prepared arrival. */
let end: u32 = 0;
/** Reference time (ms) for which the scales of the prepared arrivals were computed. */
let reference: f64 = 0;
/** List of addresses of cache lines, prefetched in a loop without branches. */
const LIST = memory.data(4096, 16);

/** Appends the cache lines of a byte range to the list (always writes four entries); returns the end. */
function lines(list: usize, from: usize, bytes: usize): usize {
  const n = min((bytes + 63) >> 6, MOST);
  store<u32>(list, from);
  store<u32>(list, from + 64, 4);
  store<u32>(list, from + 128, 8);
  store<u32>(list, from + 192, 12);
  for (let k: usize = 4; k < n; k++) setU32(list, k, from + (k << 6));
  return list + (n << 2);
}

export function discardPrepared(): void {
  end = 0;
}

/** Computes scales and prefetches synapses of arrivals from index `from` on. */
function prepare(r: PlasticRecord, from: u32): void {
  const b = changetype<ArrivalBatchRecord>(r.batch);
  const to = min(from + TOGETHER, r.to);
  const t0 = r.t0;
  const rates = v128.load(changetype<usize>(r), offsetof<PlasticRecord>('rate'));
  first = from;
  reference = t0;
  let q = changetype<Ready>(READY);
  for (let k = from; k < to; k++, q = changetype<Ready>(changetype<usize>(q) + Ready_BYTES)) {
    const i = <usize>u32At(b.order, k);
    const edges = changetype<EdgesRecord>(b.edges + <usize>u32At(b.projectionIndices, i) * EdgesRecord_BYTES);
    const row = <usize>u32At(b.rows, i);
    q.edges = changetype<usize>(edges);
    q.t = f64At(b.times, i);
    if (edges.starts == 0) {
      q.weights = row * edges.columns;
      q.targets = q.weights + edges.columns;
    } else store<u64>(changetype<usize>(q), load<u64>(edges.starts + (row << 2)), offsetof<Ready>('weights'));
  }
  let list = LIST;
  q = changetype<Ready>(READY);
  let k = from;
  for (; k < to && list < LIST + (LINES << 2); k++, q = changetype<Ready>(changetype<usize>(q) + Ready_BYTES)) {
    const edges = changetype<EdgesRecord>(q.edges);
    const a = q.weights;
    let count = <u32>(q.targets - a);
    const targets = edges.targets;
    const weights = edges.weights == 0 ? 0 : edges.weights + (a << 3);
    list = lines(list, weights, weights ? <usize>count << 3 : 0);
    q.weights = weights;
    if (targets && targets == edges.weights) {
      // If edges are sorted by source, the targets of a row directly follow its weights in memory.
      count -= edges.hasWideTargets ? (count + 2) / 3 : (count + 4) / 5;
      q.targets = weights + (<usize>count << 3);
    } else {
      const wide: usize = edges.hasWideTargets ? 2 : 1;
      q.targets = targets == 0 ? 0 : targets + (a << wide);
      list = lines(list, q.targets, targets ? <usize>count << wide : 0);
    }
    q.count = count;
    const x = f64x2.mul(f64x2.splat(q.t - t0), rates);
    v128.store(changetype<usize>(q), isOutOfRange(x) ? expPairChecked(x) : expPair(x));
  }
  end = k;
  let touched: u32 = 0;
  for (let at = LIST; at < list; at += 4) touched += load<u8>(load<u32>(at));
  store<u32>(PREFETCH_SUM, touched);
}

/** Change of a neuron's state by an arrival of weight 1; see `steps` of `Kernels.addCurrents`. */
const STEPS = memory.data(40, 16);

/**
 * Delivers arrivals `from` … `to - 1`. Stops at `until`, at the maximum age of the reference time, or after a tick with
 * crossings to be computed; never within a tick. Returns the index after the last arrival delivered.
 */
function stream(r: PlasticRecord): u32 {
  const t0 = r.t0;
  const perCapacitance = r.perCapacitance;
  const b = changetype<ArrivalBatchRecord>(r.batch);
  const to = r.to;
  const from = r.from;
  let found: u32 = 0;
  let last: f64 = -Infinity;
  if (t0 != reference) end = 0;
  let k = from;
  while (k < to) {
    if (k >= end) prepare(r, k);
    const q = changetype<Ready>(READY + <usize>(k - first) * Ready_BYTES);
    const t = q.t;
    const elapsed = t - t0;
    if (t != last) {
      if (k > from && (t >= r.until || elapsed > r.span)) break;
      last = t;
    }
    const m = q.scaleM;
    const e = q.scaleE;
    store<f64>(STEPS, -perCapacitance * (m * r.perDeltaE));
    store<f64>(STEPS, perCapacitance * e, 8);
    store<f64>(STEPS, -perCapacitance * (m * r.perDeltaI), 16);
    store<f64>(STEPS, perCapacitance * (r.rateI == r.rateE ? e : exp(elapsed * r.rateI)), 24);
    store<f64>(STEPS, perCapacitance * min<f64>(r.checkEnd - t, r.peak), 32);
    const edges = changetype<EdgesRecord>(q.edges);
    edges.delivered += <f64>q.count;
    if (edges.hasWideTargets)
      found = addCurrents32(r.u, q.targets, q.weights, edges.weight, q.count, STEPS, r.candidates, found);
    else found = addCurrents16(r.u, q.targets, q.weights, edges.weight, q.count, STEPS, r.candidates, found);
    k++;
    if (found == 0 || (k < to && f64At(b.times, u32At(b.order, k)) == t)) continue;
    found = checkCandidatesWithScales(r, t, m, e, found);
    if (found > 0) break;
  }
  r.candidateCount = found;
  return k;
}

export function deliverBatch(r: PlasticRecord): u32 {
  const b = changetype<ArrivalBatchRecord>(r.batch);
  const limit = r.until;
  for (;;) {
    r.until = min<f64>(limit, load<f64>(r.soonest));
    const k = stream(r);
    if (r.candidateCount > 0 || k == r.to) return k;
    r.from = k;
    const next = f64At(b.times, u32At(b.order, k));
    for (let t = load<f64>(r.soonest); t <= next; t = load<f64>(r.soonest))
      if (t >= limit || t - r.t0 > r.span || !checkDueNeurons(r, t)) return k;
    if (next >= limit || next - r.t0 > r.span) return k;
  }
  return 0; // never reached
}
