/**
 * Checks and rescheduling of neurons with exponential currents whose crossing is not predicted yet; same results as
 * `CrossingPredictor` and neurons/parts/timerWheel.ts.
 */
import { exp, expPairChecked } from './exp';
import { boundTimeBelowThreshold } from './voltageBound';
import { PlasticRecord, BoundRecord_BYTES, VoltageRecord, WheelRecord } from './records';
import { getListNode, SLOT_COUNT, findTimeSlot, scheduleThresholdCheck } from './wheel';

function scheduleCheck(r: PlasticRecord, j: usize, time: f64, now: f64): void {
  r.until = min<f64>(r.until, scheduleThresholdCheck(wheelOf(r), j, time, now));
}

@inline
function wheelOf(r: PlasticRecord): WheelRecord {
  return changetype<WheelRecord>(changetype<usize>(r) + offsetof<PlasticRecord>('width'));
}

/** Postpones the threshold check of a neuron; returns false if its crossing must be computed. */
function checkNeuron(r: PlasticRecord, j: usize, t: f64): bool {
  const at = r.u + (j << 5);
  if (load<f64>(at) == -Infinity || f64At(r.crossings, j) != Infinity) return false;
  const now = changetype<VoltageRecord>(r.now);
  const drive = load<f64>(at, 8);
  const inhibition = load<f64>(at, 16);
  const until = boundTimeBelowThreshold(
    -f64At(r.bar, j), load<f64>(at) * now.decayM + drive * now.shapeE + inhibition * now.shapeI,
    drive * now.decayE, inhibition * now.decayI, r.table, r.table + <usize>(r.segmentCount - 1) * BoundRecord_BYTES, r.starts,
    r.ceiling, now.guard, now.marginShare, at + 24, r.checkEnd - t,
  );
  if (until < 0) return false;
  r.checkCount += 1;
  const due = f64At(r.wakes, j);
  const time = t + until < r.checkEnd ? t + until : Infinity;
  if (time < due || due <= t) scheduleCheck(r, j, time, t);
  return true;
}

export function checkCandidates(r: PlasticRecord, t: f64, count: u32): u32 {
  const candidates = r.candidates;
  let left: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const j = u32At(candidates, i);
    if (checkNeuron(r, j, t)) continue;
    setU32(candidates, left, j);
    left++;
  }
  return left;
}

function setVoltageRecord(r: PlasticRecord, t: f64, m: f64, e: f64): void {
  const now = changetype<VoltageRecord>(r.now);
  now.decayM = 1 / m;
  now.decayE = 1 / e;
  now.decayI = 1 / (r.rateI == r.rateE ? e : exp((t - r.t0) * r.rateI));
  now.shapeE = now.decayE * r.perDeltaE;
  now.shapeI = now.decayI * r.perDeltaI;
}

export function checkCandidatesWithScales(r: PlasticRecord, t: f64, m: f64, e: f64, count: u32): u32 {
  setVoltageRecord(r, t, m, e);
  return checkCandidates(r, t, count);
}

/** Performs the threshold checks due at t; returns false if the caller must compute a crossing. */
export function checkDueNeurons(r: PlasticRecord, t: f64): bool {
  const rates = v128.load(changetype<usize>(r), offsetof<PlasticRecord>('rate'));
  const scales = expPairChecked(f64x2.mul(f64x2.splat(t - r.t0), rates));
  setVoltageRecord(r, t, firstLane(scales), secondLane(scales));
  const wheel = wheelOf(r);
  const slot = findTimeSlot(wheel, t);
  let all = true;
  for (let i: usize = load<u32>(getListNode(wheel, slot)); i != slot; ) {
    const j = i - SLOT_COUNT;
    i = load<u32>(getListNode(wheel, i));
    all &= checkNeuron(r, j, t);
  }
  if (!all) return false;
  const latest = load<f64>(r.soonest, 8);
  let soonest = t + r.width;
  for (; soonest <= latest; soonest += r.width) {
    const next = findTimeSlot(wheel, soonest);
    if (load<u32>(getListNode(wheel, next)) != next) break;
  }
  store<f64>(r.soonest, soonest <= latest ? soonest : Infinity);
  return true;
}
