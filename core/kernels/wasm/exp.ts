/** e^x with the same operations as core/math.ts, so that kernels and TypeScript agree bit for bit. */
export function exp(x: f64): f64 {
  if (x > 709.782712893384) return f64.POSITIVE_INFINITY;
  if (x < -745.1332191019411) return 0;
  const k = floor<f64>(x * 1.4426950408889634 + 0.5);
  const high = x - k * 0.6931471803691238;
  const low = k * 1.9082149292705877e-10;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (0.16666666666666602 +
        t *
          (-0.0027777777777015593 + t * (6.613756321437934e-5 + t * (-1.6533902205465252e-6 + t * 4.1381367970572385e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  const n = <i64>k;
  if (n > 1000) return y * power(100) * power(n - 100);
  return n > -1022 ? y * power(n) : y * power(n + 100) * power(-100);
}

let argument: f64 = 0;
let value: f64 = 1;

/** e^x. The latest result is cached, because successive arrivals often lie in the same grid cell of the scale s(t). */
export function expCached(x: f64): f64 {
  if (x != argument) {
    argument = x;
    value = exp(x);
  }
  return value;
}

/** 2^n for an integer n that gives a normal (not subnormal) result. */
@inline
function power(n: i64): f64 {
  return reinterpret<f64>((n + 1023) << 52);
}

const SIXTH: f64 = 1.0 / 6.0;

/** e^x for 0 <= x < 2^-14 by its series; the next term is below 2^-60. */
@inline
export function expSmall(x: f64): f64 {
  return 1 + x * (1 + x * (0.5 + x * SIXTH));
}

export const HALF_ADDRESS = memory.data<f64>([0.5, 1, SIXTH], 16);
export const ONE_ADDRESS: usize = HALF_ADDRESS + 8;

@inline
export function expSeries(x: v128, half: v128, one: v128, sixth: v128): v128 {
  const inner = f64x2.add(half, f64x2.mul(x, sixth));
  return f64x2.add(one, f64x2.mul(x, f64x2.add(one, f64x2.mul(x, inner))));
}

/** Constants of `expPair`; the last one, added to an integer, leaves the integer in the low bits of the sum. */
const PARTS = memory.data<f64>(
  [
    1.4426950408889634, 0.5, 0.6931471803691238, 1.9082149292705877e-10, 0.16666666666666602, -0.0027777777777015593,
    6.613756321437934e-5, -1.6533902205465252e-6, 4.1381367970572385e-8, 2, 1, 6755399441055744.0,
  ],
  16,
);

/** e^x of two numbers x between -700 and 700, with the operations of `exp`. */
@inline
export function expPair(x: v128): v128 {
  const one = splat(PARTS + 80);
  const k = f64x2.floor(f64x2.add(f64x2.mul(x, splat(PARTS)), splat(PARTS + 8)));
  const high = f64x2.sub(x, f64x2.mul(k, splat(PARTS + 16)));
  const low = f64x2.mul(k, splat(PARTS + 24));
  const r = f64x2.sub(high, low);
  const t = f64x2.mul(r, r);
  let p = f64x2.add(splat(PARTS + 56), f64x2.mul(t, splat(PARTS + 64)));
  p = f64x2.add(splat(PARTS + 48), f64x2.mul(t, p));
  p = f64x2.add(splat(PARTS + 40), f64x2.mul(t, p));
  p = f64x2.add(splat(PARTS + 32), f64x2.mul(t, p));
  const c = f64x2.sub(r, f64x2.mul(t, p));
  const quotient = f64x2.div(f64x2.mul(r, c), f64x2.sub(splat(PARTS + 72), c));
  const y = f64x2.sub(one, f64x2.sub(f64x2.sub(low, quotient), high));
  // Computes 2^k as a float64 whose exponent bits are k + 1023.
  const n = i64x2.add(f64x2.add(k, splat(PARTS + 88)), i64x2.splat(1023));
  return f64x2.mul(y, i64x2.shl(n, 52));
}

/** True if a number of the pair is outside the range of `expPair`. */
@inline
export function isOutOfRange(x: v128): bool {
  return v128.any_true(f64x2.gt(f64x2.abs(x), f64x2.splat(700)));
}

export function expPairChecked(x: v128): v128 {
  if (!isOutOfRange(x)) return expPair(x);
  return pairOf(exp(firstLane(x)), exp(secondLane(x)));
}

/** e^x of two numbers from 0 to 2^-14. */
@inline
export function expSmallPair(x: v128): v128 {
  return expSeries(x, splat(HALF_ADDRESS), splat(HALF_ADDRESS + 8), splat(HALF_ADDRESS + 16));
}
