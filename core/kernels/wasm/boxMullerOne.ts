/** A standard normal number by Box & Muller, with the operations of core/math.ts and `CounterRandom.normal`. */
import {
  C1, C2, C3, C4, C5, C6, LG1, LG2, LG3, LG4, LG5, LG6, LG7, LN2_HIGH, LN2_LOW, QUARTER, QUARTER_LOW, S1, S2, S3, S4, S5,
  S6,
} from './boxMullerTable';
import { next1 } from './series';

/** ln of a normal number. */
function log(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  const m = (bits >> 32) & 0xfffff;
  const i = (m + 0x95f64) & 0x100000;
  const dk = 0.5 * <f64>((bits >> 52) - 1023 + (i >> 20)); // its factors are doubled
  const f = reinterpret<f64>(((m | (i ^ 0x3ff00000)) << 32) | (bits & 0xffffffff)) - 1;
  if ((0xfffff & (2 + m)) < 3) {
    if (f == 0) return dk * load<f64>(LN2_HIGH) + dk * load<f64>(LN2_LOW);
    const R = f * f * (0.5 - 0.33333333333333333 * f);
    return dk * load<f64>(LN2_HIGH) - (R - dk * load<f64>(LN2_LOW) - f);
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const t1 = w * next1(LG2, w, next1(LG4, w, load<f64>(LG6)));
  const R = 0.5 * (z * next1(LG1, w, next1(LG3, w, next1(LG5, w, load<f64>(LG7)))) + t1);
  if (m >= 0x6147a && m <= 0x6b851) {
    const half = 0.5 * f * f;
    return dk * load<f64>(LN2_HIGH) - (half - (s * (half + R) + dk * load<f64>(LN2_LOW)) - f);
  }
  return dk * load<f64>(LN2_HIGH) - (s * (f - R) - dk * load<f64>(LN2_LOW) - f);
}

/** cos(y + tail) and sin(y + tail) for |y| <= pi/4. */
function cosNear(y: f64, tail: f64): f64 {
  const z = y * y;
  const r = z * next1(C1, z, next1(C2, z, next1(C3, z, next1(C4, z, next1(C5, z, load<f64>(C6))))));
  const word = (reinterpret<i64>(y) >> 32) & 0x7fffffff;
  const q = word < 0x3fd33333 ? 0 : word > 0x3fe90000 ? 0.28125 : reinterpret<f64>((word - 0x00200000) << 32);
  return 1 - q - (0.5 * z - q - (z * r - y * tail));
}

function sinNear(y: f64, tail: f64): f64 {
  const z = y * y;
  const v = z * y;
  const r = next1(S2, z, next1(S3, z, next1(S4, z, next1(S5, z, load<f64>(S6)))));
  return y - (z * (0.5 * tail - v * r) - tail - v * load<f64>(S1));
}

/** cos x for 0 <= x <= 2 pi. */
function cos(x: f64): f64 {
  if (reinterpret<i64>(x) < 0x3fe921fc00000000) return cosNear(x, 0);
  const n = floor(x * 6.36619772367581382433e-1 + 0.5);
  let r = x - n * load<f64>(QUARTER);
  let w = n * load<f64>(QUARTER_LOW);
  let y = r - w;
  if ((reinterpret<i64>(x) >> 52) - ((reinterpret<i64>(y) >> 52) & 0x7ff) > 16) {
    const t = r;
    w = n * 6.07710050630396597660e-11;
    r = t - w;
    w = n * 2.02226624879595063154e-21 - (t - r - w);
    y = r - w;
  }
  const tail = r - y - w;
  const value = <i32>n & 1 ? sinNear(y, tail) : cosNear(y, tail);
  return (<i32>n + 1) & 2 ? -value : value;
}

/** What `CounterRandom.normal` makes of two words. */
export function normalOne(h: u32, l: u32): f64 {
  const radius = sqrt(-2 * log((<f64>h + 0.5) * 2.3283064365386963e-10));
  return radius * cos(6.283185307179586 * <f64>l * 2.3283064365386963e-10);
}
