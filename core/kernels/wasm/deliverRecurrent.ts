/**
 * Simulates a recurrent population with conductances of one or two time constants tick by tick, with the same results
 * as `ReferenceDelivery`, `LifConductance` and `ConductancePredictor`. Functions that return false leave the rest of the
 * tick to the caller.
 */
import { addConductances } from './addConductances';
import { addTwoConductances } from './addTwoConductances';
import { setNeuronParameters } from './advanceTwoConductances';
import { exp } from './exp';
import { findEarliestTime, findEarliestNeuron, setCrossingTime } from './heap';
import { EdgesRecord, HeapRecord, RecurrentQueueRecord, RecurrentQueueRecord_BYTES, RecurrentRecord, WheelRecord } from './records';
import { enqueueRefractory, wrapIndex } from './arrivals';
import { loadConductances, computeIntegrationConstant, computeCrossingTime, computePotential, boundTimeToThreshold } from './oneConductance';
import * as two from './twoConductances';
import { takeDueNeuron, scheduleThresholdCheck } from './wheel';

const GRID: f64 = 67108864; // 2^26
const TICK: f64 = 1 / GRID;
const CROSSING_SCHEDULED: f64 = -Infinity;
const REFRACTORY: f64 = -Infinity;
const TWO_CONDUCTANCES_BYTES: u32 = 40;
/** Number of next releases from refractoriness whose earliest crossing is computed in advance. */
const BOUNDED_RELEASE_COUNT: u32 = 4;

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

/** Address of the state of a neuron: [C, sum, reversal, until] or, with two time constants, [V, since, ge, gi, until]. */
@inline
function neuronAt(r: RecurrentRecord, j: usize): usize {
  return r.u + j * <usize>r.stateBytes;
}

/** Address of the check state `until`, the last state variable of a neuron. */
@inline
function checkStateAt(r: RecurrentRecord, j: usize): usize {
  return neuronAt(r, j + 1) - 8;
}

@inline
function hasTwoTimeConstants(r: RecurrentRecord): bool {
  return r.stateBytes == TWO_CONDUCTANCES_BYTES;
}

@inline
function getResetOffset(r: RecurrentRecord, j: usize): f64 {
  return f64At(r.resetOffset, j & <usize>r.resetMask);
}

@inline
function getIntervalEnd(r: RecurrentRecord): f64 {
  return load<f64>(r.clock, 16);
}

function setIntervalEnd(r: RecurrentRecord, t: f64): void {
  store<f64>(r.clock, t, 16);
  store<f64>(r.steps, t, 80);
}

/** Cancels the scheduled check and crossing of neuron j, which stays below threshold until `until` without arrivals. */
function clearSchedule(r: RecurrentRecord, j: usize, t: f64, until: f64): void {
  store<f64>(checkStateAt(r, j), until);
  scheduleThresholdCheck(wheelOf(r), j, Infinity, t);
  setCrossingTime(heapOf(r), j, Infinity);
}

@inline
function scheduleCheck(r: RecurrentRecord, j: usize, time: f64, t: f64): void {
  store<f64>(checkStateAt(r, j), -scheduleThresholdCheck(wheelOf(r), j, time, t));
}

function snap(t: f64): f64 {
  const up = ceil(t * GRID);
  return (up - 0.5 <= t * GRID ? up : up - 1) / GRID;
}

/** Predicts the crossing of neuron j with potential v at t; returns false if the kernel cannot. */
function predictCrossing(r: RecurrentRecord, j: usize, t: f64, v: f64): bool {
  const at = neuronAt(r, j);
  if (v != v) return false;
  const bar = f64At(r.bar, j);
  let wait: f64;
  if (hasTwoTimeConstants(r)) wait = two.boundTimeToThreshold(r, at, t, bar);
  else {
    loadConductances(r, at, t);
    wait = boundTimeToThreshold(r, v, bar);
  }
  if (wait < Infinity && getIntervalEnd(r) == Infinity) setIntervalEnd(r, t + r.checkEnd);
  if (t + wait >= getIntervalEnd(r)) clearSchedule(r, j, t, t + wait);
  else if (wait > r.near) {
    setCrossingTime(heapOf(r), j, Infinity);
    scheduleCheck(r, j, t + wait, t);
  } else {
    const time = hasTwoTimeConstants(r) ? two.computeCrossingTime(r, at, t, bar) : computeCrossingTime(r, at, t, v, bar);
    if (time != time) return false;
    clearSchedule(r, j, t, time < Infinity ? CROSSING_SCHEDULED : Infinity);
    setCrossingTime(heapOf(r), j, time == t ? t : max<f64>(snap(time), t + TICK));
  }
  return true;
}

