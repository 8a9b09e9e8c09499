/** Candidates of a window: neurons that may fire in it, or whose refractory period ends. They are integrated event by event. */
import { backgroundWord, countArrivals, timeOfArrival, windowKey } from './windowBackground';
import { exp } from './exp';
import { WindowNetworkRecord, WindowPopulationRecord, WindowPopulationRecord_BYTES } from './records';
import { addCurrent, decayCurrents, findCrossing, membranePotential, setNeuron, setState } from './windowCrossing';

export const WEIGHT_MASK: u32 = 0x7fff;

/** Neuron with its state at the start of the window; until `release` it is refractory. */
@unmanaged
class WindowCandidate {
  neuron: u32;
  head: u32; // its first arrival
  potential: f64;
  exc: f64;
  inh: f64;
  release: f64;
}
const CANDIDATE_BYTES: usize = 40;

@unmanaged
class WindowArrival {
  time: f64;
  weight: f64;
  next: u32; // next arrival of the same candidate; 0: none
}
const ARRIVAL_BYTES: usize = 24;

let network: WindowNetworkRecord = changetype<WindowNetworkRecord>(0);
/** Number of collected arrivals, including those that exceed the capacity of the list; entry 0 is not used. */
let arrivalCount: u32 = 0;

@inline
function candidateAt(c: usize): WindowCandidate {
  return changetype<WindowCandidate>(network.candidates + c * CANDIDATE_BYTES);
}

@inline
function arrivalAt(a: u32): WindowArrival {
  return changetype<WindowArrival>(network.arrivals + <usize>a * ARRIVAL_BYTES);
}

@inline
export function populationAt(r: WindowNetworkRecord, p: usize): WindowPopulationRecord {
  return changetype<WindowPopulationRecord>(r.populations + p * WindowPopulationRecord_BYTES);
}

@inline
export function populationOf(r: WindowNetworkRecord, neuron: usize): WindowPopulationRecord {
  return populationAt(r, <usize>load<u8>(r.populationOf + neuron));
}

/** Index in the ring buffer of spikes of spike k of the window in `slot`. */
@inline
export function spikePlace(r: WindowNetworkRecord, slot: usize, k: u32): usize {
  const place = u32At(r.windowStarts, slot) + k;
  return <usize>(place < r.spikeCapacity ? place : place - r.spikeCapacity);
}

/** Slot in the ring buffer of the window `age` windows ago, which must still be stored. */
@inline
export function windowSlot(r: WindowNetworkRecord, age: u32): usize {
  return <usize>((r.index - age) % r.windowCount);
}

export function addCandidate(r: WindowNetworkRecord, neuron: usize, potential: f64, exc: f64, inh: f64, release: f64): void {
  const c = changetype<WindowCandidate>(r.candidates + <usize>r.candidateCount * CANDIDATE_BYTES);
  r.candidateCount += 1;
  c.neuron = <u32>neuron;
  c.potential = potential;
  c.exc = exc;
  c.inh = inh;
  c.release = release;
}

/** Marks the candidates, whose arrivals are then collected. */
export function markCandidates(r: WindowNetworkRecord): void {
  network = r;
  arrivalCount = 0;
  for (let c: usize = 0; c < <usize>r.candidateCount; c++) {
    const candidate = candidateAt(c);
    candidate.head = 0;
    mark(candidate.neuron, true);
    setU32(r.candidateOf, candidate.neuron, <u32>c);
  }
}

/** Integrates the candidates; see `finishWindow`. */
export function integrateCandidates(r: WindowNetworkRecord): u32 {
  for (let c: usize = 0; c < <usize>r.candidateCount; c++) {
    mark(candidateAt(c).neuron, false);
    collectBackground(r, candidateAt(c));
  }
  if (arrivalCount >= r.arrivalCapacity) return arrivalCount;
  const slot = windowSlot(r, 0);
  const before = windowSlot(r, 1);
  setU32(r.windowStarts, slot, r.index == 0 ? 0 : <u32>spikePlace(r, before, u32At(r.windowSpikes, before)));
  setU32(r.windowSpikes, slot, 0);
  for (let c: usize = 0; c < <usize>r.candidateCount; c++) integrateCandidate(r, candidateAt(c), slot);
  r.index += 1;
  return 0;
}

