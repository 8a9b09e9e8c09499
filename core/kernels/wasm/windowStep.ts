/** One window of a network of linear neurons: delivery of spikes as sums, then potentials and currents at its end in closed form. */
import { backgroundWord, countArrivals, furtherCount, presentArrivals, sumBackgroundArrivals, windowKey } from './windowBackground';
import {
  WEIGHT_MASK,
  addCandidate,
  collectSegment,
  integrateCandidates,
  markCandidates,
  populationAt,
  populationOf,
  spikePlace,
  windowSlot,
} from './windowCandidates';
import { exp } from './exp';
import { WindowNetworkRecord, WindowPopulationRecord } from './records';

/** Size of `WindowNetworkRecord.factors` for one sign of weights, bytes. */
const FACTOR_BYTES: usize = 257 * 16;

/** Delivers the spikes that arrive in the window, integrates all neurons, and lists the candidates for a spike. */
export function advanceWindow(r: WindowNetworkRecord): void {
  deliverSpikes(r, false);
  r.candidateCount = 0;
  listReleases(r);
  const key = windowKey(r);
  for (let p: usize = 0; p < <usize>r.populationCount; p++) integrate(r, populationAt(r, p), key);
}

/**
 * Integrates the candidates through the window, appends their spikes to the ring buffer and completes the window. Returns 0,
 * or the number of arrivals if `arrivals` is too small for them; nothing has changed then.
 */
export function finishWindow(r: WindowNetworkRecord): u32 {
  markCandidates(r);
  if (r.candidateCount > 0) deliverSpikes(r, true);
  return integrateCandidates(r);
}

/** Delivers the spikes that arrive in the window to the sums or, if `isCollecting`, to the lists of candidates. */
function deliverSpikes(r: WindowNetworkRecord, isCollecting: bool): void {
  const segments = <usize>r.delayCount + 1;
  for (let age: u32 = min(r.index, r.delayCount); age > 0; age--) {
    const slot = windowSlot(r, age);
    const n = u32At(r.windowSpikes, slot);
    for (let k: u32 = 0; k < n; k++) {
      const place = spikePlace(r, slot, k);
      const neuron = <usize>u32At(r.spikeNeurons, place);
      const ends = r.segmentEnds + ((neuron * segments + <usize>age) << 1);
      const row = r.synapses + (<usize>u32At(r.rowStarts, neuron) << 2);
      const start = row + (<usize>load<u16>(ends - 2) << 2);
      const end = row + (<usize>load<u16>(ends) << 2);
      const unit = populationOf(r, neuron).weightUnit;
      if (isCollecting) collectSegment(r, start, end, unit, f64At(r.spikeOffsets, place));
      else addSegment(start, end, unit < 0 ? r.inhSums : r.excSums, v128.load(r.spikeFactors + (place << 4)));
    }
  }
}

function addSegment(at: usize, end: usize, sums: usize, factors: v128): void {
  for (; at < end; at += 4) {
    const word = load<u32>(at);
    const target = sums + ((<usize>word >> 11) & ~15);
    const weight = f64x2.convert_low_i32x4_u(i32x4.splat(word & WEIGHT_MASK));
    v128.store(target, f64x2.add(v128.load(target), f64x2.mul(weight, factors)));
  }
}

/** Lists neurons whose refractory period ends in the window. */
function listReleases(r: WindowNetworkRecord): void {
  for (let age = r.minRefractoryWindows; age <= min(r.index, r.maxRefractoryWindows); age++) {
    const slot = windowSlot(r, age);
    const n = u32At(r.windowSpikes, slot);
    for (let k: u32 = 0; k < n; k++) {
      const place = spikePlace(r, slot, k);
      const neuron = <usize>u32At(r.spikeNeurons, place);
      const p = populationOf(r, neuron);
      const end = f64At(r.spikeOffsets, place) + p.refractory;
      const windows = floor<f64>(end / r.window);
      if (<u32>windows != age) continue;
      const release = min(max(end - windows * r.window, 0), r.window);
      addCandidate(r, neuron, p.reset, f64At(r.excCurrents, neuron), f64At(r.inhCurrents, neuron), release);
    }
  }
}

/**
 * Integrates a population over a window of h ms, with arrivals of weight w at times f. K = tau tauSyn / (tau - tauSyn)
 * / capacitance, Q = I + sum of w e^(f/tauSyn): I(h) = Q e^(-h/tauSyn), V(h) = e^(-h/tau) (V + K (I + sum of w e^(f/tau)))
 * - K I(h). Candidates: neurons with V e^(-h/tau) + slope (I + sum of excitatory w e^(f/tau)), a bound of V, >= threshold.
 */
