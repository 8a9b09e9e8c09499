/**
 * Functions of a single neuron with conductances of two time constants, state [V, since, ge, gi, until]: lower bound of
 * the time to threshold, crossing, release from refractoriness, and arrivals. `setNeuronParameters` is called first.
 */
import { advanceNeuron, NEURON_PARAMETERS, setNeuronParameters } from './advanceTwoConductances';
import { exp } from './exp';
import { RecurrentRecord } from './records';

const ROOT_TOLERANCE: f64 = 1.0 / 1099511627776.0; // 2^-40
const REFRACTORY: f64 = -Infinity;
/** Maximum number of steps of the search for a crossing. */
const MAX_BOUND_STEPS: u32 = 24;

const EXC_RATE: usize = NEURON_PARAMETERS;
const INH_RATE: usize = NEURON_PARAMETERS + 8;
const EXC_REVERSAL: usize = NEURON_PARAMETERS + 16;
const INH_REVERSAL: usize = NEURON_PARAMETERS + 24;

/** State [V, unused, ge, gi] of the loaded neuron at the time for which it was loaded. */
const LOADED = memory.data(32, 16);

/** Loads a neuron and advances it to t. */
function loadState(r: RecurrentRecord, at: usize, t: f64): void {
  store<f64>(LOADED, load<f64>(at));
  v128.store(LOADED, v128.load(at, 16), 16);
  advanceNeuron(LOADED, (t - load<f64>(at, 8)) / r.tau);
}

/**
 * Lower bound of the time until a neuron with state [V, unused, ge, gi] reaches `bar`, in membrane time constants;
 * Infinity: never. It follows from the maximum slope of the potential.
 */
function boundTime(at: usize, bar: f64): f64 {
  const v = load<f64>(at);
  if (v >= bar) return 0;
  const g = load<f64>(at, 16);
  const h = load<f64>(at, 24);
  const r = load<f64>(EXC_RATE);
  const s = load<f64>(INH_RATE);
  const e = load<f64>(EXC_REVERSAL);
  const f = load<f64>(INH_REVERSAL);
  const a = g * (e - bar);
  const c = h * (f - bar);
  const up = max<f64>(a, 0) + max<f64>(c, 0);
  const most = (a > c ? r >= s : s >= r) ? a + c : up;
  if (bar >= 0 && most <= bar) return Infinity;
  const b = g * (e - v);
  const d = h * (f - v);
  const pull = (b > d ? r >= s : s >= r) ? max<f64>(b + d, 0) : max<f64>(b, 0) + max<f64>(d, 0);
  if (!(pull > v)) return Infinity;
  const rise = (bar - v) / (pull - v);
  const held = -(min<f64>(a, 0) + min<f64>(c, 0));
  const pushed = up - bar;
  if (!(held > pushed)) return rise;
  const fastest = max<f64>(a < 0 ? r : 0, c < 0 ? s : 0);
  return max<f64>((2 * (held - pushed)) / ((held + pushed) * fastest), rise); // ln x >= 2 (x - 1)/(x + 1)
}

/** Lower bound of the time from t until the neuron reaches `bar`, ms. */
export function boundTimeToThreshold(r: RecurrentRecord, at: usize, t: f64, bar: f64): f64 {
  if (load<f64>(at) == REFRACTORY) return Infinity;
  const since = (load<f64>(at, 8) - t) / r.tau;
  const wait = since + boundTime(at, bar);
  if (since == 0 || wait * r.tau > r.near) return wait * r.tau;
  loadState(r, at, t);
  return boundTime(LOADED, bar) * r.tau;
}

/**
 * Time at which a neuron reaches `bar`, ms; Infinity if never; NaN if not computable here. Halley's method is used if
 * the slope of V changes by less than a quarter up to the crossing. Otherwise each step is a lower bound of the remaining
 * time. The result does not depend on t.
 */
