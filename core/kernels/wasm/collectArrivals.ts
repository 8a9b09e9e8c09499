/** Collects arrivals of many spike queues before a horizon, sorted by time; see core/engine/batchedDelivery.ts. */
import { ArrivalBatchRecord, EdgesRecord, EdgesRecord_BYTES, MultiDelayQueueRecord } from './records';
import { forget } from './deliverBatch';

/** Number of arrivals per slot above which a Shell sort precedes insertion sort, which takes quadratic time. */
const CROWDED: u32 = 64;
/** 2^52: doubles of this size hold an integer in their low bits. */
const WHOLE: f64 = 4503599627370496;

@inline
function edgesOf(r: ArrivalBatchRecord, p: usize): EdgesRecord {
  return changetype<EdgesRecord>(r.edges + p * EdgesRecord_BYTES);
}

@inline
function timeOf(r: ArrivalBatchRecord, i: u32): f64 {
  return load<f64>(r.times + (<usize>i << 3));
}

/** Collects from all queues the arrivals before the horizon, then sorts them. */
export function collectArrivals(r: ArrivalBatchRecord): void {
  const horizon = r.horizon;
  const places = r.capacity;
  let count = r.count;
  let next: f64 = Infinity;
  let latest: f64 = -Infinity;
  for (let k: u32 = 0, n = min(count, places); k < n; k++) latest = max(latest, timeOf(r, k));
  for (let p: u32 = 0; p < r.projectionCount; p++) {
    const q = changetype<MultiDelayQueueRecord>(edgesOf(r, p).queue);
    if (changetype<usize>(q) == 0) continue;
    const most = q.delayCount;
    const words = q.wordCount;
    const delays = q.delays;
    const some = q.nonEmpty;
    const all = some == 0 || !r.skipsEmptyRows;
    const tail = q.tail;
    let arrived: u32 = 0;
    while (q.head < tail && load<u32>(q.deliveredCounts + (<usize>q.head << 2)) == most) q.head += 1;
    for (let s = q.head; s < tail; s++) {
      const over = q.deliveredCounts + (<usize>s << 2);
      const fired = load<f64>(q.times + (<usize>s << 3));
      const terminal = load<u32>(q.rows + (<usize>s << 2));
      let lane = load<u32>(over);
      arrived -= lane;
      for (; lane < most; lane++) {
        const arrival = fired + load<f64>(delays + (<usize>lane << 3));
        if (!(arrival < horizon)) {
          next = min(next, arrival);
          break;
        }
        latest = max(latest, arrival);
        if (count < places) {
          const at = <usize>count << 2;
          store<f64>(r.times + (at << 1), arrival);
          store<u32>(r.rows + at, some ? terminal * most + lane : load<u32>(q.queueIndices + (<usize>lane << 2)) * q.terminalCount + terminal);
          store<u32>(r.edgesIndex + at, p);
        }
        // Rows without synapses are skipped without a branch, which the processor could not predict.
        count += all ? 1 : (load<u32>(some + (<usize>(terminal * words + (lane >> 5)) << 2)) >> (lane & 31)) & 1;
      }
      arrived += lane;
      store<u32>(over, lane);
    }
    q.arrivalCount += <f64>arrived;
  }
  r.count = count;
  r.nextTime = next;
  r.lastTime = latest;
  if (count <= places) sort(r, count);
  forget();
}

/** Index of an arrival's row in its projection. */
function rowOf(r: ArrivalBatchRecord, i: u32): u32 {
  const row = load<u32>(r.rows + (<usize>i << 2));
  const q = changetype<MultiDelayQueueRecord>(edgesOf(r, load<u32>(r.edgesIndex + (<usize>i << 2))).queue);
  if (changetype<usize>(q) == 0 || q.nonEmpty == 0) return row;
  return load<u32>(q.queueIndices + (<usize>(row % q.delayCount) << 2)) * q.terminalCount + row / q.delayCount;
}

/** True if arrival a comes after arrival b of the same tick: by projection, then by row, as in `ReferenceDelivery`. */
function after(r: ArrivalBatchRecord, a: u32, b: u32): bool {
  const p = load<u32>(r.edgesIndex + (<usize>a << 2));
  const q = load<u32>(r.edgesIndex + (<usize>b << 2));
  return p == q ? rowOf(r, a) > rowOf(r, b) : p > q;
}

/** Address of the sorting slot of an arrival; slots have equal time spans. Adding `WHOLE` rounds to the slot index. */
@inline
function slotOf(r: ArrivalBatchRecord, i: u32, scale: f64): usize {
  return r.slots + (<usize>reinterpret<u64>((timeOf(r, i) - r.start) * scale + WHOLE) << 2);
}

/** Sorts arrival indices by time: distributes them to slots of equal time spans, then applies insertion sort. */
function sort(r: ArrivalBatchRecord, count: u32): void {
  const start = r.start;
  const order = r.order;
  const slots = r.slots;
  memory.fill(slots, 0, (<usize>count + 1) << 2);
  const latest = r.lastTime;
  const scale = latest > start ? <f64>(<i32>count - 1) / (latest - start) : 0;
  for (let k: u32 = 0; k < count; k++) {
    const slot = slotOf(r, k, scale);
    store<u32>(slot, load<u32>(slot, 4) + 1, 4);
  }
  let most: u32 = 0;
  for (let at = slots + 4; at <= slots + (<usize>count << 2); at += 4) {
    most = max(most, load<u32>(at));
    store<u32>(at, load<u32>(at) + load<u32>(at - 4));
  }
  for (let k: u32 = 0; k < count; k++) {
    const slot = slotOf(r, k, scale);
    const place = load<u32>(slot);
    store<u32>(slot, place + 1);
    store<u32>(order + (<usize>place << 2), k);
  }
  // Shell sort with long steps comes first if one slot holds many arrivals.
  for (let step = most > CROWDED ? count >> 1 : 1; step > 0; step = step > 2 ? step / 3 + 1 : step >> 1)
    for (let k = step; k < count; k++) {
      const i = load<u32>(order + (<usize>k << 2));
      const time = timeOf(r, i);
      let place = k;
      for (; place >= step; place -= step) {
        const before = load<u32>(order + (<usize>(place - step) << 2));
        const at = timeOf(r, before);
        if (at < time || (at == time && !after(r, before, i))) break;
        store<u32>(order + (<usize>place << 2), before);
      }
      store<u32>(order + (<usize>place << 2), i);
    }
}
