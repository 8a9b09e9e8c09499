/**
 * Arrivals of one row at neurons with conductances of two time constants: each is brought to the instant by quadrature, two nodes at once, and
 * listed where it may reach its bar within the round. The twin of plainTwoConductances.ts.
 */
import { exp } from './exp';

const LISTED: f64 = -2;
const GONE: f64 = 1e-14;

/** 1/k! for k = 2 … 15. */
const SERIES = memory.data<f64>(
  [
    0.5, 0.16666666666666666, 0.041666666666666664, 0.008333333333333333, 0.001388888888888889, 0.0001984126984126984,
    0.0000248015873015873, 0.0000027557319223985893, 2.755731922398589e-7, 2.505210838544172e-8, 2.08767569878681e-9,
    1.6059043836821613e-10, 1.1470745597729725e-11, 7.647163731819816e-13,
  ],
  16,
);
/** Nodes of each rule, then their weights. */
const THREE = memory.data<f64>(
  [
    0.1127016653792583, 0.5, 0.8872983346207417, 1, 0.2777777777777778, 0.4444444444444444, 0.2777777777777778, 0,
  ],
  16,
);
const SEVEN = memory.data<f64>(
  [
    0.0254460438286207, 0.12923440720030277, 0.2970774243113014, 0.5, 0.7029225756886985, 0.8707655927996972,
    0.9745539561713793, 1, 0.06474248308443485, 0.13985269574463832, 0.19091502525255946, 0.2089795918367347,
    0.19091502525255946, 0.13985269574463832, 0.06474248308443485, 0,
  ],
  16,
);
/** Decays and attractions at the nodes of a piece. */
const ROOM = memory.data(192, 16);

let onwardV: f64 = 0;
let onwardG: f64 = 0;
let onwardH: f64 = 0;

@inline
function c(k: usize): v128 {
  return v128.load64_splat(SERIES + ((k - 2) << 3));
}

@inline
function then(sum: v128, y: v128, k: usize): v128 {
  return f64x2.add(c(k), f64x2.mul(y, sum));
}

/** e^x of two numbers by its series: I8 to x^7, I16 to x^11, else to x^15. Not inlined: pages load these kernels. */
function series<T>(x: v128): v128 {
  const y = f64x2.mul(x, x);
  const one = f64x2.splat(1);
  let even: v128;
  let odd: v128;
  if (sizeof<T>() == 1) {
    even = c(6);
    odd = c(7);
  } else {
    if (sizeof<T>() == 2) {
      even = c(10);
      odd = c(11);
    } else {
      even = then(then(c(14), y, 12), y, 10);
      odd = then(then(c(15), y, 13), y, 11);
    }
    even = then(then(even, y, 8), y, 6);
    odd = then(then(odd, y, 9), y, 7);
  }
  even = then(then(even, y, 4), y, 2);
  odd = then(then(odd, y, 5), y, 3);
  even = f64x2.add(one, f64x2.mul(y, even));
  odd = f64x2.add(one, f64x2.mul(y, odd));
  return f64x2.add(even, f64x2.mul(x, odd));
}

/** One piece: a rule of so many pairs with the series T for the attraction, and D for the decays. */
function piece<T, D>(rule: usize, pairs: u32, r: f64, s: f64, e: f64, f: f64, l: f64): void {
  const g = onwardG;
  const h = onwardH;
  const gr = f64x2.splat(g * (1 / r));
  const hs = f64x2.splat(h * (1 / s));
  const one = f64x2.splat(1);
  const ls = f64x2.splat(l);
  const rs = f64x2.splat(-r);
  const ss = f64x2.splat(-s);
  let p = one;
  let q = one;
  let a = one;
  for (let i: u32 = 0; i < pairs; i++) {
    const at = <usize>i << 4;
    const y = f64x2.mul(v128.load(rule + at), ls);
    p = series<D>(f64x2.mul(rs, y));
    q = series<D>(f64x2.mul(ss, y));
    a = f64x2.add(f64x2.add(y, f64x2.mul(gr, f64x2.sub(one, p))), f64x2.mul(hs, f64x2.sub(one, q)));
    v128.store(ROOM + at, p);
    v128.store(ROOM + at, q, 64);
    v128.store(ROOM + at, a, 128);
  }
  const end = f64x2.splat(f64x2.extract_lane(a, 1));
  const last = ROOM + (<usize>(pairs - 1) << 4);
  store<f64>(last, 0, 136);
  const ge = f64x2.splat(g * e);
  const hf = f64x2.splat(h * f);
  let sum = f64x2.splat(0);
  let fade = one;
  const weights = rule + (<usize>pairs << 4);
  for (let i: u32 = 0; i < pairs; i++) {
    const at = <usize>i << 4;
    fade = series<T>(f64x2.sub(v128.load(ROOM + at, 128), end));
    const drive = f64x2.add(f64x2.mul(ge, v128.load(ROOM + at)), f64x2.mul(hf, v128.load(ROOM + at, 64)));
    sum = f64x2.add(sum, f64x2.mul(v128.load(weights + at), f64x2.mul(drive, fade)));
  }
  const integral = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  onwardV = onwardV * f64x2.extract_lane(fade, 1) + l * integral;
  onwardG = g * f64x2.extract_lane(p, 1);
  onwardH = h * f64x2.extract_lane(q, 1);
}

