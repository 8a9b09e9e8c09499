/** Delivers a batch of arrivals, in order of time, to neurons with exponential currents. */
import { addCurrents } from './addCurrents';
import { exp, expPair, expPairChecked, isOutOfRange } from './exp';
import { PREFETCH_SUM } from './splitRefractory';
import { ArrivalBatchRecord, EdgesRecord, EdgesRecord_BYTES, PlasticRecord } from './records';
import { checkCandidatesWithScales, checkDueNeurons } from './checkCandidates';

const MAX_PREPARED_ARRIVALS: u32 = 128;
const MAX_PREFETCHED_LINES: usize = 640;
const MAX_LINES_PER_ROW: usize = 64;

/** Arrival with precomputed scales (see `StateScales`) and addresses of its synapses. */
@unmanaged
class PreparedArrival {
  scaleM: f64;
  scaleE: f64;
  t: f64;
  weights: usize;
  targets: usize;
  count: u32;
  edges: usize;
}
const PreparedArrival_BYTES: usize = 40;
const PREPARED_ARRIVALS = memory.data(5120, 16);
let firstPrepared: u32 = 0;
let preparedEnd: u32 = 0;
/** Reference time (ms) for which the scales of the prepared arrivals were computed. */
let reference: f64 = 0;
const CACHE_LINES = memory.data(4096, 16);

/**
 * Appends the addresses of the cache lines of a byte range to a list; returns the end of the list. Up to three words
 * after the end are overwritten.
 */
function appendCacheLines(list: usize, from: usize, bytes: usize): usize {
  const n = min((bytes + 63) >> 6, MAX_LINES_PER_ROW);
  store<u32>(list, from);
  store<u32>(list, from + 64, 4);
  store<u32>(list, from + 128, 8);
  store<u32>(list, from + 192, 12);
  for (let k: usize = 4; k < n; k++) setU32(list, k, from + (k << 6));
  return list + (n << 2);
}

export function discardPreparedArrivals(): void {
  preparedEnd = 0;
}

/** Computes scales and prefetches synapses of arrivals from index `from` on. */
function prepareArrivals(r: PlasticRecord, from: u32): void {
  const b = changetype<ArrivalBatchRecord>(r.batch);
  const to = min(from + MAX_PREPARED_ARRIVALS, r.to);
  const t0 = r.t0;
  const rates = v128.load(changetype<usize>(r), offsetof<PlasticRecord>('rate'));
  firstPrepared = from;
  reference = t0;
  let q = changetype<PreparedArrival>(PREPARED_ARRIVALS);
  for (let k = from; k < to; k++, q = changetype<PreparedArrival>(changetype<usize>(q) + PreparedArrival_BYTES)) {
    const i = <usize>u32At(b.order, k);
    const edges = changetype<EdgesRecord>(b.edges + <usize>u32At(b.projectionIndices, i) * EdgesRecord_BYTES);
    const row = <usize>u32At(b.rows, i);
    q.edges = changetype<usize>(edges);
    q.t = f64At(b.times, i);
    if (edges.starts == 0) {
      q.weights = row * edges.columns;
      q.targets = q.weights + edges.columns;
    } else store<u64>(changetype<usize>(q), load<u64>(edges.starts + (row << 2)), offsetof<PreparedArrival>('weights'));
  }
  let list = CACHE_LINES;
  q = changetype<PreparedArrival>(PREPARED_ARRIVALS);
  let k = from;
  for (; k < to && list < CACHE_LINES + (MAX_PREFETCHED_LINES << 2); k++, q = changetype<PreparedArrival>(changetype<usize>(q) + PreparedArrival_BYTES)) {
    const edges = changetype<EdgesRecord>(q.edges);
    const a = q.weights;
    let count = <u32>(q.targets - a);
    const targets = edges.targets;
    const weights = edges.weights == 0 ? 0 : edges.weights + (a << 3);
    list = appendCacheLines(list, weights, weights ? <usize>count << 3 : 0);
    q.weights = weights;
    if (targets && targets == edges.weights) {
      // If synapses are sorted by source, the target indices of each presynaptic neuron follow its weights in memory.
      count -= edges.hasWideTargets ? (count + 2) / 3 : (count + 4) / 5;
      q.targets = weights + (<usize>count << 3);
    } else {
      const wide: usize = edges.hasWideTargets ? 2 : 1;
      q.targets = targets == 0 ? 0 : targets + (a << wide);
      list = appendCacheLines(list, q.targets, targets ? <usize>count << wide : 0);
    }
    q.count = count;
    const x = f64x2.mul(f64x2.splat(q.t - t0), rates);
    v128.store(changetype<usize>(q), isOutOfRange(x) ? expPairChecked(x) : expPair(x));
  }
  preparedEnd = k;
  let touched: u32 = 0;
  for (let at = CACHE_LINES; at < list; at += 4) touched += load<u8>(load<u32>(at));
  store<u32>(PREFETCH_SUM, touched);
}

const STEPS = memory.data(40, 16);

/**
 * Delivers arrivals `from` … `to - 1`. Stops early at the first of: time `until`, the maximum age of the scale factors,
 * a tick with crossings to be computed. Returns the index after the last arrival delivered.
 */
function deliverArrivals(r: PlasticRecord): u32 {
  const t0 = r.t0;
  const perCapacitance = r.perCapacitance;
  const b = changetype<ArrivalBatchRecord>(r.batch);
  const to = r.to;
  const from = r.from;
  let found: u32 = 0;
  let last: f64 = -Infinity;
  if (t0 != reference) preparedEnd = 0;
  let k = from;
  while (k < to) {
    if (k >= preparedEnd) prepareArrivals(r, k);
    const q = changetype<PreparedArrival>(PREPARED_ARRIVALS + <usize>(k - firstPrepared) * PreparedArrival_BYTES);
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
    const wide = edges.hasWideTargets != 0;
    found = addCurrents(r.u, q.targets, wide, q.weights, edges.weight, q.count, STEPS, r.candidates, found);
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
    const k = deliverArrivals(r);
    if (r.candidateCount > 0 || k == r.to) return k;
    r.from = k;
    const next = f64At(b.times, u32At(b.order, k));
    for (let t = load<f64>(r.soonest); t <= next; t = load<f64>(r.soonest))
      if (t >= limit || t - r.t0 > r.span || !checkDueNeurons(r, t)) return k;
    if (next >= limit || next - r.t0 > r.span) return k;
  }
  return 0; // never reached
}
