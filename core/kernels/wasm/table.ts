/** Pulses whose steps are drawn from tables, two at a time; the twin in core/kernels/plainTable.ts says what is done. */
import { PulsesRecord, TableRecord } from './records';

/** The row at or below g, looked for from its cell on. */
@inline
function rowOf(t: TableRecord, g: f64, cell: u32): u32 {
  const states = t.at;
  const last = t.rows - 2;
  let row = load<u32>(t.first + (<usize>cell << 2));
  while (row < last && g > load<f64>(states + (<usize>row << 3), 8)) row++;
  return row;
}

/** Where the quantile at or below a level is. */
@inline
function quantile(t: TableRecord, row: u32, place: u32): usize {
  return t.values + (<usize>(row * t.size + place) << 3);
}

/** 2^52: below the bits of whole numbers that it is added to are these. */
const WHOLE = memory.data<f64>([4503599627370496.0], 16);

@inline
function bits(whole: v128): v128 {
  return f64x2.add(whole, v128.load64_splat(WHOLE));
}

@inline
function both(first: f64, second: f64): v128 {
  return f64x2.replace_lane(f64x2.splat(first), 1, second);
}

/** Of two neighbours at two places, the share in between. */
@inline
function between(first: usize, second: usize, share: v128): v128 {
  const a = v128.load(first);
  const b = v128.load(second);
  const low = v128.shuffle<f64>(a, b, 0, 2);
  return f64x2.add(low, f64x2.mul(share, f64x2.sub(v128.shuffle<f64>(a, b, 1, 3), low)));
}

/** Levels are the draws in `cycles`; behind an odd number of pulses stands another one. */
export function tablePulses(b: PulsesRecord, up: TableRecord, down: TableRecord): void {
  const before = b.before;
  const amounts = b.amounts;
  const after = b.after;
  const levels = b.cycles;
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  for (let at: usize = 0; at < <usize>b.count << 3; at += 16) {
    const g = v128.load(before + at);
    const strength = v128.load(amounts + at);
    const t = load<f64>(amounts + at) > 0 ? up : down;
    const s = load<f64>(amounts + at, 8) > 0 ? up : down;
    const cells = bits(f64x2.floor(f64x2.mul(g, both(t.cells, s.cells))));
    const row = rowOf(t, load<f64>(before + at), i32x4.extract_lane(cells, 0));
    const next = rowOf(s, load<f64>(before + at, 8), i32x4.extract_lane(cells, 2));
    const a = v128.load(t.at + (<usize>row << 3));
    const c = v128.load(s.at + (<usize>next << 3));
    const low = v128.shuffle<f64>(a, c, 0, 2);
    const width = f64x2.sub(v128.shuffle<f64>(a, c, 1, 3), low);
    const share = f64x2.pmin(f64x2.pmax(f64x2.div(f64x2.sub(g, low), width), zero), one);
    const level = f64x2.mul(v128.load(levels + at), both(t.last, s.last));
    const whole = f64x2.floor(level);
    const rest = f64x2.sub(level, whole);
    const places = bits(whole);
    const here = quantile(t, row, i32x4.extract_lane(places, 0));
    const there = quantile(s, next, i32x4.extract_lane(places, 2));
    const lower = between(here, there, rest);
    const upper = between(here + (<usize>t.size << 3), there + (<usize>s.size << 3), rest);
    const single = f64x2.add(lower, f64x2.mul(share, f64x2.sub(upper, lower)));
    const mean = between(t.means + (<usize>row << 3), s.means + (<usize>next << 3), share);
    const pulses = f64x2.abs(strength);
    const several = f64x2.add(f64x2.mul(pulses, mean), f64x2.mul(f64x2.sqrt(pulses), f64x2.sub(single, mean)));
    v128.store(after + at, f64x2.add(g, v128.bitselect(single, several, f64x2.eq(pulses, one))));
  }
}
