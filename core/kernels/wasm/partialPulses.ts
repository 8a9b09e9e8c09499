/** Half-select disturb of devices with exponential or soft-bound steps: runs of equal partial pulses, in closed form. */
import { exp, expPair } from './exp';
import { log1p } from './imports';
import { log1pPair } from './log1p';
import { DevicesRecord, PartialPulsesRecord } from './records';

const SOFT_BOUND_FAMILY: u32 = 2;
const MOVES_UP: u32 = 1;
const MOVES_DOWN: u32 = 2;

/** Number of repetitions of exponential steps from which the closed form is faster than single steps. */
const MIN_CLOSED_RUN: u32 = 4;
/** Largest relative growth of e^(b h) by one repetition for which the closed form errs by less than 1e-12 of the range. */
const MAX_RELATIVE_GROWTH: f64 = 0.003;
/** Largest exponent of `expPair`. */
const MAX_PAIR_EXPONENT: f64 = 700;
/** Relative change of u = E_n/E_0 - 1 after which Newton's method stops; the remaining error is of order change². */
const NEWTON_TOLERANCE: f64 = 1e-6;

const THIRD: f64 = 1.0 / 3.0;

@inline
function clip(g: f64): f64 {
  return min(max(g, 0), 1);
}

/** Limit of x >= 0 below which ln(1 + x) is computed by a series of five terms; their relative error is below x^5/6. */
const MAX_SERIES_ARGUMENT: f64 = 0.0005;

@inline
function logOnePlus(x: f64): f64 {
  if (x < MAX_SERIES_ARGUMENT) return x * (1 - x * (0.5 - x * (THIRD - x * (0.25 - x * 0.2))));
  return firstLane(log1pPair(f64x2.splat(x)));
}

/**
 * State h after n repetitions of the steps h <- h + a e^(-b h) with a = a1, then a2; NaN if steps are too large for the closed form. With
 * E = e^(b h), c1 = a1 b, c2 = a2 b, s = c1 + c2 and p = c1 c2, the function
 *   Phi(E) = E/s + alpha ln E + beta/E + gamma/E²
 * grows by 1 per repetition, up to O(s³/E³); its coefficients follow from the expansion of Phi in 1/E. For a2 = 0: alpha = -1/2, beta = s/6,
 * gamma = s²/16. Solved by Newton's method for u = E_n/E_0 - 1.
 */
function stepExponentially(h: f64, a1: f64, a2: f64, b: f64, n: f64): f64 {
  const scale = b * exp(-b * h);
  const c = a1 * scale;
  const d = a2 * scale;
  const s = c + d;
  if (!(s <= MAX_RELATIVE_GROWTH)) return NaN;
  if (s == 0) return h;
  const p = c * d;
  const q = 0.5 * c * p;
  const r = (c * q) / 3;
  const alpha = p / (s * s) - 0.5;
  const beta = (q / s - p + (s * s) / 6 - alpha * p) / s;
  const cubic = -r / s + (p * p + 2 * s * q) / (2 * s) - (s * p) / 2 + (s * s * s) / 24;
  const gamma = (cubic + alpha * q + beta * (p + 0.5 * s * s)) / (2 * s);
  let u = s * n - s * alpha * logOnePlus(s * n);
  for (let i = 0; i < 20; i++) {
    const inverse = 1 / (1 + u);
    const phi = u / s + alpha * logOnePlus(u) - beta * u * inverse + gamma * (inverse * inverse - 1);
    const change = (n - phi) / (1 / s + (alpha - beta * inverse) * inverse);
    u += change;
    if (abs(change) <= NEWTON_TOLERANCE * (1 + u)) break;
  }
  return h + logOnePlus(u) / b;
}

/** State after one pulse, with the operations of `createFamilyStep`. `amount` < 0: downward. */
@inline
function stepOnce(soft: bool, up: bool, a: f64, b: f64, g: f64, amount: f64): f64 {
  const h = up ? g : 1 - g;
  return clip(g + a * amount * (soft ? (up ? 1 - g : g) : b == 0 ? 1 : exp(-b * h)));
}

@inline
function stepPairOnce(up: bool, a: v128, b: v128, g: v128, amount: v128): v128 {
  const h = up ? g : f64x2.sub(f64x2.splat(1), g);
  const x = f64x2.add(g, f64x2.mul(f64x2.mul(a, amount), expPair(f64x2.mul(b, h))));
  return f64x2.pmin(f64x2.pmax(x, f64x2.splat(0)), f64x2.splat(1));
}

let softKey1: f64 = 0;
let softKey2: f64 = 0;
let softCount: f64 = 0;
let softFactor: f64 = 1;

/** Factor by which n repetitions of steps a1 and a2 shrink the distance to a soft bound; cached, because devices of a row are alike. */
function findSoftFactor(a1: f64, a2: f64, n: f64): f64 {
  if (a1 != softKey1 || a2 != softKey2 || n != softCount) {
    softKey1 = a1;
    softKey2 = a2;
    softCount = n;
    softFactor = a1 < 1 && a2 < 1 ? exp(n * (log1p(-a1) + log1p(-a2))) : 0;
  }
  return softFactor;
}