function checkNeuron(r: RecurrentRecord, j: usize, t: f64): bool {
  // With two time constants, a prediction does not need the potential.
  if (predictCrossing(r, j, t, hasTwoTimeConstants(r) ? 0 : computePotential(r, neuronAt(r, j), t))) return true;
  r.firstCheck = <u32>j + 1;
  return false;
}

/** Lower bound of the time from release to threshold of a neuron without arrivals, ms. */
function boundTimeAfterRelease(r: RecurrentRecord, j: usize): f64 {
  const at = neuronAt(r, j);
  const mV = getResetOffset(r, j);
  const bar = f64At(r.bar, j);
  const pull = hasTwoTimeConstants(r)
    ? two.boundDriveAfterRelease(r, at, mV)
    : max<f64>(load<f64>(at, 16) - mV * load<f64>(at, 8), 0) * (load<f64>(r.steps) / r.ratio);
  return (mV >= bar ? 0 : pull > mV ? (bar - mV) / (pull - mV) : Infinity) * r.tau;
}

@inline
function getRingPlace(r: RecurrentRecord, k: u32): usize {
  return wrapIndex(load<u32>(r.releaseRing) + k, r.size);
}

/** Earliest threshold check, crossing, end of the check interval, or possible spike after a release, ms. */
function findNextEvent(r: RecurrentRecord): f64 {
  let next = min<f64>(min<f64>(load<f64>(r.soonest), getIntervalEnd(r)), findEarliestTime(heapOf(r)));
  for (let k: u32 = 0, n = load<u32>(r.releaseRing, 4); k < n; k++) {
    const place = getRingPlace(r, k);
    const release = f64At(r.releaseTimes, place);
    if (release >= next) break;
    if (k == BOUNDED_RELEASE_COUNT) return release;
    const time = boundTimeAfterRelease(r, u32At(r.releaseNeurons, place));
    next = min<f64>(next, release + floor(time * GRID) / GRID);
  }
  return next;
}

function releaseDueNeurons(r: RecurrentRecord, t: f64): bool {
  for (let n = load<u32>(r.releaseRing, 4); n > 0; n--) {
    const place = getRingPlace(r, 0);
    const release = f64At(r.releaseTimes, place);
    if (release > t) break;
    const j = <usize>u32At(r.releaseNeurons, place);
    const at = neuronAt(r, j);
    const isTwo = hasTwoTimeConstants(r);
    const c = isTwo ? 0 : computeIntegrationConstant(r, at, getResetOffset(r, j), release);
    if (c != c) return false;
    store<u32>(r.releaseRing, <u32>getRingPlace(r, 1));
    store<u32>(r.releaseRing, n - 1, 4);
    const until = release + boundTimeAfterRelease(r, j);
    if (isTwo) two.setPotential(r, at, getResetOffset(r, j), release);
    else store<f64>(at, c);
    if (until >= getIntervalEnd(r)) store<f64>(checkStateAt(r, j), until);
    else if (!checkNeuron(r, j, t)) return false;
  }
  store<f64>(r.steps, t, 64);
  return true;
}

function startCheckInterval(r: RecurrentRecord, t: f64): void {
  const end = t + r.checkEnd;
  let anyone = false;
  setIntervalEnd(r, Infinity);
  r.maxWork -= <f64>r.size;
  for (let j: usize = 0, n = <usize>r.size; j < n; j++) {
    const until = load<f64>(checkStateAt(r, j));
    if (until >= 0 && until < end) scheduleCheck(r, j, until, t);
    anyone = anyone || until < Infinity;
  }
  if (anyone) setIntervalEnd(r, end);
}

function checkDueNeurons(r: RecurrentRecord, t: f64): bool {
  if (getIntervalEnd(r) <= t) startCheckInterval(r, t);
  for (let j = takeDueNeuron(wheelOf(r), t); j >= 0; j = takeDueNeuron(wheelOf(r), t)) if (!checkNeuron(r, j, t)) return false;
  return true;
}

