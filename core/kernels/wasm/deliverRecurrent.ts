/**
 * Simulates a recurrent population with conductances of one time constant tick by tick, with the same results as
 * `ReferenceDelivery`, `LifConductance` and `ConductancePredictor`.
 */
import { addConductances } from './addConductances';
import { exp } from './exp';
import { findEarliestTime, findFirstIndex, setTime } from './heap';
import { EdgesRecord, HeapRecord, RecurrentQueueRecord, RecurrentQueueRecord_BYTES, RecurrentRecord, WheelRecord } from './records';
import { enqueueRefractory, wrapIndex } from './arrivals';
import { loadConductances, computeConstant, computeCrossing, computePotential, boundTimeToThreshold } from './oneConductance';
import { takeDueNeuron, setCheckTime } from './wheel';

const GRID: f64 = 67108864; // 2^26
const TICK: f64 = 1 / GRID;
const WATCHED: f64 = -Infinity;
const SILENT: f64 = -Infinity;
/** Number of refractory neurons, earliest release first, whose crossing time is bounded in advance. */
const AHEAD: u32 = 4;

@inline
function wheelOf(r: RecurrentRecord): WheelRecord {
  return changetype<WheelRecord>(changetype<usize>(r) + offsetof<RecurrentRecord>('width'));
}

@inline
function heapOf(r: RecurrentRecord): HeapRecord {
  return changetype<HeapRecord>(changetype<usize>(r) + offsetof<RecurrentRecord>('crossings'));
}

@inline
function queueAt(r: RecurrentRecord, l: u32): RecurrentQueueRecord {
  return changetype<RecurrentQueueRecord>(r.queues + <usize>l * RecurrentQueueRecord_BYTES);
}

/** Address of the state of a neuron: [C, sum, reversal, until]. */
@inline
function neuronAt(r: RecurrentRecord, j: usize): usize {
  return r.u + (j << 5);
}

@inline
function floorOf(r: RecurrentRecord, j: usize): f64 {
  return f64At(r.resetOffset, j & <usize>r.resetMask);
}

@inline
function roundEnd(r: RecurrentRecord): f64 {
  return load<f64>(r.clock, 16);
}

function endRound(r: RecurrentRecord, t: f64): void {
  store<f64>(r.clock, t, 16);
  store<f64>(r.steps, t, 80);
}

/**
 * Removes the scheduled check and crossing of neuron j, which stays below threshold before `until` without arrivals.
 */
function off(r: RecurrentRecord, j: usize, t: f64, until: f64): void {
  store<f64>(neuronAt(r, j), until, 24);
  setCheckTime(wheelOf(r), j, Infinity, t);
  setTime(heapOf(r), j, Infinity);
}

@inline
function lookLater(r: RecurrentRecord, j: usize, time: f64, t: f64): void {
  store<f64>(neuronAt(r, j), -setCheckTime(wheelOf(r), j, time, t), 24);
}

function snap(t: f64): f64 {
  const up = ceil(t * GRID);
  return (up - 0.5 <= t * GRID ? up : up - 1) / GRID;
}

/** Renews the prediction of a neuron with potential v at t; returns false if the caller must compute it. */
function look(r: RecurrentRecord, j: usize, t: f64, v: f64): bool {
  const at = neuronAt(r, j);
  if (v != v) return false;
  loadConductances(r, at, t);
  const wait = boundTimeToThreshold(r, v, f64At(r.bar, j));
  if (wait < Infinity && roundEnd(r) == Infinity) endRound(r, t + r.checkEnd);
  if (t + wait >= roundEnd(r)) off(r, j, t, t + wait);
  else if (wait > r.near) {
    setTime(heapOf(r), j, Infinity);
    lookLater(r, j, t + wait, t);
  } else {
    const time = computeCrossing(r, at, t, v, f64At(r.bar, j));
    if (time != time) return false;
    off(r, j, t, time < Infinity ? WATCHED : Infinity);
    setTime(heapOf(r), j, time == t ? t : max<f64>(snap(time), t + TICK));
  }
  return true;
}

/** Computes the potential of a neuron at t and renews its prediction; returns false if the caller must predict. */
function lookAt(r: RecurrentRecord, j: usize, t: f64): bool {
  if (look(r, j, t, computePotential(r, neuronAt(r, j), t))) return true;
  r.firstCheck = <u32>j + 1;
  return false;
}