function shuntOn(r: f64, s: f64, e: f64, f: f64, time: f64): void {
  const faster = r > s ? r : s;
  for (let left = time; left > 0; ) {
    const rate = 1 + onwardG + onwardH + faster;
    let l = left;
    if (rate * left > 1 || faster * left > 0.4) {
      const size = abs(onwardV);
      if (onwardG * (1 / r) * (abs(e) + size) + onwardH * (1 / s) * (abs(f) + size) < GONE) {
        onwardV *= exp(-left);
        onwardG *= exp(-r * left);
        onwardH *= exp(-s * left);
        return;
      }
      l = min(min(left, 1 / rate), 0.4 / faster);
    }
    const x = rate * l;
    if (x <= 0.0625) piece<u8, u8>(THREE, 2, r, s, e, f, l);
    else piece<u32, u16>(SEVEN, 4, r, s, e, f, l);
    left -= l;
  }
}

@inline
function wait(v: f64, g: f64, h: f64, bar: f64, r: f64, s: f64, e: f64, f: f64): f64 {
  if (v >= bar) return 0;
  const a = g * (e - bar);
  const c = h * (f - bar);
  const up = max(a, 0) + max(c, 0);
  const most = (a > c ? r >= s : s >= r) ? a + c : up;
  if (bar >= 0 && most <= bar) return Infinity;
  const b = g * (e - v);
  const d = h * (f - v);
  const pull = (b > d ? r >= s : s >= r) ? max(b + d, 0) : max(b, 0) + max(d, 0);
  if (!(pull > v)) return Infinity;
  const rise = (bar - v) / (pull - v);
  const held = -(min(a, 0) + min(c, 0));
  const pushed = up - bar;
  if (!(held > pushed)) return rise;
  const fastest = max(a < 0 ? r : 0, c < 0 ? s : 0);
  return max((2 * (held - pushed)) / ((held + pushed) * fastest), rise);
}

/** `targets` 0: all neurons, else of 16 or, `wide`, 32 bits; `weights` 0: all `weight`. */
export function addTwoConductances(
  u: usize, bar: usize, targets: usize, wide: bool, weights: usize, weight: f64, count: u32, steps: usize, suspects: usize,
  values: usize, found: u32,
): u32 {
  const r = load<f64>(steps);
  const s = load<f64>(steps, 8);
  const e = load<f64>(steps, 16);
  const f = load<f64>(steps, 24);
  const now = load<f64>(steps, 64);
  const tau = load<f64>(steps, 72);
  const perTau = 1 / tau;
  const floor = f <= 0 && f <= e ? f : Infinity;
  const round = load<f64>(steps, 80);
  let n = found;
  for (let k: u32 = 0; k < count; k++) {
    const j: u32 =
      targets == 0 ? k : wide ? load<u32>(targets + (<usize>k << 2)) : <u32>load<u16>(targets + (<usize>k << 1));
    const w = weights == 0 ? weight : load<f64>(weights + (<usize>k << 3));
    const at = u + <usize>j * 40;
    const size = abs(w);
    const by: usize = w >= 0 ? steps + 32 : steps + 48;
    const time = (now - load<f64>(at, 8)) * perTau;
    const before = load<f64>(at);
    store<f64>(at, now, 8);
    if (before == -Infinity) {
      store<f64>(at, load<f64>(at, 16) * exp(-r * time) + size * load<f64>(by), 16);
      store<f64>(at, load<f64>(at, 24) * exp(-s * time) + size * load<f64>(by, 8), 24);
      continue;
    }
    onwardV = before;
    onwardG = load<f64>(at, 16);
    onwardH = load<f64>(at, 24);
    shuntOn(r, s, e, f, time);
    const v = onwardV;
    const g = onwardG + size * load<f64>(by);
    const h = onwardH + size * load<f64>(by, 8);
    store<f64>(at, v);
    store<f64>(at, g, 16);
    store<f64>(at, h, 24);
    const until = load<f64>(at, 32);
    if (until == LISTED || (until >= round && v >= floor && load<f64>(by) == 0)) continue;
    if (until >= 0) {
      const later = now + wait(v, g, h, load<f64>(bar + (<usize>j << 3)), r, s, e, f) * tau;
      store<f64>(at, later, 32);
      if (later >= round) continue;
    }
    store<f64>(at, LISTED, 32);
    store<u32>(suspects + (<usize>n << 2), j);
    store<f64>(values + (<usize>n << 3), v);
    n++;
  }
  return n;
}