export function computeCrossingTime(r: RecurrentRecord, at: usize, t: f64, bar: f64): f64 {
  const re = load<f64>(EXC_RATE);
  const ri = load<f64>(INH_RATE);
  let time = t;
  let last: f64 = 0;
  loadState(r, at, t);
  if (load<f64>(LOADED) >= bar) return t;
  for (let k: u32 = 0; k < MAX_BOUND_STEPS; k++) {
    const v = load<f64>(LOADED);
    const g = load<f64>(LOADED, 16);
    const h = load<f64>(LOADED, 24);
    const a = g * (load<f64>(EXC_REVERSAL) - v);
    const c = h * (load<f64>(INH_REVERSAL) - v);
    const rise = a + c - v;
    const newton = (bar - v) / rise;
    const bend = newton * (1 + g + h + (re * a + ri * c) / rise) * 0.5;
    const near = abs(newton) * (1 + g + h + max<f64>(re, ri)) * (abs(a) + abs(c) + abs(v)) < rise / 4;
    const wait = near ? newton / (1 - bend) : boundTime(LOADED, bar);
    if (wait == Infinity) return wait;
    const step = wait * r.tau;
    time += step;
    const share = step / last;
    if (abs(step) < ROOT_TOLERANCE || 16 * abs(step * (near ? share : 1)) * (share * share) < ROOT_TOLERANCE) return time;
    last = step;
    loadState(r, at, time);
  }
  return NaN;
}

/** Upper bound of the synaptic drive, mV, of a refractory neuron that is released at potential `mV`. */
export function boundDriveAfterRelease(r: RecurrentRecord, at: usize, mV: f64): f64 {
  const g = load<f64>(at, 16) / load<f64>(r.steps, 88);
  const h = load<f64>(at, 24) / load<f64>(r.steps, 96);
  return g * max<f64>(load<f64>(EXC_REVERSAL) - mV, 0) + h * max<f64>(load<f64>(INH_REVERSAL) - mV, 0);
}

/** Sets the potential of a neuron at t; `mV`: -Infinity for a refractory neuron. */
export function setPotential(r: RecurrentRecord, at: usize, mV: f64, t: f64): void {
  const time = (t - load<f64>(at, 8)) / r.tau;
  store<f64>(at, mV);
  store<f64>(at, t, 8);
  store<f64>(at, load<f64>(at, 16) * exp(-load<f64>(EXC_RATE) * time), 16);
  store<f64>(at, load<f64>(at, 24) * exp(-load<f64>(INH_RATE) * time), 24);
}

/** Sets `steps` for arrivals at t; see `TwoTauConductances.prepareArrivals`. */
export function prepareArrivals(r: RecurrentRecord, t: f64, receptor: u32): void {
  const steps = r.steps;
  store<f64>(steps, receptor == 2 ? 0 : r.perUnit, 32);
  store<f64>(steps, receptor == 2 ? r.perUnit : 0, 40);
  store<f64>(steps, receptor == 1 ? r.perUnit : 0, 48);
  store<f64>(steps, receptor == 1 ? 0 : r.perUnit, 56);
  const since = t - load<f64>(r.clock);
  store<f64>(steps, exp((load<f64>(steps) * since) / r.tau), 88);
  store<f64>(steps, exp((load<f64>(steps, 8) * since) / r.tau), 96);
}

/** `boundTimeToThreshold` of neuron j. */
export function boundTwoConductances(r: RecurrentRecord, j: usize, t: f64, bar: f64): f64 {
  setNeuronParameters(r.steps);
  return boundTimeToThreshold(r, r.u + j * r.stateBytes, t, bar);
}

/** `computeCrossingTime` of neuron j. */
export function findTwoConductancesCrossing(r: RecurrentRecord, j: usize, t: f64, bar: f64): f64 {
  setNeuronParameters(r.steps);
  return computeCrossingTime(r, r.u + j * r.stateBytes, t, bar);
}

/** Lower bound of the time to threshold from a state [V, unused, ge, gi], in membrane time constants. */
export function boundTwoConductancesState(state: usize, params: usize, bar: f64): f64 {
  setNeuronParameters(params);
  return boundTime(state, bar);
}