/** Lower bound of the time below threshold of a neuron after its release, ms. */
function below(r: RecurrentRecord, j: usize): f64 {
  const at = neuronAt(r, j);
  const mV = floorOf(r, j);
  const bar = f64At(r.bar, j);
  const fade = load<f64>(r.steps) / r.ratio;
  const pull = max<f64>(load<f64>(at, 16) - mV * load<f64>(at, 8), 0) * fade;
  return (mV >= bar ? 0 : pull > mV ? (bar - mV) / (pull - mV) : Infinity) * r.tau;
}

@inline
function placeOf(r: RecurrentRecord, k: u32): usize {
  return wrapIndex(load<u32>(r.releaseRing) + k, r.size);
}

/** Earliest time of a check, a crossing, the end of the check interval or a possible spike after release, ms. */
function nextOf(r: RecurrentRecord): f64 {
  let next = min<f64>(min<f64>(load<f64>(r.soonest), roundEnd(r)), findEarliestTime(heapOf(r)));
  for (let k: u32 = 0, n = load<u32>(r.releaseRing, 4); k < n; k++) {
    const place = placeOf(r, k);
    const release = f64At(r.releaseTimes, place);
    if (release >= next) break;
    if (k == AHEAD) return release;
    const time = below(r, u32At(r.releaseNeurons, place));
    next = min<f64>(next, release + floor(time * GRID) / GRID);
  }
  return next;
}

/** Releases the refractory neurons due by t; returns false if the caller must release one. */
function advance(r: RecurrentRecord, t: f64): bool {
  for (let n = load<u32>(r.releaseRing, 4); n > 0; n--) {
    const place = placeOf(r, 0);
    const release = f64At(r.releaseTimes, place);
    if (release > t) break;
    const j = <usize>u32At(r.releaseNeurons, place);
    const at = neuronAt(r, j);
    const c = computeConstant(r, at, floorOf(r, j), release);
    if (c != c) return false;
    store<u32>(r.releaseRing, <u32>placeOf(r, 1));
    store<u32>(r.releaseRing, n - 1, 4);
    const until = release + below(r, j);
    store<f64>(at, c);
    if (until >= roundEnd(r)) store<f64>(at, until, 24);
    else if (!lookAt(r, j, t)) return false;
  }
  store<f64>(r.steps, t, 64);
  return true;
}

/** Starts a check interval at t if a neuron can reach threshold without arrivals; schedules checks of such neurons. */
function nextRound(r: RecurrentRecord, t: f64): void {
  const end = t + r.checkEnd;
  let anyone = false;
  endRound(r, Infinity);
  r.maxWork -= <f64>r.size;
  for (let j: usize = 0, n = <usize>r.size; j < n; j++) {
    const until = load<f64>(neuronAt(r, j), 24);
    if (until >= 0 && until < end) lookLater(r, j, until, t);
    anyone = anyone || until < Infinity;
  }
  if (anyone) endRound(r, end);
}

/** Performs the threshold checks due at t; returns false if the caller must perform one. */
function due(r: RecurrentRecord, t: f64): bool {
  if (roundEnd(r) <= t) nextRound(r, t);
  for (let j = takeDueNeuron(wheelOf(r), t); j >= 0; j = takeDueNeuron(wheelOf(r), t)) if (!lookAt(r, j, t)) return false;
  return true;
}

/**
 * Lists neurons that cross by t as spikes, sorted by neuron from index `from` (start of the tick) on; makes them
 * refractory.
 */
function fire(r: RecurrentRecord, t: f64, from: u32): void {
  const neurons = r.spikeNeurons;
  while (findEarliestTime(heapOf(r)) <= t) {
    const j = findFirstIndex(heapOf(r));
    off(r, j, t, Infinity);
    let k = r.spikeCount;
    r.spikeCount += 1;
    setF64(r.spikeTimes, k, t);
    for (; k > from && u32At(neurons, k - 1) > <u32>j; k--)
      setU32(neurons, k, u32At(neurons, k - 1));
    setU32(neurons, k, <u32>j);
    store<f64>(neuronAt(r, j), SILENT);
    const release = t + f64At(r.refractory, j & <usize>r.refractoryMask);
    enqueueRefractory(r.releaseTimes, r.releaseNeurons, r.releaseRing, r.size, <u32>j, release);
  }
}

