/**
 * A round of neurons with exponential currents (see neurons/lif/rounds.ts): which of them may reach threshold before it
 * ends. Two at a time, the same operations as the twin, core/kernels/plainSweep.ts.
 */
import { VoltageRecord } from './records';

const RISES = memory.data(32, 16);

/** Neuron j by itself: the common case is done for both, this one sorts out the others. */
@inline
function sort(at: usize, bound: f64, guard: f64, j: u32, listed: usize, n: u32): u32 {
  if (load<f64>(at, 24) == 0) return n;
  if (load<f64>(at) == -Infinity) {
    store<f64>(at, Infinity, 24);
    return n;
  }
  if (bound < -guard) {
    store<f64>(at, -bound, 24);
    return n;
  }
  store<u32>(listed + (<usize>n << 2), j);
  return n + 1;
}

/** `rises`: per unit of p > 0, p <= 0, excitatory and inhibitory drive. Returns how many are listed. */
export function updateAll(u: usize, bar: usize, count: u32, now: VoltageRecord, rises: usize, listed: usize): u32 {
  const view = changetype<usize>(now);
  const decayM = v128.load64_splat(view, offsetof<VoltageRecord>('decayM'));
  const shapeE = v128.load64_splat(view, offsetof<VoltageRecord>('shapeE'));
  const shapeI = v128.load64_splat(view, offsetof<VoltageRecord>('shapeI'));
  const guard = now.guard;
  const below = f64x2.splat(-guard);
  const positive = v128.load64_splat(rises);
  const negative = v128.load64_splat(rises, 8);
  // Through memory: what is loaded stays in a register, what is computed would be so anew in each turn.
  v128.store(RISES, f64x2.splat(now.decayE * load<f64>(rises, 16)));
  v128.store(RISES, f64x2.splat(now.decayI * load<f64>(rises, 24)), 16);
  const exc = v128.load(RISES);
  const inh = v128.load(RISES, 16);
  const zero = f64x2.splat(0);
  let n: u32 = 0;
  for (let j: u32 = 0; j < count; j += 2) {
    const at = u + (<usize>j << 5);
    const two = j + 1 < count;
    const next = two ? at + 32 : at; // nothing beyond the last one need be there
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(next);
    const d = v128.load(next, 16);
    const e = v128.shuffle<f64>(a, c, 1, 3);
    const i = v128.shuffle<f64>(b, d, 0, 2);
    const m = f64x2.mul(v128.shuffle<f64>(a, c, 0, 2), decayM);
    const p = f64x2.add(f64x2.add(m, f64x2.mul(e, shapeE)), f64x2.mul(i, shapeI));
    const leak = f64x2.pmax(f64x2.mul(p, positive), f64x2.mul(p, negative)); // the former where p > 0
    const rise = f64x2.add(f64x2.add(leak, f64x2.mul(e, exc)), f64x2.mul(i, inh));
    const bars = two ? v128.load(bar + (<usize>j << 3)) : v128.load64_splat(bar + (<usize>j << 3));
    const start = f64x2.sub(p, bars);
    const bound = f64x2.add(start, f64x2.pmax(zero, rise));
    // Nobody near threshold, none solved for; a refractory one makes NaN of the bound, for which no comparison holds.
    const slack = v128.shuffle<f64>(b, d, 1, 3);
    const usual = v128.andnot(f64x2.lt(bound, below), f64x2.eq(slack, zero));
    if (two && i64x2.all_true(usual)) {
      const left = f64x2.neg(bound);
      v128.store_lane<f64>(at, left, 0, 24);
      v128.store_lane<f64>(at, left, 1, 56);
      continue;
    }
    n = sort(at, f64x2.extract_lane(bound, 0), guard, j, listed, n);
    if (two) n = sort(next, f64x2.extract_lane(bound, 1), guard, j + 1, listed, n);
  }
  return n;
}
