import { exp } from '../math.ts';
import type { CurrentRow } from './kernels.ts';

/** The table of the attractor over b: polynomials of so many coefficients in so many cells a binade, for b from `LOW` up to `HIGH`. */
export const COEFFICIENTS = 6;
export const CELLS = 64;
export const LOWEST = -44;
export const HIGHEST = 7;
export const LOW = 2 ** LOWEST;
export const HIGH = 2 ** HIGHEST;
const OFFSET = (1023 + LOWEST) * CELLS;

/** Numbers a neuron: see `LifConductance`. */
const FIELDS = 4;
const SILENT = -Infinity;
const WATCHED = -Infinity;
const LISTED = -1 / 2 ** 40;

const words = new Float64Array(1);
const halves = new Int32Array(words.buffer);

/** The tabled function at b from `LOW` up to `HIGH`: a polynomial of the distance from the middle of the cell. */
export function tabled(table: Float64Array, b: number): number {
  words[0] = b;
  const high = halves[1]!;
  const a = ((high >> 14) - OFFSET) * COEFFICIENTS;
  halves[0] = 0;
  halves[1] = (high & ~0x3fff) | 0x2000;
  const x = b - words[0];
  const upper = table[a + 3]! + x * (table[a + 4]! + x * table[a + 5]!);
  return table[a]! + x * (table[a + 1]! + x * (table[a + 2]! + x * upper));
}

/**
 * For how long a neuron at `v` is sure to stay below `bar`, in tau; Infinity for ever, 0 when it is there. `b` is ts g, `reversal`
 * b E. Its slope at any U is never more than now without what the conductances take away; and it can only get to the bar while the drive
 * there, g (E - bar) - bar, is upwards. Where they pull all the way, g (E - U) - U is linear in U, and ln x >= 2 (x - 1)/(x + 1) makes of the time that takes
 * the way at the slope in the middle.
 */
export function shuntedWait(b: number, reversal: number, v: number, bar: number, ts: number): number {
  if (v >= bar) return 0;
  const upwards = reversal - bar * b;
  const needed = bar * ts;
  if (bar >= 0 && !(upwards > needed)) return Infinity;
  const from = upwards >= 0 ? (v + bar) * 0.5 : v;
  const rise = ((bar - v) * ts) / (Math.max(reversal - from * b, 0) - from * ts);
  if (!(upwards < needed)) return rise;
  const turn = (2 * ts * (upwards - needed)) / (upwards + needed);
  return Math.max(turn, rise);
}

/** See `Kernels.addConductances`. */
export function addConductances(
  u: Float64Array,
  bar: Float64Array,
  table: Float64Array,
  { weights, weight, targets }: CurrentRow,
  start: number,
  end: number,
  steps: Float64Array,
  suspects: Uint32Array,
  values: Float64Array,
  found: number,
  rest: Uint32Array,
): number {
  const [fade, m, perM, ratio] = [steps[0]!, steps[1]!, steps[2]!, steps[3]!];
  const [now, tau, round] = [steps[8]!, steps[9]!, steps[10]!];
  let count = found;
  let left = 0;
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    const w = weights === null ? weight : weights[k]!;
    const o = FIELDS * j;
    const c = u[o]!;
    const [sum, reversal] = [u[o + 1]!, u[o + 2]!];
    const sum2 = sum + Math.abs(w) * steps[4]!;
    const reversal2 = reversal + (w >= 0 ? w * steps[5]! : -w * steps[7]!);
    if (c === SILENT) {
      u[o + 1] = sum2;
      u[o + 2] = reversal2;
      continue;
    }
    const b = sum * fade;
    const b2 = sum2 * fade;
    if (!(b >= LOW && b2 < HIGH)) {
      rest[++left] = k;
      continue;
    }
    const falls = exp(-b);
    const fall = perM * exp(-(Math.abs(w) * steps[4]! * fade));
    const drive = reversal2 * fade;
    const v = (c * m) / falls + reversal * fade * tabled(table, b);
    u[o] = (v - drive * tabled(table, b2)) * (fall * falls);
    u[o + 1] = sum2;
    u[o + 2] = reversal2;
    const theta = bar[j]!;
    const until = u[o + 3]!;
    if (until === LISTED) continue;
    const later = now + shuntedWait(b2, drive, v, theta, ratio) * tau;
    if (until >= 0) {
      u[o + 3] = later;
      if (later >= round) continue;
    } else if (until > WATCHED && later >= -until) continue;
    u[o + 3] = LISTED;
    values[count] = v;
    suspects[count++] = j;
  }
  rest[0] = left;
  return count;
}
