/** Half-select disturb of a dense array: logged partial pulses of rows, and those of a write on its own line. */
import { findSoftFactor, followPartialRun, followRun, MOVES_DOWN, MOVES_UP, SOFT_BOUND_FAMILY } from './partialSteps';
import { DevicesRecord, PartialPulsesRecord } from './records';

/** True if all devices have equal soft-bound steps: logged pulses then move each state g to slope × g + offset. */
@inline
function isAffine(d: DevicesRecord, p: PartialPulsesRecord): bool {
  return d.family == SOFT_BOUND_FAMILY && p.upFactors == 0 && p.downFactors == 0;
}

let slope: f64 = 1;
let offset: f64 = 0;

/** Computes `slope` and `offset` of device k for the logged pulses of its row; only if `isAffine`. */
@inline
function findAffineMap(d: DevicesRecord, p: PartialPulsesRecord, row: usize, k: usize): void {
  const sensitivity: u32 = load<u8>(p.sensitivities + k);
  let position = u32At(p.positions, k);
  slope = 1;
  offset = 0;
  const last = (row * p.runCapacity + u32At(p.runCounts, row)) << 5;
  for (let run = (row * p.runCapacity) << 5; run < last; run += 32) {
    const at = p.runs + run;
    const end = <u32>load<f64>(at, 16);
    if (end <= position) continue;
    const strength = load<f64>(at);
    if ((sensitivity & (strength > 0 ? MOVES_UP : MOVES_DOWN)) != 0) {
      const a = (strength > 0 ? d.aUp : d.aDown) * p.share;
      const factor = findSoftFactor(a * abs(strength), a * abs(load<f64>(at, 8)), end - position);
      slope *= factor;
      offset = offset * factor + (strength > 0 ? 1 - factor : 0);
    }
    position = end;
  }
}

/** Computes states of the first `count` listed devices of a row, with equal sensitivity and log position, after its pulses. */
function followRow(d: DevicesRecord, p: PartialPulsesRecord, row: usize, count: usize): void {
  let position = u32At(p.positions, u32At(p.listed, 0));
  setU32(p.listed, count, u32At(p.listed, count - 1)); // an odd device is computed twice
  for (let i: usize = 0; i <= count; i++) setF64(p.states, i, f64At(d.g, u32At(p.listed, i)));
  const first = row * p.runCapacity;
  const last = first + u32At(p.runCounts, row);
  for (let run = first; run < last; run++) {
    const at = p.runs + (run << 5);
    const end = <u32>load<f64>(at, 16);
    if (end <= position) continue;
    followRun(d, p, count, load<f64>(at), load<f64>(at, 8), end - position);
    position = end;
  }
}

/** Stores the state of device k; returns the change of its conductance, S. */
@inline
function storeState(d: DevicesRecord, k: usize, crossing: usize, g: f64): f64 {
  const before = f64At(d.g, k);
  if (g == before) return 0;
  const ranges = d.weightRanges;
  const low = ranges == 0 ? d.lowWeight : load<f64>(ranges + (k << 4));
  const top = ranges == 0 ? d.topWeight : load<f64>(ranges + (k << 4), 8);
  const weight = g >= 1 ? top : min(low + g * (top - low), top);
  setF64(d.g, k, g);
  if (d.isSingle != 0) store<f32>(d.weights + (k << 2), <f32>weight);
  else setF64(d.weights, k, weight);
  const more = (top - low) * d.siemensPerWeight * (g - before);
  if (crossing != 0) store<f64>(crossing, load<f64>(crossing) + more);
  return more;
}

function addToSums(d: DevicesRecord, line: usize, more: f64): void {
  if (d.rowSums == 0) return;
  if (line != 0) store<f64>(line, load<f64>(line) + more);
  store<f64>(d.arraySum, load<f64>(d.arraySum) + more);
}

/** State of device k after one partial pulse; strength 0: none. */
@inline
function pulseOnce(d: DevicesRecord, p: PartialPulsesRecord, k: usize, g: f64, strength: f64): f64 {
  return strength == 0 ? g : followPartialRun(d, p, k, g, strength, 0, 1);
}

/**
 * Applies the partial pulses that a write causes on its own line, with the strengths of synapses/devices/array/halfSelectDisturb.ts.
 * `own`: strengths of the devices' own pulses by crossing line; `up`, `down`: longest pulses; isBefore: those before the own pulses.
 */
export function pulseWrittenLine(d: DevicesRecord, p: PartialPulsesRecord, line: u32, isColumn: bool, own: usize, count: u32, up: f64, down: f64, isBefore: bool): void {
  const step: usize = isColumn ? p.columns : 1;
  const crossingSums = isColumn ? d.rowSums : d.columnSums;
  const ownSums = isColumn ? d.columnSums : d.rowSums;
  let k: usize = isColumn ? line : <usize>line * p.columns;
  let more: f64 = 0;
  for (let i: usize = 0; i < count; i++, k += step) {
    if (load<u8>(p.sensitivities + k) == 0) continue;
    const pulse = load<f64>(own + (i << 3));
    let g = f64At(d.g, k);
    if (isBefore) g = pulse < 0 ? pulseOnce(d, p, k, g, up) : g;
    else if (pulse < 0) g = pulseOnce(d, p, k, g, -(down + pulse));
    else g = pulseOnce(d, p, k, pulseOnce(d, p, k, g, up - pulse), -down);
    more += storeState(d, k, crossingSums == 0 ? 0 : crossingSums + (i << 3), g);
  }
  addToSums(d, ownSums == 0 ? 0 : ownSums + (<usize>line << 3), more);
}

