/**
 * Merged delivery to a population with sparse delta synapses: arrivals of all spike queues in order of time, release of
 * refractory neurons, reset and listing of firing neurons, drawing of Poisson stimuli of this population only. This
 * file is the outer loop; `deliver` processes one queue until the next arrival of another, a release or the horizon.
 */
import { exp, expCell, expSmall } from './exp';
import { drawPoissonBlock } from './drawPoissonBlock';
import { MergedRecord, SpikeQueueRecord, SpikeQueueRecord_BYTES, PoissonRecord } from './records';
import { enqueue } from './arrivals';
import { addAndMark, count, list, setCount, testMarked } from './sparseRow';
import { deliver } from './deliverSparse';

/** Record of the i-th spike queue. */
@inline
function queueAt(queues: usize, i: u32): SpikeQueueRecord {
  return changetype<SpikeQueueRecord>(queues + <usize>i * SpikeQueueRecord_BYTES);
}

/** Time of the k-th arrival of a queue, ms. */
@inline
function timeOf(queue: SpikeQueueRecord, k: u32): f64 {
  return load<f64>(queue.times + (<usize>k << 3));
}

/** Time of the next arrival of a queue: the first spike in flight, or the first spike that its stimulus would draw. */
@inline
function nextOf(queue: SpikeQueueRecord): f64 {
  return queue.head < queue.tail ? timeOf(queue, queue.head) : clockOf(queue);
}

/** Time of the first spike that the stimulus of a queue has not drawn yet; Infinity without a stimulus. */
@inline
function clockOf(queue: SpikeQueueRecord): f64 {
  return queue.stimulus == 0 ? Infinity : load<f64>(changetype<PoissonRecord>(queue.stimulus).clock);
}

/** Draws the next block of spikes of a queue's stimulus; the queue must be empty. */
function draw(queue: SpikeQueueRecord): void {
  const s = changetype<PoissonRecord>(queue.stimulus);
  const count = drawPoissonBlock(
    queue.blockTimes, queue.blockNeurons, queue.capacity, s.state, s.clock, s.ziggurat, s.meanGap, s.slots, s.keep, s.own,
    s.other, s.stop,
  );
  queue.drawnCount += <f64>queue.blockCount;
  queue.times = queue.blockTimes;
  queue.rows = queue.blockNeurons;
  queue.head = 0;
  queue.tail = queue.blockCount = count;
}

@inline
function scaleAt(t: f64, t0: f64, rate: f64, cells: f64): f64 {
  const c = floor((t - t0) * cells) / cells;
  return expCell(c * rate) * expSmall((t - t0 - c) * rate);
}

/** Removes `count` arrivals from a queue. */
@inline
function take(queue: SpikeQueueRecord, count: u32): void {
  queue.head += count;
  queue.takenCount += <f64>count;
}

/**
 * Delivers the arrivals of one tick, in the order of queues, and then tests their targets. Returns the number of firing
 * neurons; -1, with nothing done, if a stimulus has spikes of this tick beyond its drawn block.
 */
@inline
function deliverTick<F, I>(
  u: usize, bar: usize, least: f64, queues: usize, queueCount: u32, t: f64, s: f64, marks: usize, hits: usize,
): i32 {
  for (let l: u32 = 0; l < queueCount; l++) {
    const queue = queueAt(queues, l);
    if (clockOf(queue) > t) continue;
    if (queue.head == queue.tail) draw(queue);
    if (clockOf(queue) <= t) return -1;
  }
  setCount(0);
  const low = <F>least * <F>s;
  for (let l: u32 = 0; l < queueCount; l++) {
    const queue = queueAt(queues, l);
    const head = queue.head;
    const jump = <F>queue.weight * <F>s;
    let k = head;
    for (; k < queue.tail && timeOf(queue, k) == t; k++) {
      const row = queue.starts + (<usize>load<u32>(queue.rows + (<usize>k << 2)) << 2);
      const a = <usize>load<u32>(row);
      const b = <usize>load<u32>(row, 4);
      const w: usize = queue.weights == 0 ? 0 : queue.weights + a * sizeof<F>();
      const targets = queue.targets;
      addAndMark<F, I>(u, low, targets + a * sizeof<I>(), targets + b * sizeof<I>(), w, jump, <F>s, marks, hits);
    }
    take(queue, k - head);
  }
  testMarked<F>(u, bar, <F>s, marks, hits);
  return count;
}

/** Sorts the neuron indices in `hits`, in place; usually they are sorted already. */
function sort(hits: usize, count: u32): void {
  for (let i: u32 = 2; i <= count; i++) {
    const j = load<u32>(hits + (<usize>i << 2));
    let k = i;
    for (; k > 1 && load<u32>(hits + (<usize>(k - 1) << 2)) > j; k--) {
      store<u32>(hits + (<usize>k << 2), load<u32>(hits + (<usize>(k - 1) << 2)));
    }
    store<u32>(hits + (<usize>k << 2), j);
  }
}

/** Reset potential minus steady potential without input of a neuron, mV. */
@inline
function floorOf(p: MergedRecord, j: u32): f64 {
  return load<f64>(p.resetOffset + (<usize>(j & p.resetMask) << 3));
}

