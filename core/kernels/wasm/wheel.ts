/** Timer wheel of threshold checks, as in neurons/parts/timerWheel.ts. */
import { WheelRecord } from './records';

export const SLOT_COUNT: usize = 2048;

/** Address of the list node [next, previous] of slot i or, for i >= SLOT_COUNT, of neuron i - SLOT_COUNT. */
@inline
export function getListNode(w: WheelRecord, i: usize): usize {
  return w.links + (i << 3);
}

@inline
export function findTimeSlot(w: WheelRecord, time: f64): usize {
  return <usize>(<i64>(time / w.width)) & (SLOT_COUNT - 1);
}

function linkNodes(before: usize, after: usize, w: WheelRecord): void {
  store<u32>(getListNode(w, before), <u32>after);
  store<u32>(getListNode(w, after), <u32>before, 4);
}

function unlinkNeuron(w: WheelRecord, j: usize): void {
  const at = getListNode(w, SLOT_COUNT + j);
  linkNodes(load<u32>(at, 4), load<u32>(at), w);
  setF64(w.wakes, j, Infinity);
}

/**
 * Schedules the threshold check of a neuron (Infinity: cancels it). Returns the time rounded down to the slot width.
 */
export function scheduleThresholdCheck(w: WheelRecord, j: usize, time: f64, now: f64): f64 {
  const wakes = w.wakes + (j << 3);
  if (load<f64>(wakes) < Infinity) unlinkNeuron(w, j);
  if (time == Infinity) return time;
  const width = w.width;
  const due = min<f64>(floor(time / width), floor(now / width) + <f64>(<i32>SLOT_COUNT - 1)) * width;
  const slot = findTimeSlot(w, due);
  linkNodes(SLOT_COUNT + j, load<u32>(getListNode(w, slot)), w);
  linkNodes(slot, SLOT_COUNT + j, w);
  store<f64>(wakes, due);
  store<f64>(w.soonest, min<f64>(load<f64>(w.soonest), due));
  store<f64>(w.soonest, max<f64>(load<f64>(w.soonest, 8), due), 8);
  return due;
}

/** Removes and returns a neuron whose threshold check is due by t; -1 if there is none. */
export function takeDueNeuron(w: WheelRecord, t: f64): i32 {
  let next = load<f64>(w.soonest);
  if (next > t) return -1;
  const latest = load<f64>(w.soonest, 8);
  for (; next <= latest; next += w.width) {
    const slot = findTimeSlot(w, next);
    const node = <usize>load<u32>(getListNode(w, slot));
    if (node == slot) continue;
    store<f64>(w.soonest, next);
    if (next > t) return -1;
    unlinkNeuron(w, node - SLOT_COUNT);
    return <i32>(node - SLOT_COUNT);
  }
  store<f64>(w.soonest, Infinity);
  return -1;
}
