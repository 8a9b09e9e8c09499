/** Half-select disturb of a dense array: logged partial pulses of rows, and those of a write on its own line. */
import { followOne, followRun, limitRun, MAX_SERIES_RUN, MOVES_DOWN, MOVES_UP, prepareRun, Run, RUN_BYTES } from './partialSteps';
import { DevicesRecord, PartialPulsesRecord } from './records';

/** The prepared run of n entries. Runs of a direction and length mostly have equal strengths, and are kept. */
@inline
function findPrepared(d: DevicesRecord, p: PartialPulsesRecord, first: f64, second: f64, n: u32): Run {
  const place = n <= MAX_SERIES_RUN ? 2 * (n - 1) + u32(first > 0) : 2 * MAX_SERIES_RUN;
  const run = changetype<Run>(p.prepared + place * RUN_BYTES);
  if (run.entries != n || run.loggedFirst != first || run.loggedSecond != second) prepareRun(run, d, p, first, second, n);
  return run;
}

/** Addresses of the next logged run of a row and of the end of its log, and number of entries before the next run. */
let nextLogged: usize = 0;
let logEnd: usize = 0;
let position: u32 = 0;

/** Starts at a position of the log of a row. */
@inline
function startLog(p: PartialPulsesRecord, row: usize, from: u32): void {
  nextLogged = p.runs + ((row * p.runCapacity) << 5);
  logEnd = nextLogged + (u32At(p.runCounts, row) << 5);
  position = from;
}

/** Finds the next run, or part of one, that moves devices of a sensitivity; null at the end of the log. */
@inline
function findNextRun(d: DevicesRecord, p: PartialPulsesRecord, sensitivity: u32): Run | null {
  while (nextLogged < logEnd) {
    const at = nextLogged;
    const end = <u32>load<f64>(at, 16);
    if (end > position) {
      const first = load<f64>(at);
      if ((sensitivity & (first > 0 ? MOVES_UP : MOVES_DOWN)) != 0) {
        const second = load<f64>(at, 8);
        const n = limitRun(d, p, first, second, end - position);
        position += n;
        if (position == end) nextLogged += 32;
        return findPrepared(d, p, first, second, n);
      }
      position = end;
    }
    nextLogged += 32;
  }
  return null;
}

/** Factors of the step sizes of all devices in the direction of a run; 0: all are 1. */
@inline
function factorsOf(run: Run, p: PartialPulsesRecord): usize {
  return run.isUp ? p.upFactors : p.downFactors;
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

/** State of device k after n repetitions of partial pulses of strengths `first` and `second`, of one sign. */
export function followPartialRun(d: DevicesRecord, p: PartialPulsesRecord, k: usize, g: f64, first: f64, second: f64, n: u32): f64 {
  if (first == 0 || (load<u8>(p.sensitivities + k) & (first > 0 ? MOVES_UP : MOVES_DOWN)) == 0) return g;
  for (let left = n; left > 0;) {
    const length = limitRun(d, p, first, second, left);
    const run = findPrepared(d, p, first, second, length);
    g = followOne(run, factorsOf(run, p), k, g);
    left -= length;
  }
  return g;
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
    if (isBefore) g = pulse < 0 ? followPartialRun(d, p, k, g, up, 0, 1) : g;
    else if (pulse < 0) g = followPartialRun(d, p, k, g, -(down + pulse), 0, 1);
    else g = followPartialRun(d, p, k, followPartialRun(d, p, k, g, up - pulse, 0, 1), -down, 0, 1);
    more += storeState(d, k, crossingSums == 0 ? 0 : crossingSums + (i << 3), g);
  }
  addToSums(d, ownSums == 0 ? 0 : ownSums + (<usize>line << 3), more);
}

@inline
function rowSum(d: DevicesRecord, row: usize): usize {
  return d.rowSums == 0 ? 0 : d.rowSums + (row << 3);
}

@inline
function columnSum(d: DevicesRecord, column: usize): usize {
  return d.columnSums == 0 ? 0 : d.columnSums + (column << 3);
}

/** Applies the logged pulses of a row to its device k; returns the change of its conductance, S. */
function moveOne(d: DevicesRecord, p: PartialPulsesRecord, row: usize, k: usize): f64 {
  const sensitivity: u32 = load<u8>(p.sensitivities + k);
  let g = f64At(d.g, k);
  startLog(p, row, u32At(p.positions, k));
  for (let run = findNextRun(d, p, sensitivity); run != null; run = findNextRun(d, p, sensitivity)) g = followOne(run, factorsOf(run, p), k, g);
  return storeState(d, k, columnSum(d, k - row * p.columns), g);
}

/** Stores `p.states`, those of the listed devices of a row; returns the change of their conductances, S. */
function storeListed(d: DevicesRecord, p: PartialPulsesRecord, row: usize, count: usize): f64 {
  const listed = p.listed;
  let sums = f64x2.splat(0);
  for (let i: usize = 0; i + 2 <= count; i += 2)
    sums = f64x2.add(sums, storeTwoStates(d, p, row, u32At(listed, i), u32At(listed, i + 1), v128.load(p.states + (i << 3))));
  const more = firstLane(sums) + secondLane(sums);
  if ((count & 1) == 0) return more;
  const k = u32At(listed, count - 1);
  return more + storeState(d, k, columnSum(d, k - row * p.columns), f64At(p.states, count - 1));
}