function fireNeurons(r: RecurrentRecord, t: f64, from: u32): void {
  const neurons = r.spikeNeurons;
  while (findEarliestTime(heapOf(r)) <= t) {
    const j = findEarliestNeuron(heapOf(r));
    clearSchedule(r, j, t, Infinity);
    let k = r.spikeCount;
    r.spikeCount += 1;
    setF64(r.spikeTimes, k, t);
    for (; k > from && u32At(neurons, k - 1) > <u32>j; k--)
      setU32(neurons, k, u32At(neurons, k - 1));
    setU32(neurons, k, <u32>j);
    if (hasTwoTimeConstants(r)) two.setPotential(r, neuronAt(r, j), REFRACTORY, load<f64>(r.clock));
    else store<f64>(neuronAt(r, j), REFRACTORY);
    const release = t + f64At(r.refractory, j & <usize>r.refractoryMask);
    enqueueRefractory(r.releaseTimes, r.releaseNeurons, r.releaseRing, r.size, <u32>j, release);
  }
}

function enqueueSpikes(r: RecurrentRecord, t: f64, from: u32): void {
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
function getNextArrival(queue: RecurrentQueueRecord): f64 {
  return queue.head < queue.tail ? f64At(queue.times, queue.head) : Infinity;
}

/** Sets `steps`, the state changes per unit of weight at t; see `OneTauConductances.prepareArrivals`. */
function prepareArrivals(r: RecurrentRecord, t: f64, receptor: u32): void {
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

function deliverArrivals(r: RecurrentRecord, t: f64): bool {
  for (let l: u32 = 0; l < r.queueCount; l++) {
    const queue = queueAt(r, l);
    if (getNextArrival(queue) != t) continue;
    const edges = changetype<EdgesRecord>(queue.edges);
    if (hasTwoTimeConstants(r)) two.prepareArrivals(r, t, queue.receptor);
    else prepareArrivals(r, t, queue.receptor);
    while (getNextArrival(queue) == t) {
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
      const targets = edges.targets == 0 ? 0 : edges.targets + (<usize>start << (wide ? 2 : 1));
      const weights = edges.weights == 0 ? 0 : edges.weights + (<usize>start << 3);
      if (hasTwoTimeConstants(r)) {
        r.candidateCount = addTwoConductances(
          r.u, r.bar, targets, wide, weights, edges.weight, count, r.steps, r.candidates, r.values, r.candidateCount,
        );
        continue;
      }
      r.candidateCount = addConductances(
        r.u, r.bar, r.table, targets, wide, weights, edges.weight, start, count, r.steps, r.candidates, r.values,
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

function checkCandidates(r: RecurrentRecord, t: f64): bool {
  while (r.candidateCount > 0) {
    const k = <usize>r.candidateCount - 1;
    if (!predictCrossing(r, u32At(r.candidates, k), t, f64At(r.values, k))) return false;
    r.candidateCount = <u32>k;
  }
  return true;
}

/**
 * Processes events until the horizon, the limit of synaptic events (`maxWork`), or an event that the kernel cannot
 * process.
 */
export function deliverRecurrent(r: RecurrentRecord): void {
  r.phase = 0;
  r.spikeCount = 0;
  r.sentCount = 0;
  r.firstCheck = 0;
  r.candidateCount = 0;
  store<u32>(r.uncovered, 0);
  if (hasTwoTimeConstants(r)) setNeuronParameters(r.steps);
  while (r.spikeCount < r.spikeCapacity && r.maxWork > 0) {
    const own = findNextEvent(r);
    let arrival: f64 = Infinity;
    for (let l: u32 = 0; l < r.queueCount; l++) arrival = min<f64>(arrival, getNextArrival(queueAt(r, l)));
    const t = min<f64>(own, arrival);
    if (!(t < r.horizon) || t - load<f64>(r.clock) > r.span) break;
    r.now = t;
    r.maxWork -= 16;
    r.phase = 1;
    const from = r.spikeCount;
    if (!releaseDueNeurons(r, t)) break;
    if (own == t) {
      if (!checkDueNeurons(r, t)) break;
      fireNeurons(r, t, from);
    }
    if (arrival == t) {
      r.phase = 2;
      if (!deliverArrivals(r, t) || !checkCandidates(r, t)) break;
      fireNeurons(r, t, from);
    }
    r.phase = 0;
    if (r.spikeCount > from) enqueueSpikes(r, t, from);
  }
}
