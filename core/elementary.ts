/**
 * Elementary functions in plain float64 operations of fdlibm (Sun Microsystems, 1993; freely usable), so that every
 * JavaScript engine gives the same bits; error below 1 ulp.
 */
import { exp, LN2_HIGH, LN2_LOW, scaleByPowerOf2 } from './math.ts';

const words = new Float64Array(1);
const halves = new Int32Array(words.buffer); // [low, high]

export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : Number.NaN;
  if (Math.abs(x) < 2 ** -29) return x - x * x * 0.5;
  let k = 0;
  let f = x;
  let c = 0;
  let rest = 1; // distance of the mantissa from a power of two
  if (!(x > -0.292893648147583 && x < 0.4142136573791504)) {
    const u = x < 2 ** 53 ? 1 + x : x;
    words[0] = u;
    k = (halves[1]! >> 20) - 1023;
    if (x < 2 ** 53) c = (k > 0 ? 1 - (u - x) : x - (u - 1)) / u;
    rest = halves[1]! & 0xfffff;
    if (rest >= 0x6a09e) {
      k++;
      rest = (0x100000 - rest) >> 2;
    }
    f = scaleByPowerOf2(u, -k) - 1;
  }
  const half = 0.5 * f * f;
  if (rest === 0) {
    const R = half * (1 - 0.6666666666666666 * f);
    return k * LN2_HIGH - (R - (k * LN2_LOW + c) - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const R =
    z *
    (0.6666666666666735 +
      z *
        (0.3999999999940942 +
          z *
            (0.2857142874366239 +
              z *
                (0.22222198432149784 +
                  z * (0.1818357216161805 + z * (0.15313837699209373 + z * 0.14798198605116586))))));
  return k * LN2_HIGH - (half - (s * (half + R) + (k * LN2_LOW + c)) - f);
}

export function expm1(x: number): number {
  if (x > 709.782712893384) return Infinity;
  if (x < -38.81622314453125) return -1;
  const size = Math.abs(x);
  const sign = x < 0 ? -1 : 1;
  const k = size < 0.3465735912322998 ? 0 : size < 1.0397205352783203 ? sign : Math.trunc(Math.LOG2E * x + sign * 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const c = high - r - low;
  const half = 0.5 * r;
  const z = r * half;
  const r1 =
    1 +
    z *
      (-0.03333333333333313 +
        z *
          (0.0015873015872548146 +
            z * (-7.93650757867488e-5 + z * (4.008217827329362e-6 + z * -2.0109921818362437e-7))));
  const t = 3 - r1 * half;
  const first = z * ((r1 - t) / (6 - r * t));
  const e = r * (first - c) - c - z;
  if (k === 0) return r - e;
  if (k === -1) return 0.5 * (r - e) - 0.5;
  if (k === 1) return r < -0.25 ? -2 * (e - (r + 0.5)) : 1 + 2 * (r - e);
  if (k <= -2 || k > 56) return scaleByPowerOf2(1 - (e - r), k) - 1;
  if (k < 20) return scaleByPowerOf2(1 - 2 ** -k - (e - r), k);
  return scaleByPowerOf2(r - (e + 2 ** -k) + 1, k);
}

/** Intervals of |x| for the arc tangent: upper bound, tangent of the expansion point, and its angle (high and low part). */
const ARCS = [
  [0.4375, 0, 0, 0],
  [0.6875, 0.5, 0.4636476090008061, 2.2698777452961687e-17],
  [1.1875, 1, 0.7853981633974483, 3.061616997868383e-17],
  [2.4375, 1.5, 0.982793723247329, 1.3903311031230998e-17],
] as const;

export function atan(x: number): number {
  const size = Math.abs(x);
  const arc = ARCS.find(([bound]) => size < bound);
  const [, at, high, low] = arc ?? [0, 0, 1.5707963267948966, 6.123233995736766e-17];
  let y = -1 / size;
  if (at === 0.5) y = (2 * size - 1) / (2 + size);
  else if (arc) y = (size - at) / (1 + at * size);
  const z = y * y;
  const w = z * z;
  const odd =
    z *
    (0.3333333333333293 +
      w *
        (0.14285714272503466 +
          w *
            (0.09090887133436507 + w * (0.06661073137387531 + w * (0.049768779946159324 + w * 0.016285820115365782)))));
  const even =
    w *
    (-0.19999999999876483 +
      w * (-0.11111110405462356 + w * (-0.0769187620504483 + w * (-0.058335701337905735 + w * -0.036531572744216916))));
  const angle = high === 0 ? y - y * (odd + even) : high - (y * (odd + even) - low - y);
  return x < 0 ? -angle : angle;
}

const PI_LOW = 1.2246467991473532e-16;

/** Angle of finite (x, y) from the x-axis, rad, -π to π; signed zeros as in `Math.atan2`; ported from e_atan2.c. */
export function atan2(y: number, x: number): number {
  const isRight = x > 0 || Object.is(x, 0);
  const angle = y === 0 ? 0 : x === 0 ? Math.PI / 2 : atan(Math.abs(y / x));
  const turned = isRight || x === 0 ? angle : Math.PI - (angle - PI_LOW);
  const size = y === 0 && !isRight ? Math.PI : turned;
  return y < 0 || Object.is(y, -0) ? -size : size;
}

export function sinh(x: number): number {
  const half = x < 0 ? -0.5 : 0.5;
  const size = Math.abs(x);
  if (size < 2 ** -28) return x;
  if (size < 22) {
    const t = expm1(size);
    return half * (size < 1 ? 2 * t - (t * t) / (t + 1) : t + t / (t + 1));
  }
  if (size < 709.7822265625) return half * exp(size);
  const root = exp(0.5 * size);
  return half * root * root;
}

/** Clears the lower 32 bits of x, so that 20 bits of the mantissa remain. */
function clearLowWord(x: number) {
  words[0] = x;
  halves[0] = 0;
  return words[0];
}

/**
 * x^y for x >= 0; ported from e_pow.c of fdlibm. The last quotient is computed in the order of V8 in Node 20, which computed
 * the reference results.
 */
export function pow(x: number, y: number): number {
  if (y === 0) return 1;
  if (!(x >= 0) || Number.isNaN(y)) return Number.NaN;
  if (x === 1) return 1;
  if (x === 0 || x === Infinity) return (x === 0) === y > 0 ? 0 : Infinity;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (y === 3) return x * x * x;
  if (y === 0.5) return Math.sqrt(x);
  if (Math.abs(y) > 2 ** 31) return x > 1 === y > 0 ? Infinity : 0;

  // Computes log2 x as the sum of a high and a low part (double-double), from a series around `base` (1 or 3/2).
  words[0] = x < 2 ** -1022 ? x * 2 ** 53 : x;
  const mantissa = halves[1]! & 0xfffff;
  const near = mantissa > 0x3988e && mantissa < 0xbb67a; // between sqrt(3/2) and sqrt(3): around 3/2
  const above = mantissa >= 0xbb67a;
  const n = (halves[1]! >> 20) - 1023 - (x < 2 ** -1022 ? 53 : 0) + (above ? 1 : 0);
  const top = mantissa | (above ? 0x3fe00000 : 0x3ff00000);
  halves[1] = top;
  const a = words[0];
  const base = near ? 1.5 : 1;
  const d = a - base;
  const v = 1 / (a + base);
  const s = d * v;
  const sHigh = clearLowWord(s);
  halves[0] = 0;
  halves[1] = ((top >> 1) | 0x20000000) + 0x80000 + (near ? 0x40000 : 0);
  const sum = words[0];
  const sLow = v * (d - sHigh * sum - sHigh * (a - (sum - base)));
  const q = s * s;
  const r =
    q *
      q *
      (0.5999999999999946 +
        q *
          (0.4285714285785502 +
            q *
              (0.33333332981837743 + q * (0.272728123808534 + q * (0.23066074577556175 + q * 0.20697501780033842))))) +
    sLow * (sHigh + s);
  const tHigh = clearLowWord(3 + sHigh * sHigh + r);
  const tLow = r - (tHigh - 3 - sHigh * sHigh);
  const u = sHigh * tHigh;
  const w = sLow * tHigh + tLow * s;
  const pHigh = clearLowWord(u + w);
  const pLow = w - (pHigh - u);
  const zHigh = 0.9617967009544373 * pHigh;
  const zLow = -7.028461650952758e-9 * pHigh + pLow * 0.9617966939259756 + (near ? 1.350039202129749e-8 : 0);
  const ofBase = near ? 0.5849624872207642 : 0;
  const logHigh = clearLowWord(zHigh + zLow + ofBase + n);
  return powerOf2(y, logHigh, zLow - (logHigh - n - ofBase - zHigh));
}

/** Computes 2^(y × (high + low)); the lower 32 bits of `high` must be zero. */
function powerOf2(y: number, high: number, low: number) {
  const yHigh = clearLowWord(y);
  const pLow = (y - yHigh) * high + y * low;
  const whole = yHigh * high;
  const z = pLow + whole;
  if (z >= 1024) return Infinity;
  if (z < -1075) return 0;
  const k = Math.abs(z) > 0.5 ? Math.trunc(z + (z < 0 ? -0.5 : 0.5)) : 0;
  const pHigh = whole - k;
  const t = clearLowWord(pLow + pHigh);
  const u = t * 0.6931471824645996;
  const v = (pLow - (t - pHigh)) * Math.LN2 + t * -1.904654299957768e-9;
  const x = u + v;
  const rest = v - (x - u);
  const xx = x * x;
  const c =
    x -
    xx *
      (0.16666666666666602 +
        xx *
          (-0.0027777777777015593 +
            xx * (6.613756321437934e-5 + xx * (-1.6533902205465252e-6 + xx * 4.1381367970572385e-8))));
  return scaleByPowerOf2(1 - ((x * c) / (c - 2 - (rest + x * rest)) - x), k);
}