@inline
function columnSum(d: DevicesRecord, column: usize): usize {
  return d.columnSums == 0 ? 0 : d.columnSums + (column << 3);
}

/** Moves the four devices from k on by `slope` and `offset`; returns the change of their conductance, S. */
@inline
function moveFour(d: DevicesRecord, k: usize, crossing: usize): f64 {
  const factor = f64x2.splat(slope);
  const summand = f64x2.splat(offset);
  const low = f64x2.splat(d.lowWeight);
  const top = f64x2.splat(d.topWeight);
  const range = f64x2.sub(top, low);
  const siemens = f64x2.mul(range, f64x2.splat(d.siemensPerWeight));
  let sum = f64x2.splat(0);
  for (let i: usize = 0; i < 4; i += 2) {
    const at = d.g + ((k + i) << 3);
    const before = v128.load(at);
    const g = f64x2.pmin(f64x2.add(f64x2.mul(before, factor), summand), f64x2.splat(1));
    const change = f64x2.mul(siemens, f64x2.sub(g, before));
    v128.store(at, g);
    const weights = f64x2.pmin(f64x2.add(low, f64x2.mul(g, range)), top);
    v128.store64_lane(d.weights + ((k + i) << 2), f32x4.demote_f64x2_zero(weights), 0);
    sum = f64x2.add(sum, change);
    const to = crossing + (i << 3);
    if (crossing != 0) v128.store(to, f64x2.add(v128.load(to), change));
  }
  return firstLane(sum) + secondLane(sum);
}

/** Sensitivity and log position of device k: devices of a row that share both have the same logged pulses. */
@inline
function findHistory(p: PartialPulsesRecord, k: usize): u64 {
  return (<u64>load<u8>(p.sensitivities + k) << 32) | u32At(p.positions, k);
}

/** True if the four devices from k on have the same history. */
@inline
function haveSameHistory(p: PartialPulsesRecord, k: usize): bool {
  const positions = v128.load(p.positions + (k << 2));
  const sensitivities = load<u32>(p.sensitivities + k);
  const first = i32x4.splat(i32x4.extract_lane(positions, 0));
  return sensitivities == rotl<u32>(sensitivities, 8) && i32x4.all_true(i32x4.eq(positions, first));
}

/** Applies the logged pulses of a row to its listed devices; returns the change of their conductance, S. */
function updateListed(d: DevicesRecord, p: PartialPulsesRecord, row: usize, count: usize): f64 {
  if (count == 0) return 0;
  followRow(d, p, row, count);
  let more: f64 = 0;
  for (let i: usize = 0; i < count; i++) {
    const k = u32At(p.listed, i);
    more += storeState(d, k, columnSum(d, k - row * p.columns), f64At(p.states, i));
  }
  return more;
}

/** Applies the logged pulses of a row to its devices: to all devices of one history together. */
export function updateDisturbedRow(d: DevicesRecord, p: PartialPulsesRecord, row: u32): void {
  const columns = <usize>p.columns;
  const start = <usize>row * columns;
  const affine = isAffine(d, p);
  const canMoveFour = affine && d.weightRanges == 0 && d.isSingle != 0;
  let count: usize = 0;
  let history: u64 = 0;
  let more: f64 = 0;
  for (let block: usize = 0; block < columns; block += 16) {
    let moved = i8x16.bitmask(i8x16.ne(v128.load(p.sensitivities + start + block), i8x16.splat(0)));
    if (columns - block < 16) moved &= (1 << <i32>(columns - block)) - 1;
    for (; moved != 0; moved &= moved - 1) {
      const bit = ctz(moved);
      const column = block + bit;
      const k = start + column;
      const own = findHistory(p, k);
      if (own != history) {
        history = own;
        if (affine) findAffineMap(d, p, row, k);
        else more += updateListed(d, p, row, count);
        count = 0;
      }
      if (canMoveFour && ((moved >> bit) & 15) == 15 && haveSameHistory(p, k)) {
        more += moveFour(d, k, columnSum(d, column));
        moved &= ~(14 << bit);
      } else if (affine) more += storeState(d, k, columnSum(d, column), min(f64At(d.g, k) * slope + offset, 1));
      else setU32(p.listed, count++, <u32>k);
    }
  }
  more += updateListed(d, p, row, count);
  addToSums(d, d.rowSums == 0 ? 0 : d.rowSums + (<usize>row << 3), more);
  memory.fill(p.positions + (start << 2), 0, columns << 2);
}

/** Applies the logged pulses of all rows to the devices of a column. */
export function updateDisturbedColumn(d: DevicesRecord, p: PartialPulsesRecord, column: u32, rows: u32): void {
  const affine = isAffine(d, p);
  let more: f64 = 0;
  for (let row: usize = 0; row < rows; row++) {
    const k = row * p.columns + column;
    const runs = u32At(p.runCounts, row);
    if (runs == 0) continue;
    const crossing = d.rowSums == 0 ? 0 : d.rowSums + (row << 3);
    if (load<u8>(p.sensitivities + k) != 0) {
      let g = f64At(d.g, k);
      if (affine) {
        findAffineMap(d, p, row, k);
        g = min(g * slope + offset, 1);
      } else {
        setU32(p.listed, 0, <u32>k);
        followRow(d, p, row, 1);
        g = f64At(p.states, 0);
      }
      more += storeState(d, k, crossing, g);
    }
    setU32(p.positions, k, <u32>load<f64>(p.runs + ((row * p.runCapacity + runs - 1) << 5), 16));
  }
  addToSums(d, d.columnSums == 0 ? 0 : d.columnSums + (<usize>column << 3), more);
}
