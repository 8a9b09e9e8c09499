/**
 * Threshold checks of a recurrent population, with the results of `ConductancePredictor`: a neuron that may cross
 * within the check interval is checked, and its crossing is computed when a check finds it near. Functions that return
 * false leave the neuron to the caller of the kernel.
 */
import { setCrossingTime } from './heap';
import { boundTimeToThreshold, computeCrossingTime, computePotential, loadConductances } from './oneConductance';
import { HeapRecord, RecurrentRecord, WheelRecord } from './records';
import * as two from './twoConductances';
import { scheduleThresholdCheck, takeDueNeuron } from './wheel';

const GRID: f64 = 67108864; // 2^26
const TICK: f64 = 1 / GRID;
const CROSSING_SCHEDULED: f64 = -Infinity;
const TWO_CONDUCTANCES_BYTES: u32 = 40;

@inline
function wheelOf(r: RecurrentRecord): WheelRecord {
  return changetype<WheelRecord>(changetype<usize>(r) + offsetof<RecurrentRecord>('width'));
}

@inline
export function heapOf(r: RecurrentRecord): HeapRecord {
  return changetype<HeapRecord>(changetype<usize>(r) + offsetof<RecurrentRecord>('crossings'));
}

/** Address of the state of a neuron: [C, sum, reversal, until] or, with two time constants, [V, since, ge, gi, until]. */
@inline
export function neuronAt(r: RecurrentRecord, j: usize): usize {
  return r.u + j * <usize>r.stateBytes;
}

/** Address of the check state `until`, the last state variable of a neuron. */
@inline
export function checkStateAt(r: RecurrentRecord, j: usize): usize {
  return neuronAt(r, j + 1) - 8;
}

@inline
export function hasTwoTimeConstants(r: RecurrentRecord): bool {
  return r.stateBytes == TWO_CONDUCTANCES_BYTES;
}

@inline
export function getResetOffset(r: RecurrentRecord, j: usize): f64 {
  return f64At(r.resetOffset, j & <usize>r.resetMask);
}

@inline
export function getIntervalEnd(r: RecurrentRecord): f64 {
  return load<f64>(r.clock, 16);
}

function setIntervalEnd(r: RecurrentRecord, t: f64): void {
  store<f64>(r.clock, t, 16);
  store<f64>(r.steps, t, 80);
}

/** Cancels the scheduled check and crossing of neuron j, which stays below threshold until `until` without arrivals. */
export function clearSchedule(r: RecurrentRecord, j: usize, t: f64, until: f64): void {
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
export function predictCrossing(r: RecurrentRecord, j: usize, t: f64, v: f64): bool {
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

export function checkNeuron(r: RecurrentRecord, j: usize, t: f64): bool {
  // With two time constants, a prediction does not need the potential.
  if (predictCrossing(r, j, t, hasTwoTimeConstants(r) ? 0 : computePotential(r, neuronAt(r, j), t))) return true;
  r.firstCheck = <u32>j + 1;
  return false;
}

/** Lower bound of the time from release to threshold of a neuron without arrivals, ms. */
export function boundTimeAfterRelease(r: RecurrentRecord, j: usize): f64 {
  const at = neuronAt(r, j);
  const mV = getResetOffset(r, j);
  const bar = f64At(r.bar, j);
  const pull = hasTwoTimeConstants(r)
    ? two.boundDriveAfterRelease(r, at, mV)
    : max<f64>(load<f64>(at, 16) - mV * load<f64>(at, 8), 0) * (load<f64>(r.steps) / r.ratio);
  return (mV >= bar ? 0 : pull > mV ? (bar - mV) / (pull - mV) : Infinity) * r.tau;
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

export function checkDueNeurons(r: RecurrentRecord, t: f64): bool {
  if (getIntervalEnd(r) <= t) startCheckInterval(r, t);
  for (let j = takeDueNeuron(wheelOf(r), t); j >= 0; j = takeDueNeuron(wheelOf(r), t)) if (!checkNeuron(r, j, t)) return false;
  return true;
}
