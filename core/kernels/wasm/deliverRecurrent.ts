/**
 * Simulates a recurrent population with conductances of one or two time constants tick by tick, with the same results
 * as `ReferenceDelivery`, `LifConductance` and `ConductancePredictor`. Functions that return false leave the rest of the
 * tick to the caller.
 */
import { addConductances } from './addConductances';
import { addTwoConductances } from './addTwoConductances';
import { setNeuronParameters } from './advanceTwoConductances';
import { exp } from './exp';
import { findEarliestTime, findEarliestNeuron } from './heap';
import { EdgesRecord, RecurrentQueueRecord, RecurrentQueueRecord_BYTES, RecurrentRecord } from './records';
import { enqueueRefractory, wrapIndex } from './arrivals';
import { computeIntegrationConstant } from './oneConductance';
import {
  boundTimeAfterRelease, checkDueNeurons, checkNeuron, checkStateAt, clearSchedule, getIntervalEnd, getResetOffset,
  hasTwoTimeConstants, heapOf, neuronAt, predictCrossing,
} from './recurrentThresholds';
import * as two from './twoConductances';

const GRID: f64 = 67108864; // 2^26
const REFRACTORY: f64 = -Infinity;
/** Number of next releases from refractoriness whose earliest crossing is computed in advance. */
const BOUNDED_RELEASE_COUNT: u32 = 4;

@inline
function queueAt(r: RecurrentRecord, l: u32): RecurrentQueueRecord {
  return changetype<RecurrentQueueRecord>(r.queues + <usize>l * RecurrentQueueRecord_BYTES);
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