/** State of device k after n repetitions of partial pulses of strengths `first` and `second`, of one sign. */
export function followPartialRun(d: DevicesRecord, p: PartialPulsesRecord, k: usize, g: f64, first: f64, second: f64, n: u32): f64 {
  const up = first > 0;
  if ((load<u8>(p.sensitivities + k) & (up ? MOVES_UP : MOVES_DOWN)) == 0) return g;
  const factors = up ? p.upFactors : p.downFactors;
  const scale = p.share * (factors == 0 ? 1 : <f64>load<f32>(factors + (k << 2)));
  const a = up ? d.aUp : d.aDown;
  const b = up ? d.bUp : d.bDown;
  const soft = d.family == SOFT_BOUND_FAMILY;
  if (n > 1) {
    const a1 = a * abs(first * scale);
    const a2 = a * abs(second * scale);
    const h = up ? g : 1 - g; // state in pulse direction
    let end = NaN;
    if (soft) end = 1 - (1 - h) * findSoftFactor(a1, a2, n);
    else if (b == 0) end = h + <f64>n * (a1 + a2);
    else if (n >= MIN_CLOSED_RUN) end = stepExponentially(h, a1, a2, b, n);
    if (end == end) return clip(up ? end : 1 - end);
  }
  for (let i: u32 = 0; i < n; i++) {
    g = stepOnce(soft, up, a, b, g, first * scale);
    if (second != 0) g = stepOnce(soft, up, a, b, g, second * scale);
  }
  return g;
}

/** Applies n repetitions of partial pulses of one sign to the first `count` of the listed devices. */
@inline
function followRun(d: DevicesRecord, p: PartialPulsesRecord, count: usize, first: f64, second: f64, n: u32): void {
  const up = first > 0;
  if ((load<u8>(p.sensitivities + u32At(p.listed, 0)) & (up ? MOVES_UP : MOVES_DOWN)) == 0) return;
  const b = up ? d.bUp : d.bDown;
  if (n >= MIN_CLOSED_RUN || d.family == SOFT_BOUND_FAMILY || !(b > 0 && b < MAX_PAIR_EXPONENT)) {
    for (let i: usize = 0; i < count; i++)
      setF64(p.states, i, followPartialRun(d, p, u32At(p.listed, i), f64At(p.states, i), first, second, n));
    return;
  }
  const a = f64x2.splat(up ? d.aUp : d.aDown);
  const exponent = f64x2.splat(-b);
  const factors = up ? p.upFactors : p.downFactors;
  let scale = f64x2.splat(p.share);
  for (let i: usize = 0; i < count; i += 2) {
    const at = p.states + (i << 3);
    if (factors != 0) {
      const f = load<f32>(factors + (u32At(p.listed, i) << 2));
      scale = f64x2.mul(f64x2.splat(p.share), pairOf(f, load<f32>(factors + (u32At(p.listed, i + 1) << 2))));
    }
    const amount = f64x2.mul(f64x2.splat(first), scale);
    let g = v128.load(at);
    for (let k = n; k > 0; k--) {
      g = stepPairOnce(up, a, exponent, g, amount);
      if (second != 0) g = stepPairOnce(up, a, exponent, g, f64x2.mul(f64x2.splat(second), scale));
    }
    v128.store(at, g);
  }
}

/** Computes states of the first `count` listed devices of a row, with equal sensitivity and log position, after its pulses. */
function followRow(d: DevicesRecord, p: PartialPulsesRecord, row: usize, count: usize): void {
  let position = u32At(p.positions, u32At(p.listed, 0));
  setU32(p.listed, count, u32At(p.listed, count - 1)); // an odd device is computed twice
  setF64(p.states, count, f64At(p.states, count - 1));
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

/** Applies the logged pulses of a row to its devices, to neighbours of equal history together. */
export function updateDisturbedRow(d: DevicesRecord, p: PartialPulsesRecord, row: u32): void {
  const columns = <usize>p.columns;
  const start = <usize>row * columns;
  let count: usize = 0;
  let history: u64 = 0;
  let more: f64 = 0;
  for (let block: usize = 0; block < columns; block += 16) {
    let moved = i8x16.bitmask(i8x16.ne(v128.load(p.sensitivities + start + block), i8x16.splat(0)));
    if (columns - block < 16) moved &= (1 << <i32>(columns - block)) - 1;
    for (; moved != 0; moved &= moved - 1) {
      const k = start + block + ctz(moved);
      const own = (<u64>load<u8>(p.sensitivities + k) << 32) | u32At(p.positions, k);
      if (own != history) {
        more += updateListed(d, p, row, count);
        count = 0;
        history = own;
      }
      setU32(p.listed, count, <u32>k);
      setF64(p.states, count++, f64At(d.g, k));
    }
  }
  more += updateListed(d, p, row, count);
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
    const crossing = d.rowSums == 0 ? 0 : d.rowSums + (row << 3);
    if (load<u8>(p.sensitivities + k) != 0) {
      setU32(p.listed, 0, <u32>k);
      setF64(p.states, 0, f64At(d.g, k));
      followRow(d, p, row, 1);
      more += storeState(d, k, crossing, f64At(p.states, 0));
    }
    setU32(p.positions, k, <u32>load<f64>(p.runs + ((row * p.runCapacity + runs - 1) << 5), 16));
  }
  addToSums(d, d.columnSums == 0 ? 0 : d.columnSums + (<usize>column << 3), more);
}