@inline
function mark(neuron: u32, isMarked: bool): void {
  const at = network.marks + <usize>(neuron >> 3);
  const bit: u32 = 1 << (neuron & 7);
  const bits = <u32>load<u8>(at);
  store<u8>(at, <u8>(isMarked ? bits | bit : bits & ~bit));
}

/** Collects arrivals at candidates from a part of a row. `unit`: weight per code, pA; `crossing`: spike time, ms. */
export function collectSegment(r: WindowNetworkRecord, at: usize, end: usize, unit: f64, crossing: f64): void {
  const marks = r.marks;
  for (; at < end; at += 4) {
    const word = load<u32>(at);
    const target = word >> 15;
    if (((<u32>load<u8>(marks + <usize>(target >> 3)) >> (target & 7)) & 1) == 0) continue;
    addArrival(candidateAt(u32At(r.candidateOf, target)), leaveTime(r, crossing), unit * <f64>(word & WEIGHT_MASK));
  }
}

/** Emission time of a spike, ms: its threshold crossing or, with a `grid`, the next multiple of `grid`. */
@inline
function leaveTime(r: WindowNetworkRecord, crossing: f64): f64 {
  return r.grid > 0 ? min(ceil<f64>(crossing / r.grid) * r.grid, r.window) : crossing;
}

/** Inserts an arrival in the list of a candidate, ascending by time. */
function addArrival(candidate: WindowCandidate, time: f64, weight: f64): void {
  const a = ++arrivalCount;
  if (a >= network.arrivalCapacity) return;
  const added = arrivalAt(a);
  added.time = time;
  added.weight = weight;
  let before: u32 = 0;
  let next = candidate.head;
  while (next != 0 && arrivalAt(next).time <= time) {
    before = next;
    next = arrivalAt(next).next;
  }
  added.next = next;
  if (before == 0) candidate.head = a;
  else arrivalAt(before).next = a;
}

function collectBackground(r: WindowNetworkRecord, candidate: WindowCandidate): void {
  const p = populationOf(r, candidate.neuron);
  if (p.backgroundCounts == 0) return;
  const word = backgroundWord(windowKey(r), candidate.neuron);
  const n = countArrivals(p.backgroundCounts, word);
  for (let k: u32 = 0; k < n; k++)
    addArrival(candidate, ((<f64>timeOfArrival(word, k) + 0.5) / 256) * r.window, p.backgroundWeight);
}

function integrateCandidate(r: WindowNetworkRecord, candidate: WindowCandidate, slot: usize): void {
  const p = populationOf(r, candidate.neuron);
  const release = candidate.release;
  setNeuron(r, p);
  setState(candidate.potential, candidate.exc, candidate.inh);
  let now: f64 = 0;
  for (let next = candidate.head; ; next = arrivalAt(next).next) {
    const until = next == 0 ? r.window : arrivalAt(next).time;
    if (now < release) {
      const to = min(until, release);
      decayCurrents(to - now);
      now = to;
    }
    if (now < until) {
      const crossing = findCrossing(until - now);
      if (crossing >= 0) return addSpike(r, p, candidate.neuron, slot, now + crossing);
      now = until;
    }
    if (next == 0) break;
    addCurrent(arrivalAt(next).weight);
  }
  // Without a spike, the potential that `integrate` has stored is right, unless the neuron was refractory at first.
  if (release > 0) setF64(r.potentials, candidate.neuron, membranePotential());
}

function addSpike(r: WindowNetworkRecord, p: WindowPopulationRecord, neuron: u32, slot: usize, crossing: f64): void {
  const n = u32At(r.windowSpikes, slot);
  const place = spikePlace(r, slot, n);
  setU32(r.windowSpikes, slot, n + 1);
  setU32(r.spikeNeurons, place, neuron);
  setF64(r.spikeOffsets, place, crossing);
  const leaves = leaveTime(r, crossing);
  const factors = r.spikeFactors + (place << 4);
  store<f64>(factors, p.weightUnit * exp(leaves / r.tau));
  store<f64>(factors, p.weightUnit * exp(leaves / (p.weightUnit < 0 ? r.tauInh : r.tauExc)), 8);
  setF64(r.potentials, neuron, -Infinity);
}