/** Lists the neurons in `hits` as spikes at t, makes them refractory or resets them; returns the number of spikes. */
function fire<F>(p: MergedRecord, found: u32, t: f64, spikes: u32): u32 {
  const hits = p.hits;
  const keeps = p.keepsPotential != 0;
  if (found > 1) sort(hits, found);
  for (let i: u32 = 1; i <= found; i++) {
    const j = load<u32>(hits + (<usize>i << 2));
    const refractory = load<f64>(p.refractory + (<usize>(j & p.refractoryMask) << 3));
    store<f64>(p.spikeTimes + (<usize>spikes << 3), t);
    store<u32>(p.spikeNeurons + (<usize>spikes << 2), j);
    spikes++;
    let after: f64 = -Infinity;
    if (refractory == 0) after = floorOf(p, j) * scaleAt(t, p.t0, p.rate, p.cells);
    else if (keeps) after = floorOf(p, j) * exp((t + refractory - p.t0) * p.rate);
    store<F>(p.u + <usize>j * sizeof<F>(), <F>after);
    if (refractory == 0) continue;
    if (keeps) store<F>(p.bar + <usize>j * sizeof<F>(), <F>Infinity);
    enqueue(p.releaseTimes, p.releaseNeurons, p.releaseRing, p.ringSize, j, t + refractory);
  }
  return spikes;
}

@inline
function run<F, I>(p: MergedRecord): void {
  const u = p.u;
  const bar = p.bar;
  const least = p.minThreshold;
  const t0 = p.t0;
  const rate = p.rate;
  const cells = p.cells;
  let horizon = p.horizon;
  const reach = p.lookahead;
  const keeps = p.keepsPotential != 0;
  const thresholds = p.thresholds;
  const releases = p.releaseTimes;
  const released = p.releaseNeurons;
  const ring = p.releaseRing;
  const places = p.ringSize;
  const marks = p.marks;
  const hits = p.hits;
  const room = p.spikeCapacity;
  const queues = p.queues;
  const queueCount = p.queueCount;
  let spikes: u32 = 0;
  let last = p.lastTime;
  for (let l: u32 = 0; l < queueCount; l++) queueAt(queues, l).nextTime = nextOf(queueAt(queues, l));
  while (true) {
    let t: f64 = Infinity;
    let bound = horizon;
    let queue = queueAt(queues, 0);
    for (let l: u32 = 0; l < queueCount; l++) {
      const other = queueAt(queues, l);
      const next = other.nextTime;
      if (next < t) {
        bound = min(bound, t);
        t = next;
        queue = other;
      } else {
        bound = min(bound, next);
      }
    }
    // Refractory neurons are released before the arrivals of the same tick.
    let first = load<u32>(ring);
    let waiting = load<u32>(ring, 4);
    if (keeps) {
      // Input during refractoriness can raise a neuron to threshold, so a release is processed as a separate tick.
      const due = waiting > 0 ? load<f64>(releases + (<usize>first << 3)) : Infinity;
      if (due <= t && due < horizon) {
        const s = <F>scaleAt(due, t0, rate, cells);
        setCount(0);
        for (; waiting > 0 && load<f64>(releases + (<usize>first << 3)) == due; waiting--) {
          const j = <usize>load<u32>(released + (<usize>first << 2));
          const b = load<F>(thresholds + j * sizeof<F>());
          store<F>(bar + j * sizeof<F>(), b);
          if (load<F>(u + j * sizeof<F>()) >= b * s) list(hits, <u32>j);
          if (++first == places) first = 0;
        }
        store<u32>(ring, first);
        store<u32>(ring, waiting, 4);
        last = due;
        if (count == 0) continue;
        spikes = fire<F>(p, count, last, spikes);
        horizon = min(horizon, last + reach);
        if (spikes >= room) break;
        continue;
      }
    }
    if (t >= horizon) break;
    for (; waiting > 0 && load<f64>(releases + (<usize>first << 3)) <= t; waiting--) {
      const j = <usize>load<u32>(released + (<usize>first << 2));
      store<F>(u + j * sizeof<F>(), <F>(floorOf(p, <u32>j) * exp((load<f64>(releases + (<usize>first << 3)) - t0) * rate)));
      if (++first == places) first = 0;
    }
    store<u32>(ring, first);
    store<u32>(ring, waiting, 4);

    let found: i32 = 0;
    const empty = queue.head == queue.tail;
    if (!empty) bound = min(bound, clockOf(queue));
    if (bound <= t) {
      found = deliverTick<F, I>(u, bar, least, queues, queueCount, t, scaleAt(t, t0, rate, cells), marks, hits);
      if (found < 0) break;
      last = t;
      for (let l: u32 = 0; l < queueCount; l++) queueAt(queues, l).nextTime = nextOf(queueAt(queues, l));
    } else {
      if (empty) {
        draw(queue);
        bound = min(bound, clockOf(queue));
      }
      if (waiting > 0) bound = min(bound, load<f64>(releases + (<usize>first << 3)));
      const taken = deliver<F, I>(
        u, bar, least, queue.starts, queue.isOneToOne ? 0 : queue.targets, queue.weights, queue.weight, queue.times, queue.rows, queue.head, queue.tail,
        t0, rate, cells, bound, marks, hits,
      );
      if (taken < 0) found = load<u32>(hits);
      take(queue, abs(taken));
      last = timeOf(queue, queue.head - 1);
      queue.nextTime = nextOf(queue);
    }
    if (found == 0) continue;
    spikes = fire<F>(p, found, last, spikes);
    // A spike has effects `reach` ms later at the earliest, which limits the horizon.
    horizon = min(horizon, last + reach);
    if (spikes >= room) break;
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
