/** Where pulses lead: steps that are known here, noise, bounds, levels; twins in core/kernels/plainStages.ts say what each does. */
import { exp } from './exp';
import { PulsesRecord } from './records';

/** What loops below take as vectors, in memory: loaded, they stay in registers; made there, they would be so anew in each turn. */
const FIXED = memory.data(32, 16);

export function stepPulses(b: PulsesRecord, soft: bool, aUp: f64, bUp: f64, aDown: f64, bDown: f64): void {
  const before = b.before;
  const amounts = b.amounts;
  const after = b.after;
  const n = b.count;
  if (soft) {
    stepSoft(before, amounts, after, n, aUp, aDown);
    return;
  }
  for (let at: usize = 0; at < <usize>n << 3; at += 8) {
    const g = load<f64>(before + at);
    const amount = load<f64>(amounts + at);
    const up = amount > 0;
    const a = (up ? aUp : aDown) * amount;
    const decay = up ? bUp : bDown;
    store<f64>(after + at, g + a * (decay == 0 ? 1 : exp(-decay * (up ? g : 1 - g))));
  }
}

/** Two at a time; arrays have room for a whole pair. */
function stepSoft(before: usize, amounts: usize, after: usize, n: u32, aUp: f64, aDown: f64): void {
  store<f64>(FIXED, aUp);
  store<f64>(FIXED, aDown, 8);
  store<f64>(FIXED, 1, 16);
  const zero = f64x2.splat(0);
  for (let at: usize = 0; at < <usize>n << 3; at += 16) {
    const g = v128.load(before + at);
    const amount = v128.load(amounts + at);
    const up = f64x2.gt(amount, zero);
    const a = f64x2.mul(v128.bitselect(v128.load64_splat(FIXED), v128.load64_splat(FIXED, 8), up), amount);
    const room = v128.bitselect(f64x2.sub(v128.load64_splat(FIXED, 16), g), g, up);
    v128.store(after + at, f64x2.add(g, f64x2.mul(a, room)));
  }
}

@inline
function within(x: v128, low: v128, high: v128): v128 {
  return f64x2.pmin(f64x2.pmax(x, low), high); // states are never -0
}

/** Arrays have room for a whole pair. What is asked here is known where this is called, or is asked again in each turn. */
@inline
function settle(scatters: bool, writes: bool, steps: bool, b: PulsesRecord): void {
  const before = b.before;
  const after = b.after;
  const low = b.low;
  const high = b.high;
  const share = b.share;
  const end = <usize>b.count << 3;
  for (let at: usize = 0; at < end; at += 16) {
    const g = v128.load(before + at);
    let x = v128.load(after + at);
    if (scatters) {
      const draws = v128.load(b.cycles + at);
      const factor = f64x2.add(v128.load64_splat(FIXED, 24), f64x2.mul(v128.load64_splat(FIXED), draws));
      x = f64x2.add(g, f64x2.mul(f64x2.sub(x, g), factor));
    }
    if (writes) {
      const root = f64x2.sqrt(f64x2.abs(v128.load(b.amounts + at)));
      x = f64x2.add(x, f64x2.mul(f64x2.mul(v128.load64_splat(FIXED, 8), root), v128.load(b.writes + at)));
    }
    const least = v128.load(low + at);
    const most = v128.load(high + at);
    x = within(f64x2.add(g, f64x2.mul(f64x2.sub(x, g), v128.load(share + at))), least, most);
    if (steps) {
      const last = v128.load64_splat(FIXED, 16);
      x = f64x2.floor(f64x2.add(f64x2.mul(x, last), v128.load(b.rounding + at)));
      x = within(f64x2.div(f64x2.pmin(x, last), last), least, most);
    }
    v128.store(after + at, x);
  }
}

function bound(b: PulsesRecord): void {
  settle(false, false, false, b);
}

function level(b: PulsesRecord): void {
  settle(false, false, true, b);
}

export function settlePulses(b: PulsesRecord, cycleSd: f64, writeSd: f64, levels: f64): void {
  store<f64>(FIXED, cycleSd);
  store<f64>(FIXED, writeSd, 8);
  store<f64>(FIXED, levels - 1, 16);
  store<f64>(FIXED, 1, 24);
  if (cycleSd > 0 || writeSd > 0) settle(cycleSd > 0, writeSd > 0, levels > 0, b);
  else if (levels > 0) level(b);
  else bound(b);
}
