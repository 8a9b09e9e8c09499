/** Half-select disturb of a dense array: logged partial pulses of rows, and those of a write on its own line. */
import { followPartialRun, followRun, MOVES_DOWN, MOVES_UP, prepareRun, Run, RUN_BYTES } from './partialSteps';
import { DevicesRecord, PartialPulsesRecord } from './records';

/** Number of prepared runs. */
let runCount: u32 = 0;

/** Prepares the runs of logged pulses that device k of the row has still to see; devices of equal history share them. */
function prepareRuns(d: DevicesRecord, p: PartialPulsesRecord, row: usize, k: usize): void {
  const sensitivity: u32 = load<u8>(p.sensitivities + k);
  let position = u32At(p.positions, k);
  runCount = 0;
  const last = (row * p.runCapacity + u32At(p.runCounts, row)) << 5;
  for (let logged = (row * p.runCapacity) << 5; logged < last; logged += 32) {
    const at = p.runs + logged;
    const end = <u32>load<f64>(at, 16);
    if (end <= position) continue;
    const strength = load<f64>(at);
    if ((sensitivity & (strength > 0 ? MOVES_UP : MOVES_DOWN)) != 0)
      prepareRun(changetype<Run>(p.prepared + runCount++ * RUN_BYTES), d, p, strength, load<f64>(at, 8), end - position);
    position = end;
  }
}

@inline
function hasEqualDevices(p: PartialPulsesRecord): bool {
  return p.upFactors == 0 && p.downFactors == 0;
}

/** States of two devices after the prepared runs; `upFactors`, `downFactors`: factors of their step sizes. */
@inline
function followRuns(d: DevicesRecord, p: PartialPulsesRecord, g: v128, upFactors: v128, downFactors: v128): v128 {
  const share = f64x2.splat(p.share);
  for (let i: u32 = 0; i < runCount; i++) {
    const run = changetype<Run>(p.prepared + i * RUN_BYTES);
    g = followRun(run, d.family, g, f64x2.mul(share, run.isUp ? upFactors : downFactors), hasEqualDevices(p));
  }
  return g;
}

@inline
function gatherTwo(factors: usize, k: usize, l: usize): v128 {
  return factors == 0 ? f64x2.splat(1) : pairOf(load<f32>(factors + (k << 2)), load<f32>(factors + (l << 2)));
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

/** Applies the prepared runs to the four devices from k on; returns the change of their conductance, S. */
function moveFour(d: DevicesRecord, p: PartialPulsesRecord, k: usize, crossing: usize): f64 {
  const low = f64x2.splat(d.lowWeight);
  const top = f64x2.splat(d.topWeight);
  const range = f64x2.sub(top, low);
  const siemens = f64x2.mul(range, f64x2.splat(d.siemensPerWeight));
  let sum = f64x2.splat(0);
  const first = v128.load(d.g + (k << 3));
  const second = v128.load(d.g + (k << 3), 16);
  let g = first;
  let next = second;
  const share = f64x2.splat(p.share);
  for (let i: u32 = 0; i < runCount; i++) {
    const run = changetype<Run>(p.prepared + i * RUN_BYTES);
    g = followRun(run, d.family, g, share, true);
    next = followRun(run, d.family, next, share, true);
  }
  for (let i: usize = 0; i < 4; i += 2, g = next) {
    const at = d.g + ((k + i) << 3);
    const before = i == 0 ? first : second;
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

/** Applies the prepared runs to listed devices of a row; returns the change of their conductance, S. */
function moveListed(d: DevicesRecord, p: PartialPulsesRecord, row: usize, from: usize, to: usize): f64 {
  let more: f64 = 0;
  for (let i = from; i < to; i += 2) {
    const k = u32At(p.listed, i);
    const l = i + 1 < to ? u32At(p.listed, i + 1) : k;
    const before = pairOf(f64At(d.g, k), f64At(d.g, l));
    const g = followRuns(d, p, before, gatherTwo(p.upFactors, k, l), gatherTwo(p.downFactors, k, l));
    more += storeState(d, k, columnSum(d, k - row * p.columns), firstLane(g));
    if (l != k) more += storeState(d, l, columnSum(d, l - row * p.columns), secondLane(g));
  }
  return more;
}

/** As `moveListed`, for devices of different histories. */
function moveOthers(d: DevicesRecord, p: PartialPulsesRecord, row: usize, from: usize, to: usize): f64 {
  let more: f64 = 0;
  while (from < to) {
    const k = u32At(p.listed, from);
    const history = findHistory(p, k);
    let end = from + 1;
    while (end < to && findHistory(p, u32At(p.listed, end)) == history) end++;
    prepareRuns(d, p, row, k);
    more += moveListed(d, p, row, from, end);
    from = end;
  }
  return more;
}

/**
 * Applies the logged pulses of a row to its devices. Most devices have the history of a device whose own column was not
 * written since the last update: they are moved together, four neighbours at a time where possible, and the others after them.
 */
export function updateDisturbedRow(d: DevicesRecord, p: PartialPulsesRecord, row: u32): void {
  const columns = <usize>p.columns;
  const start = <usize>row * columns;
  const canMoveFour = hasEqualDevices(p) && d.weightRanges == 0 && d.isSingle != 0;
  let single: usize = 0; // end of the list of devices of the usual history, from its front
  let other = columns; // start of the list of other devices, which grows from its end
  let usual: u64 = 0;
  let more: f64 = 0;
  for (let block: usize = 0; block < columns; block += 16) {
    let moved = i8x16.bitmask(i8x16.ne(v128.load(p.sensitivities + start + block), i8x16.splat(0)));
    if (columns - block < 16) moved &= (1 << <i32>(columns - block)) - 1;
    for (; moved != 0; moved &= moved - 1) {
      const bit = ctz(moved);
      const column = block + bit;
      const k = start + column;
      const history = findHistory(p, k);
      if (usual == 0 && <u32>history == 0) {
        usual = history;
        prepareRuns(d, p, row, k);
      }
      if (history != usual) setU32(p.listed, --other, <u32>k);
      else if (canMoveFour && ((moved >> bit) & 15) == 15 && haveSameHistory(p, k)) {
        more += moveFour(d, p, k, columnSum(d, column));
        moved &= ~(14 << bit);
      } else setU32(p.listed, single++, <u32>k);
    }
  }
  more += moveListed(d, p, row, 0, single) + moveOthers(d, p, row, other, columns);
  addToSums(d, d.rowSums == 0 ? 0 : d.rowSums + (<usize>row << 3), more);
  memory.fill(p.positions + (start << 2), 0, columns << 2);
}

/** Applies the logged pulses of all rows to the devices of a column. */
export function updateDisturbedColumn(d: DevicesRecord, p: PartialPulsesRecord, column: u32, rows: u32): void {
  let more: f64 = 0;
  for (let row: usize = 0; row < rows; row++) {
    const k = row * p.columns + column;
    const runs = u32At(p.runCounts, row);
    if (runs == 0) continue;
    if (load<u8>(p.sensitivities + k) != 0) {
      prepareRuns(d, p, row, k);
      const g = followRuns(d, p, f64x2.splat(f64At(d.g, k)), gatherTwo(p.upFactors, k, k), gatherTwo(p.downFactors, k, k));
      more += storeState(d, k, d.rowSums == 0 ? 0 : d.rowSums + (row << 3), firstLane(g));
    }
    setU32(p.positions, k, <u32>load<f64>(p.runs + ((row * p.runCapacity + runs - 1) << 5), 16));
  }
  addToSums(d, d.columnSums == 0 ? 0 : d.columnSums + (<usize>column << 3), more);
}
