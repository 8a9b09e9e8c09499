/** Collects arrivals of many spike queues before a horizon, sorted by time; see core/engine/batchedDelivery.ts. */
import { ArrivalBatchRecord, EdgesRecord, EdgesRecord_BYTES, MultiDelayQueueRecord } from './records';
import { discardPreparedArrivals } from './deliverBatch';

/** Maximum number of arrivals per slot that are sorted by insertion only; insertion sort takes quadratic time. */
const MAX_INSERTION_SORT: u32 = 64;
/** 2^52: the low bits of x + 2^52 hold x, rounded to an integer. */
const TWO_POW_52: f64 = 4503599627370496;

@inline
function edgesOf(r: ArrivalBatchRecord, p: usize): EdgesRecord {
  return changetype<EdgesRecord>(r.edges + p * EdgesRecord_BYTES);
}

export function collectArrivals(r: ArrivalBatchRecord): void {
  const horizon = r.horizon;
  const places = r.capacity;
  let count = r.count;
  let next: f64 = Infinity;
  let latest: f64 = -Infinity;
  for (let k: u32 = 0, n = min(count, places); k < n; k++) latest = max(latest, f64At(r.times, k));
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
    while (q.head < tail && u32At(q.deliveredCounts, q.head) == most) q.head += 1;
    for (let s = q.head; s < tail; s++) {
      const over = q.deliveredCounts + (<usize>s << 2);
      const fired = f64At(q.times, s);
      const terminal = u32At(q.rows, s);
      let lane = load<u32>(over);
      arrived -= lane;
      for (; lane < most; lane++) {
        const arrival = fired + f64At(delays, lane);
        if (!(arrival < horizon)) {
          next = min(next, arrival);
          break;
        }
        latest = max(latest, arrival);
        if (count < places) {
          const at = <usize>count << 2;
          store<f64>(r.times + (at << 1), arrival);
          store<u32>(r.rows + at, some ? terminal * most + lane : u32At(q.queueIndices, lane) * q.terminalCount + terminal);
          store<u32>(r.projectionIndices + at, p);
        }
        // An arrival that reaches no synapse adds 0 to the count: faster than a branch, which is hard to predict.
        count += all ? 1 : (u32At(some, terminal * words + (lane >> 5)) >> (lane & 31)) & 1;
      }
      arrived += lane;
      store<u32>(over, lane);
    }
    q.arrivalCount += <f64>arrived;
  }
  r.count = count;
  r.nextTime = next;
  r.lastTime = latest;
  if (count <= places) sortArrivals(r, count);
  discardPreparedArrivals();
}

function rowOf(r: ArrivalBatchRecord, i: u32): u32 {
  const row = u32At(r.rows, i);
  const q = changetype<MultiDelayQueueRecord>(edgesOf(r, u32At(r.projectionIndices, i)).queue);
  if (changetype<usize>(q) == 0 || q.nonEmpty == 0) return row;
  return u32At(q.queueIndices, row % q.delayCount) * q.terminalCount + row / q.delayCount;
}

/** True if arrival a comes after arrival b of the same tick: by projection, then by row, as in `ReferenceDelivery`. */
function comesAfter(r: ArrivalBatchRecord, a: u32, b: u32): bool {
  const p = u32At(r.projectionIndices, a);
  const q = u32At(r.projectionIndices, b);
  return p == q ? rowOf(r, a) > rowOf(r, b) : p > q;
}

/** Address of the sorting slot of an arrival. Adding `TWO_POW_52` rounds to the slot index. */
@inline
function slotOf(r: ArrivalBatchRecord, i: u32, scale: f64): usize {
  return r.slots + (<usize>reinterpret<u64>((f64At(r.times, i) - r.start) * scale + TWO_POW_52) << 2);
}

function sortArrivals(r: ArrivalBatchRecord, count: u32): void {
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
    setU32(order, place, k);
  }
  // Sorts arrivals by time with insertion sort (step 1); if a time slot holds many, by Shell sort with longer steps first.
  for (let step = most > MAX_INSERTION_SORT ? count >> 1 : 1; step > 0; step = step > 2 ? step / 3 + 1 : step >> 1)
    for (let k = step; k < count; k++) {
      const i = u32At(order, k);
      const time = f64At(r.times, i);
      let place = k;
      for (; place >= step; place -= step) {
        const before = u32At(order, place - step);
        const at = f64At(r.times, before);
        if (at < time || (at == time && !comesAfter(r, before, i))) break;
        setU32(order, place, before);
      }
      setU32(order, place, i);
    }
}
