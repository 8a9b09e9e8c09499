/**
 * Merged delivery to a population with sparse delta synapses; see `MergedDelivery`. A call of `deliverRows` processes one
 * queue until the next arrival of another queue, the release of a refractory neuron or the horizon.
 */
import { exp } from './exp';
import { drawPoissonBlock } from './drawPoissonBlock';
import { MergedRecord, SpikeQueueRecord, SpikeQueueRecord_BYTES, PoissonRecord } from './records';
import { enqueueRefractory, computePotentialScale } from './arrivals';
import { addRowAndMark, listLength, appendNeuron, setListLength, testMarkedNeurons } from './sparseRow';
import { deliverRows } from './deliverSparse';

@inline
function queueAt(p: MergedRecord, i: u32): SpikeQueueRecord {
  return changetype<SpikeQueueRecord>(p.queues + <usize>i * SpikeQueueRecord_BYTES);
}

/** Time of the next arrival of a queue: a spike in flight or, if there is none, the next spike of its stimulus. */
@inline
function getNextArrival(queue: SpikeQueueRecord): f64 {
  return queue.head < queue.tail ? f64At(queue.times, queue.head) : getNextDrawTime(queue);
}

/** Time of the next spike that the stimulus of a queue will draw; Infinity without a stimulus. */
@inline
function getNextDrawTime(queue: SpikeQueueRecord): f64 {
  return queue.stimulus == 0 ? Infinity : load<f64>(changetype<PoissonRecord>(queue.stimulus).clock);
}

/** Draws the next block of spikes of a queue's stimulus; the queue must be empty. */
function drawBlock(queue: SpikeQueueRecord): void {
  const stimulus = changetype<PoissonRecord>(queue.stimulus);
  const count = drawPoissonBlock(stimulus, queue.blockTimes, queue.blockNeurons, queue.capacity);
  queue.drawnCount += <f64>queue.blockCount;
  queue.times = queue.blockTimes;
  queue.rows = queue.blockNeurons;
  queue.head = 0;
  queue.tail = queue.blockCount = count;
}

@inline
function recordTaken(queue: SpikeQueueRecord, count: u32): void {
  queue.head += count;
  queue.takenCount += <f64>count;
}

/**
 * Delivers the arrivals of one tick, queue by queue, then tests their targets. Returns the number of neurons at
 * threshold; -1, with no state changed, if a stimulus must draw more spikes of this tick.
 */
@inline
function deliverTick<F, I>(p: MergedRecord, t: f64): i32 {
  for (let l: u32 = 0; l < p.queueCount; l++) {
    const queue = queueAt(p, l);
    if (getNextDrawTime(queue) > t) continue;
    if (queue.head == queue.tail) drawBlock(queue);
    if (getNextDrawTime(queue) <= t) return -1;
  }
  setListLength(0);
  const s = <F>computePotentialScale(t, p.t0, p.rate, p.cells);
  const low = <F>p.minThreshold * s;
  for (let l: u32 = 0; l < p.queueCount; l++) {
    const queue = queueAt(p, l);
    const head = queue.head;
    const jump = <F>queue.weight * s;
    let k = head;
    for (; k < queue.tail && f64At(queue.times, k) == t; k++) {
      const row = queue.starts + (<usize>u32At(queue.rows, k) << 2);
      const a = <usize>load<u32>(row);
      const b = <usize>load<u32>(row, 4);
      const w: usize = queue.weights == 0 ? 0 : queue.weights + a * sizeof<F>();
      const targets = queue.targets;
      addRowAndMark<F, I>(p.u, low, targets + a * sizeof<I>(), targets + b * sizeof<I>(), w, jump, s, p.marks, p.hits);
    }
    recordTaken(queue, k - head);
  }
  testMarkedNeurons<F>(p.u, p.bar, s, p.marks, p.hits);
  return listLength;
}

function sortNeurons(hits: usize, count: u32): void {
  for (let i: u32 = 2; i <= count; i++) {
    const j = u32At(hits, i);
    let k = i;
    for (; k > 1 && u32At(hits, k - 1) > j; k--) setU32(hits, k, u32At(hits, k - 1));
    setU32(hits, k, j);
  }
}

@inline
function getResetOffset(p: MergedRecord, j: u32): f64 {
  return f64At(p.resetOffset, j & p.resetMask);
}

function fireNeurons<F>(p: MergedRecord, found: u32, t: f64, spikes: u32): u32 {
  const hits = p.hits;
  const keeps = p.keepsPotential != 0;
  if (found > 1) sortNeurons(hits, found);
  for (let i: u32 = 1; i <= found; i++) {
    const j = u32At(hits, i);
    const refractory = f64At(p.refractory, j & p.refractoryMask);
    setF64(p.spikeTimes, spikes, t);
    setU32(p.spikeNeurons, spikes, j);
    spikes++;
    let after: f64 = -Infinity;
    if (refractory == 0) after = getResetOffset(p, j) * computePotentialScale(t, p.t0, p.rate, p.cells);
    else if (keeps) after = getResetOffset(p, j) * exp((t + (p.isFree != 0 ? 0 : refractory) - p.t0) * p.rate);
    store<F>(p.u + <usize>j * sizeof<F>(), <F>after);
    if (refractory == 0) continue;
    if (keeps) store<F>(p.bar + <usize>j * sizeof<F>(), <F>Infinity);
    enqueueRefractory(p.releaseTimes, p.releaseNeurons, p.releaseRing, p.ringSize, j, t + refractory);
  }
  return spikes;
}

