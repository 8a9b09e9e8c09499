/**
 * Arrivals of one row at neurons with conductances of one time constant: each is advanced in closed form, its potential from what
 * all neurons share at the instant and the tabled attractor, and listed where the drive at threshold is upwards.
 * The twin of plainConductances.ts.
 */
import { expPair } from './exp';

const LOW: f64 = 1.0 / 17592186044416.0; // 2^-44
const HIGH: f64 = 128;
const OFFSET: i64 = (1023 - 44) * 32;
const CELL: i64 = (1 << 47) - 1;
const LISTED: f64 = -2;

@inline
function tabled(table: usize, b: f64): f64 {
  const bits = reinterpret<i64>(b);
  const a = table + (<usize>((bits >> 47) - OFFSET) << 6);
  const x = b - reinterpret<f64>((bits & ~CELL) | (1 << 46));
  const upper = load<f64>(a, 32) + x * (load<f64>(a, 40) + x * (load<f64>(a, 48) + x * load<f64>(a, 56)));
  return load<f64>(a) + x * (load<f64>(a, 8) + x * (load<f64>(a, 16) + x * (load<f64>(a, 24) + x * upper)));
}

@inline
function shuntedWait(b: f64, reversal: f64, v: f64, bar: f64, ts: f64): f64 {
  if (v >= bar) return 0;
  const upwards = reversal - bar * b;
  const needed = bar * ts;
  if (bar >= 0 && !(upwards > needed)) return Infinity;
  const pull = reversal - v * b;
  const rise = ((bar - v) * ts) / (max(pull, 0) - v * ts);
  if (!(upwards < needed)) return rise;
  const turn = (2 * ts * (upwards - needed)) / (upwards + needed);
  return max(turn, rise);
}

/**
 * `targets` 0: all neurons, else of 16 or, `wide`, 32 bits; `weights` 0: all `weight`; `rest` gets the number of edges that are left to the
 * caller, then those.
 */
export function addConductances(
  u: usize, bar: usize, table: usize, targets: usize, wide: bool, weights: usize, weight: f64, start: u32, count: u32,
  steps: usize, suspects: usize, values: usize, found: u32, rest: usize,
): u32 {
  const fade = load<f64>(steps);
  const m = load<f64>(steps, 8);
  const perM = load<f64>(steps, 16);
  const ratio = load<f64>(steps, 24);
  const now = load<f64>(steps, 64);
  const tau = load<f64>(steps, 72);
  const round = load<f64>(steps, 80);
  let n = found;
  let left: u32 = 0;
  for (let k: u32 = 0; k < count; k++) {
    const j: u32 =
      targets == 0 ? k : wide ? load<u32>(targets + (<usize>k << 2)) : <u32>load<u16>(targets + (<usize>k << 1));
    const w = weights == 0 ? weight : load<f64>(weights + (<usize>k << 3));
    const at = u + (<usize>j << 5);
    const c = load<f64>(at);
    const sum = load<f64>(at, 8);
    const reversal = load<f64>(at, 16);
    const by: usize = w >= 0 ? steps + 32 : steps + 48;
    const size = abs(w);
    const sum2 = sum + size * load<f64>(by);
    const reversal2 = reversal + size * load<f64>(by, 8);
    if (c == -Infinity) {
      store<f64>(at, sum2, 8);
      store<f64>(at, reversal2, 16);
      continue;
    }
    const b = sum * fade;
    const b2 = sum2 * fade;
    if (!(b >= LOW && b2 < HIGH)) {
      store<u32>(rest + (<usize>(++left) << 2), start + k);
      continue;
    }
    const both = expPair(f64x2.replace_lane(f64x2.splat(b), 1, -b2));
    const v = c * m * f64x2.extract_lane(both, 0) + (reversal / sum) * tabled(table, b);
    store<f64>(at, (v - (reversal2 / sum2) * tabled(table, b2)) * (perM * f64x2.extract_lane(both, 1)));
    store<f64>(at, sum2, 8);
    store<f64>(at, reversal2, 16);
    const theta = load<f64>(bar + (<usize>j << 3));
    const until = load<f64>(at, 24);
    if (until == LISTED) continue;
    if (until >= 0) {
      const later = now + shuntedWait(b2, reversal2 * fade, v, theta, ratio) * tau;
      store<f64>(at, later, 24);
      if (later >= round) continue;
    }
    store<f64>(at, LISTED, 24);
    store<u32>(suspects + (<usize>n << 2), j);
    store<f64>(values + (<usize>n << 3), v);
    n++;
  }
  store<u32>(rest, left);
  return n;
}
