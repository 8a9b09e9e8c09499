/** ln(1 + x) for x > -1, for two numbers at a time, with the operations of core/elementary.ts. */
import { log1p } from './imports';

/** Constants of fdlibm's s_log1p.c. */
const T = memory.data<f64>(
  [
    0.6666666666666735, 0.3999999999940942, 0.2857142874366239, 0.22222198432149784, 0.1818357216161805,
    0.15313837699209373, 0.14798198605116586, 0.6931471803691238, 1.9082149292705877e-10, 0.5, 1, 2,
    -0.292893648147583, 0.4142136573791504, 0.0000019073486328125, 9007199254740992.0, -1,
  ],
  16,
);
const LN2_HIGH: usize = T + 56;
const LN2_LOW: usize = T + 64;
const HALF: usize = T + 72;
const ONE: usize = T + 80;
const TWO: usize = T + 88;
const CENTRE_LOW: usize = T + 96;
const CENTRE_HIGH: usize = T + 104;
/** Limit of |x|, 2^-19, below which fdlibm may use other formulas: such values go to the imported `log1p`. */
const SMALL: usize = T + 112;
const LARGE: usize = T + 120;
const MINUS_ONE: usize = T + 128;

const B = memory.data<i64>([0x000fffffffffffff, 0x3ff0000000000000, 0x0006a09e00000000, 1023, 0x0010000000000000], 16);

/** f²/2 for a vector f, a term of fdlibm's log1p. */
@inline
function halfOf(f: v128): v128 {
  return f64x2.mul(f64x2.mul(splat(HALF), f), f);
}

@inline
function inner(f: v128, half: v128): v128 {
  const s = f64x2.div(f, f64x2.add(splat(TWO), f));
  const z = f64x2.mul(s, s);
  const series = multiplyAdd(T, z, multiplyAdd(T + 8, z, multiplyAdd(T + 16, z, multiplyAdd(T + 24, z, multiplyAdd(T + 32, z, multiplyAdd(T + 40, z, splat(T + 48)))))));
  return f64x2.mul(s, f64x2.add(half, f64x2.mul(z, series)));
}

@inline
function isOdd(f: v128): v128 {
  return v128.and(f64x2.lt(f64x2.abs(f), splat(SMALL)), f64x2.ne(f, f64x2.splat(0)));
}

function oneByOne(x: v128): v128 {
  return pairOf(log1p(firstLane(x)), log1p(secondLane(x)));
}

export function log1pPair(x: v128): v128 {
  const central = v128.and(f64x2.gt(x, splat(CENTRE_LOW)), f64x2.lt(x, splat(CENTRE_HIGH)));
  if (i64x2.all_true(central)) {
    if (v128.any_true(isOdd(x))) return oneByOne(x);
    const half = halfOf(x);
    return f64x2.sub(x, f64x2.sub(half, inner(x, half)));
  }
  const u = f64x2.add(splat(ONE), x);
  const mantissa = v128.and(u, splat(B));
  const over = i64x2.ge_s(mantissa, splat(B + 16));
  const exponent = i64x2.sub(i64x2.shr_u(u, 52), splat(B + 24));
  const k = i64x2.sub(exponent, over); // adds 1: a lane that is true holds -1
  const reduced = f64x2.sub(v128.or(mantissa, i64x2.sub(splat(B + 8), v128.and(over, splat(B + 32)))), splat(ONE));
  const f = v128.bitselect(x, reduced, central);
  const inside = v128.and(f64x2.gt(x, splat(MINUS_ONE)), f64x2.lt(x, splat(LARGE)));
  if (v128.any_true(v128.or(isOdd(f), v128.not(inside)))) return oneByOne(x);
  const dk = v128.andnot(f64x2.convert_low_i32x4_s(v128.shuffle<i32>(k, k, 0, 2, 0, 2)), central);
  const above = f64x2.sub(splat(ONE), f64x2.sub(u, x));
  const below = f64x2.sub(x, f64x2.sub(u, splat(ONE)));
  const lost = v128.bitselect(above, below, i64x2.gt_s(exponent, i64x2.splat(0)));
  const c = v128.and(f64x2.div(lost, u), f64x2.ne(dk, f64x2.splat(0)));
  const half = halfOf(f);
  const small = f64x2.add(inner(f, half), f64x2.add(f64x2.mul(dk, splat(LN2_LOW)), c));
  return f64x2.sub(f64x2.mul(dk, splat(LN2_HIGH)), f64x2.sub(f64x2.sub(half, small), f));
}
