/**
 * Starts a check interval of neurons with exponential currents (see neurons/lif/checkInterval.ts): finds the neurons
 * that may reach threshold before its end, two at a time.
 */
import { SCHEDULED_CROSSING_MARGIN } from './addCurrents';
import { VoltageRecord } from './records';

const RISES = memory.data(32, 16);

/** Adds neuron j to the candidates if it may reach threshold; otherwise stores its threshold margin. */
@inline
function checkNeuron(at: usize, bound: f64, guard: f64, j: u32, listed: usize, n: u32): u32 {
  if (load<f64>(at, 24) == SCHEDULED_CROSSING_MARGIN) return n;
  if (load<f64>(at) == -Infinity) {
    store<f64>(at, Infinity, 24);
    return n;
  }
  if (bound < -guard) {
    store<f64>(at, -bound, 24);
    return n;
  }
  setU32(listed, n, j);
  return n + 1;
}

export function updateAll(u: usize, bar: usize, count: u32, now: VoltageRecord, rises: usize, listed: usize): u32 {
  const view = changetype<usize>(now);
  const decayM = v128.load64_splat(view, offsetof<VoltageRecord>('decayM'));
  const shapeE = v128.load64_splat(view, offsetof<VoltageRecord>('shapeE'));
  const shapeI = v128.load64_splat(view, offsetof<VoltageRecord>('shapeI'));
  const guard = now.guard;
  const below = f64x2.splat(-guard);
  const positive = splat(rises);
  const negative = v128.load64_splat(rises, 8);
  v128.store(RISES, f64x2.splat(now.decayE * load<f64>(rises, 16)));
  v128.store(RISES, f64x2.splat(now.decayI * load<f64>(rises, 24)), 16);
  const exc = v128.load(RISES);
  const inh = v128.load(RISES, 16);
  const zero = f64x2.splat(0);
  let n: u32 = 0;
  for (let j: u32 = 0; j < count; j += 2) {
    const at = u + (<usize>j << 5);
    const two = j + 1 < count;
    const next = two ? at + 32 : at; // the memory after the last neuron may not exist
    const a = v128.load(at);
    const b = v128.load(at, 16);
    const c = v128.load(next);
    const d = v128.load(next, 16);
    const e = secondLanes(a, c);
    const i = firstLanes(b, d);
    const m = f64x2.mul(firstLanes(a, c), decayM);
    const p = f64x2.add(f64x2.add(m, f64x2.mul(e, shapeE)), f64x2.mul(i, shapeI));
    const leak = f64x2.pmax(f64x2.mul(p, positive), f64x2.mul(p, negative)); // p × positive if p > 0
    const rise = f64x2.add(f64x2.add(leak, f64x2.mul(e, exc)), f64x2.mul(i, inh));
    const bars = two ? v128.load(bar + (<usize>j << 3)) : splat(bar + (<usize>j << 3));
    const start = f64x2.sub(p, bars);
    const bound = f64x2.add(start, f64x2.pmax(zero, rise));
    // Fast path for two neurons: neither can reach threshold soon or has a scheduled crossing, so only their margins are stored (threshold
    // minus upper bound of the potential). A refractory neuron does not take it: its bound is NaN, and NaN < x is false.
    const margins = secondLanes(b, d);
    const isQuiet = v128.andnot(f64x2.lt(bound, below), f64x2.eq(margins, f64x2.splat(SCHEDULED_CROSSING_MARGIN)));
    if (two && i64x2.all_true(isQuiet)) {
      const newMargins = f64x2.neg(bound);
      v128.store_lane<f64>(at, newMargins, 0, 24);
      v128.store_lane<f64>(at, newMargins, 1, 56);
      continue;
    }
    n = checkNeuron(at, firstLane(bound), guard, j, listed, n);
    if (two) n = checkNeuron(next, secondLane(bound), guard, j + 1, listed, n);
  }
  return n;
}