function integrate(r: WindowNetworkRecord, p: WindowPopulationRecord, key: u64): void {
  const h = r.window;
  const decay = exp(-h / r.tau);
  const excDecay = exp(-h / r.tauExc);
  const inhDecay = exp(-h / r.tauInh);
  const em = f64x2.splat(decay);
  const ee = f64x2.splat(excDecay);
  const ei = f64x2.splat(inhDecay);
  const ke = f64x2.splat((r.tau * r.tauExc) / (r.tau - r.tauExc) / p.capacitance);
  const ki = f64x2.splat((r.tau * r.tauInh) / (r.tau - r.tauInh) / p.capacitance);
  const slope = f64x2.splat(h / p.capacitance);
  const fall = f64x2.splat((r.tau * (1 - decay)) / p.capacitance);
  const limit = f64x2.splat(p.limit);
  const zero = f64x2.splat(0);
  const counts = p.backgroundCounts;
  const isInhibitory = p.backgroundWeight < 0;
  const weight = f64x2.splat(p.backgroundWeight);
  const excWeight = isInhibitory ? zero : weight;
  const inhWeight = isInhibitory ? weight : zero;
  const factors = r.factors + (isInhibitory ? FACTOR_BYTES : 0);
  let total = i32x4.splat(0);
  const furtherBefore = furtherCount;
  const last = <usize>(p.first + p.size);
  for (let j = <usize>p.first; j < last; j += 2) {
    const excSums = r.excSums + (j << 4);
    const inhSums = r.inhSums + (j << 4);
    let e0 = v128.load(excSums);
    let e1 = v128.load(excSums, 16);
    let i0 = v128.load(inhSums);
    let i1 = v128.load(inhSums, 16);
    v128.store(excSums, zero);
    v128.store(excSums, zero, 16);
    v128.store(inhSums, zero);
    v128.store(inhSums, zero, 16);
    if (counts) {
      const word0 = backgroundWord(key, j);
      const word1 = backgroundWord(key, j + 1);
      const present0 = presentArrivals(counts, word0);
      const present1 = presentArrivals(counts, word1);
      const b0 = sumBackgroundArrivals(factors, counts, word0, present0);
      const b1 = sumBackgroundArrivals(factors, counts, word1, present1);
      total = i32x4.sub(total, i32x4.add(present0, present1));
      e0 = f64x2.add(e0, f64x2.mul(b0, excWeight));
      e1 = f64x2.add(e1, f64x2.mul(b1, excWeight));
      i0 = f64x2.add(i0, f64x2.mul(b0, inhWeight));
      i1 = f64x2.add(i1, f64x2.mul(b1, inhWeight));
    }
    const ae = v128.shuffle<f64>(e0, e1, 0, 2);
    const be = v128.shuffle<f64>(e0, e1, 1, 3);
    const ai = v128.shuffle<f64>(i0, i1, 0, 2);
    const bi = v128.shuffle<f64>(i0, i1, 1, 3);
    const at = j << 3;
    const v = v128.load(r.potentials + at);
    const exc = v128.load(r.excCurrents + at);
    const inh = v128.load(r.inhCurrents + at);
    const decayed = f64x2.mul(v, em);
    const current = f64x2.add(exc, f64x2.mul(inh, ei));
    const drift = f64x2.pmax(f64x2.mul(current, slope), f64x2.mul(current, fall));
    const bound = f64x2.add(f64x2.add(decayed, drift), f64x2.mul(ae, slope));
    const above = i64x2.bitmask(f64x2.ge(bound, limit));
    if (above & 1) addCandidate(r, j, firstLane(v), firstLane(exc), firstLane(inh), 0);
    if (above & 2) addCandidate(r, j + 1, secondLane(v), secondLane(exc), secondLane(inh), 0);
    const excEnd = f64x2.mul(ee, f64x2.add(exc, be));
    const inhEnd = f64x2.mul(ei, f64x2.add(inh, bi));
    const driven = f64x2.add(f64x2.mul(ke, f64x2.add(exc, ae)), f64x2.mul(ki, f64x2.add(inh, ai)));
    const risen = f64x2.add(decayed, f64x2.mul(em, driven));
    const drop = f64x2.add(f64x2.mul(ke, excEnd), f64x2.mul(ki, inhEnd));
    v128.store(r.potentials + at, f64x2.sub(risen, drop));
    v128.store(r.excCurrents + at, excEnd);
    v128.store(r.inhCurrents + at, inhEnd);
  }
  const pairs = i32x4.add(total, v128.shuffle<i32>(total, total, 1, 0, 3, 2));
  p.backgroundTotal += <f64>(i32x4.extract_lane(pairs, 0) + i32x4.extract_lane(pairs, 2)) + furtherCount - furtherBefore;
  // Neurons are stepped in pairs; with an odd number of neurons, arrivals of the padding neuron do not count.
  if (counts && p.size & 1) p.backgroundTotal -= <f64>countArrivals(counts, backgroundWord(key, last));
}
