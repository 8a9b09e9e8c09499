/**
 * Arrivals at neurons with exponential currents along any rows, one after the other: the work of `addCurrents` with the steps that
 * `Scales` has for their instants.
 */
import { addCurrents16, addCurrents32 } from './currents';
import { exp, expTwo } from './exp';
import { TOUCHED } from './lots';
import { settle } from './plastic';
import { EdgesRecord, EdgesRecord_BYTES, PlasticRecord } from './records';

/** Most rows that are fetched into the cache together, and about as many synapses: each lies where nobody has been for long, and memory answers many at once. */
const TOGETHER: u32 = 64;
const SYNAPSES: usize = 2048;
const LINE: usize = 64;
/** Index up to which rows are in the cache. */
let fetched: u32 = 0;

/** Whether targets of a row lie behind its weights. */
@inline
function together(edges: EdgesRecord): bool {
  return edges.targets == edges.weights && edges.targets != 0;
}

/** The record of the edges of arrival i. */
@inline
function edgesOf(r: PlasticRecord, i: usize): EdgesRecord {
  return changetype<EdgesRecord>(r.edges + <usize>load<u32>(r.of + (i << 2)) * EdgesRecord_BYTES);
}

/** Touches the synapses of arrivals from `from` on; returns the index after the last. */
function fetch(r: PlasticRecord, from: u32): u32 {
  const to = min(from + TOGETHER, r.to);
  let touched: u32 = 0;
  // Where rows begin comes first, for all: no branch waits for memory then.
  for (let k = from; k < to; k++) {
    const i = <usize>load<u32>(r.order + (<usize>k << 2));
    touched += load<u32>(edgesOf(r, i).starts + (<usize>load<u32>(r.rows + (i << 2)) << 2));
  }
  let synapses: usize = 0;
  let k = from;
  for (; k < to && synapses < SYNAPSES; k++) {
    const i = <usize>load<u32>(r.order + (<usize>k << 2));
    const edges = edgesOf(r, i);
    if (edges.starts == 0) continue;
    const row = edges.starts + (<usize>load<u32>(r.rows + (i << 2)) << 2);
    const a = <usize>load<u32>(row);
    const b = <usize>load<u32>(row, 4);
    const wide = edges.wide ? 2 : 1;
    if (!together(edges)) for (let at = a << wide; at < b << wide; at += LINE) touched += load<u8>(edges.targets + at);
    if (edges.weights) for (let at = a << 3; at < b << 3; at += LINE) touched += load<u8>(edges.weights + at);
    synapses += b - a;
  }
  store<u32>(TOUCHED, touched);
  return k;
}

/** What an arrival of weight 1 adds; see `addCurrents16`. */
const STEPS = memory.data(40, 16);

/**
 * Takes arrivals `from` … `to - 1` and returns the index after the last: whole instants, up to `until` or the span of the scales, or
 * to the first one after which a look at the suspects is not enough.
 */
export function stream(r: PlasticRecord): u32 {
  const t0 = r.t0;
  const rates = v128.load(changetype<usize>(r), offsetof<PlasticRecord>('rate'));
  const perCapacitance = r.perCapacitance;
  const to = r.to;
  const from = r.from;
  let found: u32 = 0;
  let last: f64 = -Infinity;
  let now: f64 = -Infinity; // of the scales
  let m: f64 = 0;
  let e: f64 = 0;
  if (from == 0) fetched = 0;
  let k = from;
  while (k < to) {
    if (k >= fetched) fetched = fetch(r, k);
    const i = <usize>load<u32>(r.order + (<usize>k << 2));
    const t = load<f64>(r.times + (i << 3));
    const elapsed = t - t0;
    if (t != last) {
      if (k > from && (t >= r.until || elapsed > r.span)) break;
      last = t;
    }
    const edges = edgesOf(r, i);
    const row = <usize>load<u32>(r.rows + (i << 2));
    const starts = edges.starts + (row << 2);
    const dense = edges.starts == 0;
    const a = dense ? row * edges.columns : <usize>load<u32>(starts);
    let count = dense ? edges.columns : load<u32>(starts, 4) - <u32>a;
    const weights: usize = edges.weights == 0 ? 0 : edges.weights + (a << 3);
    let targets: usize = dense ? 0 : edges.targets + (a << (edges.wide ? 2 : 1));
    if (together(edges)) {
      count -= edges.wide ? (count + 2) / 3 : (count + 4) / 5;
      targets = weights + (<usize>count << 3);
    }
    edges.arrivals += 1;
    if (count > 0) {
      if (t != now) {
        now = t;
        const scales = expTwo(f64x2.mul(f64x2.splat(elapsed), rates));
        m = f64x2.extract_lane(scales, 0);
        e = f64x2.extract_lane(scales, 1);
        store<f64>(STEPS, -perCapacitance * (m * r.perDeltaE));
        store<f64>(STEPS, perCapacitance * e, 8);
        store<f64>(STEPS, -perCapacitance * (m * r.perDeltaI), 16);
        store<f64>(STEPS, perCapacitance * (r.rateI == r.rateE ? e : exp(elapsed * r.rateI)), 24);
        store<f64>(STEPS, perCapacitance * min<f64>(r.end - t, r.peak), 32);
      }
      edges.heard += <f64>count;
      if (edges.wide) found = addCurrents32(r.u, targets, weights, edges.weight, count, STEPS, r.suspects, found);
      else found = addCurrents16(r.u, targets, weights, edges.weight, count, STEPS, r.suspects, found);
    }
    k++;
    if (found == 0 || (k < to && load<f64>(r.times + (<usize>load<u32>(r.order + (<usize>k << 2)) << 3)) == t)) continue;
    found = settle(r, t, m, e, found);
    if (found > 0) break;
  }
  r.suspectCount = found;
  return k;
}