function send(r: RecurrentRecord, t: f64, from: u32): void {
  for (let l: u32 = 0; l < r.queueCount; l++) {
    const queue = queueAt(r, l);
    for (let k = from; k < r.spikeCount; k++) {
      const i = u32At(r.spikeNeurons, k) - queue.firstSource;
      if (i >= queue.sourceCount) continue;
      const tail = <usize>queue.tail;
      queue.tail += 1;
      setF64(queue.times, tail, t + queue.delay);
      setU32(queue.rows, tail, queue.firstRow + i);
    }
  }
  r.sentCount = r.spikeCount;
}

@inline
function nextArrival(queue: RecurrentQueueRecord): f64 {
  return queue.head < queue.tail ? f64At(queue.times, queue.head) : Infinity;
}

/** Sets the changes of a neuron's state per unit of weight at t, in `steps`; see `OneTauConductances.prepareArrivals`. */
function jumps(r: RecurrentRecord, t: f64, receptor: u32): void {
  const steps = r.steps;
  const x = (load<f64>(r.clock) - t) / r.tau;
  store<f64>(steps, exp(x / r.ratio));
  store<f64>(steps, exp(x), 8);
  store<f64>(steps, 1 / load<f64>(steps, 8), 16);
  const unit = r.perUnit / load<f64>(steps);
  store<f64>(steps, unit, 32);
  store<f64>(steps, unit * (receptor == 2 ? r.inhReversal : r.excReversal), 40);
  store<f64>(steps, unit, 48);
  store<f64>(steps, unit * (receptor == 1 ? r.excReversal : r.inhReversal), 56);
}

/** Delivers the arrivals at t; returns false if the caller must deliver some of them. */
function arrive(r: RecurrentRecord, t: f64): bool {
  for (let l: u32 = 0; l < r.queueCount; l++) {
    const queue = queueAt(r, l);
    if (nextArrival(queue) != t) continue;
    const edges = changetype<EdgesRecord>(queue.edges);
    jumps(r, t, queue.receptor);
    while (nextArrival(queue) == t) {
      const row = <usize>u32At(queue.rows, queue.head);
      let start = <u32>row * edges.columns;
      let count = edges.columns;
      if (edges.starts != 0) {
        start = u32At(edges.starts, row);
        count = u32At(edges.starts, row + 1) - start;
      }
      queue.head += 1;
      queue.delivered += <f64>count;
      r.maxWork -= <f64>count;
      const wide = edges.hasWideTargets != 0;
      r.candidateCount = addConductances(
        r.u, r.bar, r.table, edges.targets == 0 ? 0 : edges.targets + (<usize>start << (wide ? 2 : 1)), wide,
        edges.weights == 0 ? 0 : edges.weights + (<usize>start << 3), edges.weight, start, count, r.steps, r.candidates, r.values,
        r.candidateCount, r.uncovered,
      );
      if (load<u32>(r.uncovered) == 0) continue;
      r.uncoveredQueue = l;
      r.uncoveredStart = start;
      return false;
    }
  }
  return true;
}

/** Checks the candidates at t; returns false if the caller must check some of the candidates. */
function settle(r: RecurrentRecord, t: f64): bool {
  while (r.candidateCount > 0) {
    const k = <usize>r.candidateCount - 1;
    if (!look(r, u32At(r.candidates, k), t, f64At(r.values, k))) return false;
    r.candidateCount = <u32>k;
  }
  return true;
}

/** Processes events up to the horizon, for `maxWork` synaptic events or until the caller must act. */
export function deliverRecurrent(r: RecurrentRecord): void {
  r.phase = 0;
  r.spikeCount = 0;
  r.sentCount = 0;
  r.firstCheck = 0;
  r.candidateCount = 0;
  store<u32>(r.uncovered, 0);
  while (r.spikeCount < r.spikeCapacity && r.maxWork > 0) {
    const own = nextOf(r);
    let arrival: f64 = Infinity;
    for (let l: u32 = 0; l < r.queueCount; l++) arrival = min<f64>(arrival, nextArrival(queueAt(r, l)));
    const t = min<f64>(own, arrival);
    if (!(t < r.horizon) || t - load<f64>(r.clock) > r.span) break;
    r.now = t;
    r.maxWork -= 16;
    r.phase = 1;
    const from = r.spikeCount;
    if (!advance(r, t)) break;
    if (own == t) {
      if (!due(r, t)) break;
      fire(r, t, from);
    }
    if (arrival == t) {
      r.phase = 2;
      if (!arrive(r, t) || !settle(r, t)) break;
      fire(r, t, from);
    }
    r.phase = 0;
    if (r.spikeCount > from) send(r, t, from);
  }
}
