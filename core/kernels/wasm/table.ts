/** Pulses whose steps are drawn from tables, two at a time; the twin in core/kernels/plainTable.ts says what is done. */
import { PulsesRecord, TableRecord } from './records';

/** The row at or below g. */
@inline
function rowOf(t: TableRecord, g: f64): u32 {
  const states = t.at;
  const last = t.rows - 2;
  let row = load<u32>(t.first + (<usize>(g * <f64>t.cells) << 2));
  while (row < last && g > load<f64>(states + (<usize>row << 3), 8)) row++;
  return row;
}

/** Where the quantile below a level is. */
@inline
function quantile(t: TableRecord, row: u32, level: f64): usize {
  return t.values + (<usize>(row * t.size + <u32>level) << 3);
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
    const row = rowOf(t, load<f64>(before + at));
    const next = rowOf(s, load<f64>(before + at, 8));
    const a = v128.load(t.at + (<usize>row << 3));
    const c = v128.load(s.at + (<usize>next << 3));
    const low = v128.shuffle<f64>(a, c, 0, 2);
    const width = f64x2.sub(v128.shuffle<f64>(a, c, 1, 3), low);
    const share = f64x2.pmin(f64x2.pmax(f64x2.div(f64x2.sub(g, low), width), zero), one);
    const lasts = f64x2.replace_lane(f64x2.splat(<f64>(t.size - 1)), 1, <f64>(s.size - 1));
    const level = f64x2.mul(v128.load(levels + at), lasts);
    const rest = f64x2.sub(level, f64x2.trunc(level));
    const here = quantile(t, row, f64x2.extract_lane(level, 0));
    const there = quantile(s, next, f64x2.extract_lane(level, 1));
    const lower = between(here, there, rest);
    const upper = between(here + (<usize>t.size << 3), there + (<usize>s.size << 3), rest);
    const single = f64x2.add(lower, f64x2.mul(share, f64x2.sub(upper, lower)));
    const mean = between(t.means + (<usize>row << 3), s.means + (<usize>next << 3), share);
    const pulses = f64x2.abs(strength);
    const several = f64x2.add(f64x2.mul(pulses, mean), f64x2.mul(f64x2.sqrt(pulses), f64x2.sub(single, mean)));
    v128.store(after + at, f64x2.add(g, v128.bitselect(single, several, f64x2.eq(pulses, one))));
  }
}
