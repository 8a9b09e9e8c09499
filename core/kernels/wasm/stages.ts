/** The stages that pulses go through, one row or column at a time; twins in core/kernels/plainStages.ts say what each does. */
import { exp } from './exp';
import { edgeOf, otherOf } from './pulse';

export function takePulses(
  edges: usize, others: usize, size: u32, start: u32, stride: u32, from: u32, to: u32, trace: usize, scale: f64, g: usize,
  pulses: usize, outEdges: usize, outOthers: usize, outNumbers: usize, amounts: usize, before: usize,
): u32 {
  let n: usize = 0;
  for (let i = from; i < to; i++) {
    const other = otherOf(others, size, i);
    const strength = scale * load<f64>(trace + (<usize>other << 3));
    if (strength == 0) continue;
    const edge = edgeOf(edges, start, stride, i);
    store<u32>(outEdges + (n << 2), edge);
    store<u32>(outOthers + (n << 2), other);
    store<u32>(outNumbers + (n << 2), load<u32>(pulses + (<usize>edge << 2)));
    store<f64>(amounts + (n << 3), strength);
    store<f64>(before + (n << 3), load<f64>(g + (<usize>edge << 3)));
    n++;
  }
  return <u32>n;
}

export function stepPulses(before: usize, amounts: usize, after: usize, n: u32, soft: bool, aUp: f64, bUp: f64, aDown: f64, bDown: f64): void {
  for (let at: usize = 0; at < <usize>n << 3; at += 8) {
    const g = load<f64>(before + at);
    const amount = load<f64>(amounts + at);
    const up = amount > 0;
    const room = up ? 1 - g : g;
    const a = (up ? aUp : aDown) * amount;
    const b = up ? bUp : bDown;
    store<f64>(after + at, g + a * (soft ? room : b == 0 ? 1 : exp(-b * (up ? g : 1 - g))));
  }
}

@inline
function within(x: v128, low: v128, high: v128): v128 {
  return f64x2.min(f64x2.max(x, low), high);
}

/** Relative sd of a step, sd of a write, levels - 1, 1: in memory, or the engine makes the vectors anew in each turn. */
const SPLATS = memory.data<f64>([0, 0, 0, 1], 16);

/** Arrays have room for a whole pair. */
export function settlePulses(
  before: usize, after: usize, amounts: usize, n: u32, cycles: usize, cycleSd: f64, writes: usize, writeSd: f64, low: usize,
  high: usize, share: usize, levels: f64, rounding: usize,
): void {
  store<f64>(SPLATS, cycleSd);
  store<f64>(SPLATS, writeSd, 8);
  store<f64>(SPLATS, levels - 1, 16);
  for (let at: usize = 0; at < <usize>n << 3; at += 16) {
    const g = v128.load(before + at);
    let x = v128.load(after + at);
    if (cycles != 0) {
      const factor = f64x2.add(v128.load64_splat(SPLATS, 24), f64x2.mul(v128.load64_splat(SPLATS), v128.load(cycles + at)));
      x = f64x2.add(g, f64x2.mul(f64x2.sub(x, g), factor));
    }
    if (writes != 0) {
      const root = f64x2.sqrt(f64x2.abs(v128.load(amounts + at)));
      x = f64x2.add(x, f64x2.mul(f64x2.mul(v128.load64_splat(SPLATS, 8), root), v128.load(writes + at)));
    }
    const least = v128.load(low + at);
    const most = v128.load(high + at);
    x = within(f64x2.add(g, f64x2.mul(f64x2.sub(x, g), v128.load(share + at))), least, most);
    if (levels > 0) {
      const steps = v128.load64_splat(SPLATS, 16);
      x = f64x2.floor(f64x2.add(f64x2.mul(x, steps), v128.load(rounding + at)));
      x = within(f64x2.div(f64x2.min(x, steps), steps), least, most);
    }
    v128.store(after + at, x);
  }
}

export function putPulses(
  edges: usize, others: usize, row: i32, n: u32, numbers: usize, amounts: usize, before: usize, after: usize, g: usize,
  weights: usize, single: bool, pulses: usize, totals: usize, rows: usize, all: usize, joules: usize, square: f64, squares: usize,
  gMin: f64, perWeight: f64, lowest: f64, highest: f64, lows: usize, tops: usize,
): void {
  let energy = load<f64>(totals, 16);
  let sum = all != 0 ? load<f64>(all) : 0;
  let upward: u32 = 0;
  for (let i: usize = 0; i < <usize>n; i++) {
    const k = <usize>load<u32>(edges + (i << 2));
    const x = load<f64>(after + (i << 3));
    const low = lows != 0 ? load<f64>(lows + (k << 3)) : lowest;
    const top = tops != 0 ? load<f64>(tops + (k << 3)) : highest;
    const state = g + (k << 3);
    upward += reinterpret<i64>(load<f64>(amounts + (i << 3))) >= 0 ? 1 : 0;
    store<u32>(pulses + (k << 2), load<u32>(numbers + (i << 2)) + 1);
    if (rows != 0) {
      const offset = low - lowest;
      const range = top - low;
      const left = gMin + (offset + x * range) * perWeight;
      const found = gMin + (offset + load<f64>(before + (i << 3)) * range) * perWeight;
      const stored = gMin + (offset + load<f64>(state) * range) * perWeight;
      const spent = (squares != 0 ? load<f64>(squares + (i << 3)) : square) * ((found + left) / 2);
      energy += spent;
      if (joules != 0) store<f64>(joules + (k << 3), load<f64>(joules + (k << 3)) + spent);
      const difference = left - stored;
      const at = rows + (<usize>(row >= 0 ? <u32>row : load<u32>(others + (i << 2))) << 3);
      store<f64>(at, load<f64>(at) + difference);
      sum += difference;
    }
    store<f64>(state, x);
    const weight = x >= 1 ? top : min<f64>(low + x * (top - low), top);
    if (single) store<f32>(weights + (k << 2), <f32>weight);
    else store<f64>(weights + (k << 3), weight);
  }
  store<f64>(totals, load<f64>(totals) + <f64>n);
  store<f64>(totals, energy, 16);
  store<f64>(totals, load<f64>(totals, 24) + <f64>upward, 24);
  if (all != 0) store<f64>(all, sum);
}