/** Stores the states of devices k and l of a row; returns the change of their conductances, S. */
@inline
function storeTwoStates(d: DevicesRecord, p: PartialPulsesRecord, row: usize, k: usize, l: usize, g: v128): v128 {
  const before = loadTwo(d.g + (k << 3), d.g + (l << 3));
  storeTwo(d.g + (k << 3), d.g + (l << 3), g);
  let low = f64x2.splat(d.lowWeight);
  let top = f64x2.splat(d.topWeight);
  if (d.weightRanges != 0) {
    const first = v128.load(d.weightRanges + (k << 4));
    const second = v128.load(d.weightRanges + (l << 4));
    low = firstLanes(first, second);
    top = secondLanes(first, second);
  }
  const range = f64x2.sub(top, low);
  const inside = f64x2.pmin(f64x2.add(low, f64x2.mul(g, range)), top);
  const weights = v128.bitselect(top, inside, f64x2.ge(g, f64x2.splat(1)));
  if (d.isSingle != 0) {
    const singles = f32x4.demote_f64x2_zero(weights);
    v128.store32_lane(d.weights + (k << 2), singles, 0);
    v128.store32_lane(d.weights + (l << 2), singles, 1);
  } else storeTwo(d.weights + (k << 3), d.weights + (l << 3), weights);
  const more = f64x2.mul(f64x2.mul(range, f64x2.splat(d.siemensPerWeight)), f64x2.sub(g, before));
  if (d.columnSums != 0) {
    const a = columnSum(d, k - row * p.columns);
    const b = columnSum(d, l - row * p.columns);
    storeTwo(a, b, f64x2.add(loadTwo(a, b), more));
  }
  return more;
}

/** Applies the logged pulses of a row to its listed devices; returns the change of their conductances, S. */
function moveListed(d: DevicesRecord, p: PartialPulsesRecord, row: usize, sensitivity: u32, count: usize): f64 {
  if (count == 0) return 0;
  for (let i: usize = 0; i < count; i++) setF64(p.states, i, f64At(d.g, u32At(p.listed, i)));
  startLog(p, row, 0);
  for (let run = findNextRun(d, p, sensitivity); run != null; run = findNextRun(d, p, sensitivity))
    followRun(run, factorsOf(run, p), p.listed, p.states, count);
  return storeListed(d, p, row, count);
}

/**
 * Applies the logged pulses of a row to its devices. Most devices have seen none of them, because their own column was not
 * written since the last update: they are moved together, and the others after them.
 */
export function updateDisturbedRow(d: DevicesRecord, p: PartialPulsesRecord, row: u32): void {
  const columns = <usize>p.columns;
  const start = <usize>row * columns;
  const zero = i32x4.splat(0);
  let count: usize = 0; // of devices that have seen none of the pulses, at the front of the list
  let other = columns; // start of the list of other devices, which grows from its end
  let usual: u32 = 0; // their sensitivity
  for (let column: usize = 0; column < columns; column += 4) {
    const k = start + column;
    const bytes = v128.load32_zero(p.sensitivities + k);
    const sensitivities = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(bytes));
    let moved = i32x4.bitmask(i32x4.ne(sensitivities, zero));
    if (columns - column < 4) moved &= (1 << <i32>(columns - column)) - 1;
    if (moved == 0) continue;
    if (usual == 0) usual = load<u8>(p.sensitivities + k + ctz(moved));
    const isNew = i32x4.eq(v128.load(p.positions + (k << 2)), zero);
    let same = moved & i32x4.bitmask(v128.and(isNew, i32x4.eq(sensitivities, i32x4.splat(usual))));
    for (let rest = moved & ~same; rest != 0; rest &= rest - 1) setU32(p.listed, --other, <u32>(k + ctz(rest)));
    if (same == 15) {
      v128.store(p.listed + (count << 2), i32x4.add(i32x4.splat(<u32>k), i32x4(0, 1, 2, 3)));
      count += 4;
    } else for (; same != 0; same &= same - 1) setU32(p.listed, count++, <u32>(k + ctz(same)));
  }
  let more = moveListed(d, p, row, usual, count);
  for (let i = other; i < columns; i++) {
    const k = u32At(p.listed, i);
    more += moveOne(d, p, row, k);
    setU32(p.positions, k, 0);
  }
  addToSums(d, rowSum(d, row), more);
}

/** Applies the logged pulses of all rows to the devices of a column. */
export function updateDisturbedColumn(d: DevicesRecord, p: PartialPulsesRecord, column: u32, rows: u32): void {
  for (let row: usize = 0; row < rows; row++) {
    const k = row * p.columns + column;
    const runs = u32At(p.runCounts, row);
    if (runs == 0) continue;
    if (load<u8>(p.sensitivities + k) != 0) addToSums(d, rowSum(d, row), moveOne(d, p, row, k));
    setU32(p.positions, k, <u32>load<f64>(p.runs + ((row * p.runCapacity + runs - 1) << 5), 16));
  }
}
