/**
 * Functions of a single neuron with conductances of one time constant: potential, lower bound of the time to threshold,
 * and crossing. Potential and bound have the operations of `OneTauConductances`. A function returns NaN if the caller
 * must use another method, for example outside the table.
 */
import { lookUpAttractor, lastExp } from './addConductances';
import { exp } from './exp';
import { RecurrentRecord } from './records';

const ROOT_TOLERANCE: f64 = 1.0 / 1099511627776.0; // 2^-40

/** Conductance × synaptic time constant of the loaded neuron. */
let b: f64 = 0;
/** Conductance × synaptic time constant × reversal potential of the loaded neuron. */
let drive: f64 = 0;

@inline
function computeDecay(r: RecurrentRecord, t: f64): f64 {
  return exp((load<f64>(r.clock) - t) / r.tau / r.ratio);
}

/** Loads the conductances of a neuron, decayed to t, for `boundTimeToThreshold` and `computeCrossingTime`. */
export function loadConductances(r: RecurrentRecord, at: usize, t: f64): void {
  const fade = computeDecay(r, t);
  b = load<f64>(at, 8) * fade;
  drive = load<f64>(at, 16) * fade;
}

export function computePotential(r: RecurrentRecord, at: usize, t: f64): f64 {
  loadConductances(r, at, t);
  const m = exp((load<f64>(r.clock) - t) / r.tau);
  return (load<f64>(at) * m + drive * lookUpAttractor(r.table, b)) * lastExp;
}

/** Integration constant C of the closed-form solution, from the potential `mV` of a neuron at t. */
export function computeIntegrationConstant(r: RecurrentRecord, at: usize, mV: f64, t: f64): f64 {
  loadConductances(r, at, t);
  const share = drive * lookUpAttractor(r.table, b);
  return (mV / lastExp - share) * exp((t - load<f64>(r.clock)) / r.tau);
}

/** Lower bound of the time until the neuron loaded by `loadConductances`, at potential v, reaches threshold, ms. */
export function boundTimeToThreshold(r: RecurrentRecord, v: f64, bar: f64): f64 {
  const way = bar - v;
  if (!(way > 0)) return 0;
  const ts = r.ratio;
  const upwards = drive - bar * b;
  const needed = bar * ts;
  const rest = upwards - needed;
  if (v == -Infinity || (bar >= 0 && !(rest > 0))) return Infinity;
  const from = v + (upwards >= 0 ? way * 0.5 : 0);
  const rise = way / (max<f64>(drive - from * b, 0) - from * ts);
  const turn = (rest + rest) / -abs(upwards + needed);
  return max<f64>(rise, turn) * ts * r.tau;
}

/**
 * Time at which a neuron with potential v at t reaches `bar`, ms; Infinity if never; NaN if not computable here. While
 * the synaptic drive at threshold is upward, the slope of V decreases, so Newton's method approaches the crossing from
 * the left. Halley's method, which may pass the crossing slightly, is used if the slope changes by less than a quarter.
 */
export function computeCrossingTime(r: RecurrentRecord, at: usize, t: f64, v: f64, bar: f64): f64 {
  const ts = r.ratio;
  const step1 = r.tau * ts;
  let mV = v;
  let last: f64 = 0;
  let time = t;
  for (;;) {
    const pull = drive - mV * b;
    const slope = pull - mV * ts;
    const newton = (bar - mV) / slope;
    const bend = 0.5 * newton * (ts + b + pull / slope);
    const next = time + (step1 * newton) / (bend < 0.125 ? 1 - bend : 1);
    const step = next - time;
    if (mV >= bar && !(abs(step) < abs(last) / 8)) return time;
    const upwards = drive - bar * b;
    if (upwards < 0 && bar < 0) return NaN;
    if (!(upwards > bar * ts)) return Infinity;
    const ratio = step / last;
    if (abs(step) < ROOT_TOLERANCE || 16 * abs(step * ratio) * (ratio * ratio) < ROOT_TOLERANCE) return next;
    last = step;
    time = next;
    mV = computePotential(r, at, time);
    if (mV != mV) return NaN;
  }
  return NaN; // never reached
}

/** Crossing time of neuron j with potential v at t, see `computeCrossingTime`. */
export function findOneConductanceCrossing(r: RecurrentRecord, j: usize, t: f64, v: f64, bar: f64): f64 {
  const at = r.u + j * r.stateBytes;
  loadConductances(r, at, t);
  return computeCrossingTime(r, at, t, v, bar);
}