@inline
function run<F, I>(p: MergedRecord): void {
  let horizon = p.horizon;
  const keeps = p.keepsPotential != 0;
  const releases = p.releaseTimes;
  const ring = p.releaseRing;
  let spikes: u32 = 0;
  let last = p.lastTime;
  for (let l: u32 = 0; l < p.queueCount; l++) queueAt(p, l).nextTime = getNextArrival(queueAt(p, l));
  while (true) {
    let t: f64 = Infinity;
    let bound = horizon;
    let queue = queueAt(p, 0);
    for (let l: u32 = 0; l < p.queueCount; l++) {
      const other = queueAt(p, l);
      const next = other.nextTime;
      if (next < t) {
        bound = min(bound, t);
        t = next;
        queue = other;
      } else {
        bound = min(bound, next);
      }
    }
    // At equal times, refractory periods end before arrivals are delivered.
    let first = load<u32>(ring);
    let waiting = load<u32>(ring, 4);
    if (keeps) {
      // Input stored during a refractory period can raise a neuron to threshold when the period ends, so this time is
      // processed as a tick of its own.
      const due = waiting > 0 ? f64At(releases, first) : Infinity;
      if (due <= t && due < horizon) {
        const s = <F>computePotentialScale(due, p.t0, p.rate, p.cells);
        setListLength(0);
        for (; waiting > 0 && f64At(releases, first) == due; waiting--) {
          const j = <usize>u32At(p.releaseNeurons, first);
          const b = load<F>(p.thresholds + j * sizeof<F>());
          store<F>(p.bar + j * sizeof<F>(), b);
          if (load<F>(p.u + j * sizeof<F>()) >= b * s) appendNeuron(p.hits, <u32>j);
          if (++first == p.ringSize) first = 0;
        }
        store<u32>(ring, first);
        store<u32>(ring, waiting, 4);
        last = due;
        if (listLength == 0) continue;
        spikes = fireNeurons<F>(p, listLength, last, spikes);
        horizon = min(horizon, last + p.lookahead);
        if (spikes >= p.spikeCapacity) break;
        continue;
      }
    }
    if (t >= horizon) break;
    for (; waiting > 0 && f64At(releases, first) <= t; waiting--) {
      const j = <usize>u32At(p.releaseNeurons, first);
      store<F>(p.u + j * sizeof<F>(), <F>(getResetOffset(p, <u32>j) * exp((f64At(releases, first) - p.t0) * p.rate)));
      if (++first == p.ringSize) first = 0;
    }
    store<u32>(ring, first);
    store<u32>(ring, waiting, 4);

    let found: i32 = 0;
    const empty = queue.head == queue.tail;
    if (!empty) bound = min(bound, getNextDrawTime(queue));
    if (bound <= t) {
      found = deliverTick<F, I>(p, t);
      if (found < 0) break;
      last = t;
      for (let l: u32 = 0; l < p.queueCount; l++) queueAt(p, l).nextTime = getNextArrival(queueAt(p, l));
    } else {
      if (empty) {
        drawBlock(queue);
        bound = min(bound, getNextDrawTime(queue));
      }
      if (waiting > 0) bound = min(bound, f64At(releases, first));
      const taken = deliverRows<F, I>(
        p.u, p.bar, p.minThreshold, queue.starts, queue.isOneToOne ? 0 : queue.targets, queue.weights, queue.weight,
        queue.times, queue.rows, queue.head, queue.tail, p.t0, p.rate, p.cells, bound, p.marks, p.hits,
      );
      if (taken < 0) found = load<u32>(p.hits);
      recordTaken(queue, abs(taken));
      last = f64At(queue.times, queue.head - 1);
      queue.nextTime = getNextArrival(queue);
    }
    if (found == 0) continue;
    spikes = fireNeurons<F>(p, found, last, spikes);
    // Delivers arrivals up to `lookahead` ms after the first spike, because a spike affects other neurons no earlier.
    horizon = min(horizon, last + p.lookahead);
    if (spikes >= p.spikeCapacity) break;
  }
  p.spikeCount = spikes;
  p.lastTime = last;
}

export function deliverMerged(p: MergedRecord): void {
  if (p.isSingle) {
    if (p.hasWideTargets) run<f32, u32>(p);
    else run<f32, u16>(p);
  } else if (p.hasWideTargets) run<f64, u32>(p);
  else run<f64, u16>(p);
}
