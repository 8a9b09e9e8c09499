/** First threshold crossing of one neuron with exponential currents between two events. */
import { exp } from './exp';
import { WindowNetworkRecord, WindowPopulationRecord } from './records';

/** Parameters of the neuron; gains as in `integrate` of windowStep.ts. */
let r: WindowNetworkRecord = changetype<WindowNetworkRecord>(0);
let p: WindowPopulationRecord = changetype<WindowPopulationRecord>(0);
let excGain: f64 = 0;
let inhGain: f64 = 0;
/** State of the neuron: distance from the steady potential, mV, and currents, pA. */
let v: f64 = 0;
let exc: f64 = 0;
let inh: f64 = 0;

/** Shortest interval that the search for a crossing halves, ms. */
const MIN_INTERVAL: f64 = 1e-11;
/** Margin for rounding errors in bounds of the potential, mV. */
const SLACK: f64 = 1e-12;

export function setNeuron(network: WindowNetworkRecord, population: WindowPopulationRecord): void {
  r = network;
  p = population;
  excGain = (r.tau * r.tauExc) / (r.tau - r.tauExc) / p.capacitance;
  inhGain = (r.tau * r.tauInh) / (r.tau - r.tauInh) / p.capacitance;
}

export function setState(potential: f64, excCurrent: f64, inhCurrent: f64): void {
  v = potential;
  exc = excCurrent;
  inh = inhCurrent;
}

export function membranePotential(): f64 {
  return v;
}

export function addCurrent(weight: f64): void {
  if (weight < 0) inh += weight;
  else exc += weight;
}

/** Advances the currents while the potential is clamped. */
export function decayCurrents(t: f64): void {
  exc *= exp(-t / r.tauExc);
  inh *= exp(-t / r.tauInh);
}

function potentialAfter(t: f64): f64 {
  const excNow = exc * exp(-t / r.tauExc);
  const inhNow = inh * exp(-t / r.tauInh);
  return exp(-t / r.tau) * (v + excGain * exc + inhGain * inh) - excGain * excNow - inhGain * inhNow;
}

/**
 * Advances the neuron by `duration`, ms. Returns the time of the first crossing, or -1. Intervals are halved until a bound
 * excludes a crossing, or the potential rises monotonically below the threshold.
 */
export function findCrossing(duration: f64): f64 {
  let now: f64 = 0;
  let step = duration;
  if (v >= p.threshold) return 0;
  while (now < duration) {
    const inhLater = inh * exp(-step / r.tauInh);
    const drift = (exc + inhLater) / p.capacitance;
    const fall = drift > 0 ? drift * step : drift * r.tau * (1 - exp(-step / r.tau));
    const isSafe = v * exp(-step / r.tau) + fall < p.threshold - SLACK;
    const isRising = (exc * exp(-step / r.tauExc) + inh) / p.capacitance > max(p.threshold, 0) / r.tau;
    if (!isSafe && !isRising && step > MIN_INTERVAL) {
      step *= 0.5;
      continue;
    }
    if (!isSafe && potentialAfter(step) >= p.threshold) return now + locate(step);
    v = potentialAfter(step);
    decayCurrents(step);
    now = step == duration - now ? duration : now + step;
    step = duration - now;
  }
  return -1;
}

/** Time of the crossing in an interval at whose end the potential is above the threshold: Newton's method, bracketed. */
function locate(end: f64): f64 {
  let low: f64 = 0;
  let high = end;
  let t: f64 = 0;
  let value = v - p.threshold;
  for (let n = 0; n < 60; n++) {
    const slope = (exc * exp(-t / r.tauExc) + inh * exp(-t / r.tauInh)) / p.capacitance - (value + p.threshold) / r.tau;
    let next = t - value / slope;
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    if (abs(next - t) < 1e-13) return next;
    t = next;
    value = potentialAfter(t) - p.threshold;
    if (value >= 0) high = t;
    else low = t;
  }
  return high;
}
