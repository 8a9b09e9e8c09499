/** Standard normal numbers by Box & Muller, two at a time, with the operations of core/math.ts and `CounterRandom.normal`. */
import { all, next, next1 } from './series';

/** Constants of fdlibm's logarithm and cosine (see core/math.ts), in memory: loaded, not made anew in each turn. */
const T = memory.data<f64>(
  [
    0.6666666666666735130, 0.3999999999940941908, 0.2857142874366239149, 0.2222219843214978396, 0.1818357216161805012,
    0.1531383769920937332, 0.1479819860511658591, 0.693147180369123816490, 1.90821492927058770002e-10,
    4.16666666666666019037e-2, -1.38888888888741095749e-3, 2.48015872894767294178e-5, -2.75573143513906633035e-7,
    2.08757232129817482790e-9, -1.13596475577881948265e-11, -1.66666666666666324348e-1, 8.33333333332248946124e-3,
    -1.98412698298579493134e-4, 2.75573137070700676789e-6, -2.50507602534068634195e-8, 1.58969099521155010221e-10,
    6.36619772367581382433e-1, 1.57079632673412561417, 6.07710050650619224932e-11, 6.07710050630396597660e-11,
    2.02226624879595063154e-21, 6755399441055744.0, 0.5, 1, 6.283185307179586, 2.3283064365386963e-10, -2,
  ],
  16,
);
const LG1: usize = T + 0;
const LG2: usize = T + 8;
const LG3: usize = T + 16;
const LG4: usize = T + 24;
const LG5: usize = T + 32;
const LG6: usize = T + 40;
const LG7: usize = T + 48;
const LN2_HIGH: usize = T + 56;
const LN2_LOW: usize = T + 64;
const C1: usize = T + 72;
const C2: usize = T + 80;
const C3: usize = T + 88;
const C4: usize = T + 96;
const C5: usize = T + 104;
const C6: usize = T + 112;
const S1: usize = T + 120;
const S2: usize = T + 128;
const S3: usize = T + 136;
const S4: usize = T + 144;
const S5: usize = T + 152;
const S6: usize = T + 160;
const PER_QUARTER: usize = T + 168;
const QUARTER: usize = T + 176;
const QUARTER_LOW: usize = T + 184;
const NEXT: usize = T + 192;
const NEXT_LOW: usize = T + 200;
const WHOLE: usize = T + 208;
const HALF: usize = T + 216;
const ONE: usize = T + 224;
const TURN: usize = T + 232;
const SHARE: usize = T + 240;
const MINUS_TWO: usize = T + 248;

/** Bit patterns and whole numbers of the same. */
const B = memory.data<i64>(
  [
    0xfffff, 0x95f64, 0x100000, 1023, 0x3ff00000, 0xffffffff, 0x61479, 0x6b852, 0x3fe921fc00000000, 0x7fffffff00000000,
    0x0020000000000000, 0x3fe9000000000000, 0x3fd3333300000000, 1, 2,
  ],
  16,
);

const F = memory.data<f64>([2e-6, 2, 0.000244140625, 0.28125], 16);

/** ln of a normal number. */
function log1(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  const m = (bits >> 32) & 0xfffff;
  const i = (m + 0x95f64) & 0x100000;
  const dk = <f64>((bits >> 52) - 1023 + (i >> 20));
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
  const R = z * next1(LG1, w, next1(LG3, w, next1(LG5, w, load<f64>(LG7)))) + t1;
  if (m >= 0x6147a && m <= 0x6b851) {
    const half = 0.5 * f * f;
    return dk * load<f64>(LN2_HIGH) - (half - (s * (half + R) + dk * load<f64>(LN2_LOW)) - f);
  }
  return dk * load<f64>(LN2_HIGH) - (s * (f - R) - dk * load<f64>(LN2_LOW) - f);
}

/** The same of two. */
@inline
function logs(x: v128): v128 {
  const word = i64x2.shr_u(x, 32);
  const m = v128.and(word, all(B + 0));
  const i = v128.and(i64x2.add(m, all(B + 8)), all(B + 16));
  const k = i64x2.add(i64x2.sub(i64x2.shr_u(word, 20), all(B + 24)), i64x2.shr_u(i, 20));
  const upper = i64x2.shl(v128.or(m, v128.xor(i, all(B + 32))), 32);
  const f = f64x2.sub(v128.or(upper, v128.and(x, all(B + 40))), all(ONE));
  if (v128.any_true(f64x2.lt(f64x2.abs(f), all(F + 0)))) {
    return f64x2.replace_lane(f64x2.splat(log1(f64x2.extract_lane(x, 0))), 1, log1(f64x2.extract_lane(x, 1)));
  }
  const dk = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(k, k, 0, 2, 0, 2));
  const s = f64x2.div(f, f64x2.add(all(F + 8), f));
  const z = f64x2.mul(s, s);
  const w = f64x2.mul(z, z);
  const t1 = f64x2.mul(w, next(LG2, w, next(LG4, w, all(LG6))));
  const R = f64x2.add(f64x2.mul(z, next(LG1, w, next(LG3, w, next(LG5, w, all(LG7))))), t1);
  const half = f64x2.mul(f64x2.mul(all(HALF), f), f);
  const small = f64x2.mul(dk, all(LN2_LOW));
  const inner = f64x2.sub(half, f64x2.add(f64x2.mul(s, f64x2.add(half, R)), small));
  const outer = f64x2.sub(f64x2.mul(s, f64x2.sub(f, R)), small);
  const middle = v128.and(i64x2.gt_s(m, all(B + 48)), i64x2.lt_s(m, all(B + 56)));
  return f64x2.sub(f64x2.mul(dk, all(LN2_HIGH)), f64x2.sub(v128.bitselect(inner, outer, middle), f));
}

/** cos(y + tail) and sin(y + tail) for |y| <= pi/4. */
function cos1(y: f64, tail: f64): f64 {
  const z = y * y;
  const r = z * next1(C1, z, next1(C2, z, next1(C3, z, next1(C4, z, next1(C5, z, load<f64>(C6))))));
  const word = (reinterpret<i64>(y) >> 32) & 0x7fffffff;
  const q = word < 0x3fd33333 ? 0 : word > 0x3fe90000 ? 0.28125 : reinterpret<f64>((word - 0x00200000) << 32);
  return 1 - q - (0.5 * z - q - (z * r - y * tail));
}

function sin1(y: f64, tail: f64): f64 {
  const z = y * y;
  const v = z * y;
  const r = next1(S2, z, next1(S3, z, next1(S4, z, next1(S5, z, load<f64>(S6)))));
  return y - (z * (0.5 * tail - v * r) - tail - v * load<f64>(S1));
}

/** cos x for 0 <= x <= 2 pi. */
function cosine(x: f64): f64 {
  if (reinterpret<i64>(x) < 0x3fe921fc00000000) return cos1(x, 0);
  const n = floor(x * load<f64>(PER_QUARTER) + 0.5);
  let r = x - n * load<f64>(QUARTER);
  let w = n * load<f64>(QUARTER_LOW);
  let y = r - w;
  if ((reinterpret<i64>(x) >> 52) - ((reinterpret<i64>(y) >> 52) & 0x7ff) > 16) {
    const t = r;
    w = n * load<f64>(NEXT);
    r = t - w;
    w = n * load<f64>(NEXT_LOW) - (t - r - w);
    y = r - w;
  }
  const tail = r - y - w;
  const value = <i32>n & 1 ? sin1(y, tail) : cos1(y, tail);
  return (<i32>n + 1) & 2 ? -value : value;
}

/** The same of two. */
@inline
function cosines(x: v128): v128 {
  const direct = i64x2.lt_s(x, all(B + 64));
  const n = v128.andnot(f64x2.floor(f64x2.add(f64x2.mul(x, all(PER_QUARTER)), all(HALF))), direct);
  const r = f64x2.sub(x, f64x2.mul(n, all(QUARTER)));
  const w = f64x2.mul(n, all(QUARTER_LOW));
  const y = f64x2.sub(r, w);
  if (v128.any_true(v128.andnot(f64x2.lt(f64x2.abs(y), all(F + 16)), direct))) {
    return f64x2.replace_lane(f64x2.splat(cosine(f64x2.extract_lane(x, 0))), 1, cosine(f64x2.extract_lane(x, 1)));
  }
  const tail = f64x2.sub(f64x2.sub(r, y), w);
  const z = f64x2.mul(y, y);
  const half = f64x2.mul(all(HALF), z);
  const rc = f64x2.mul(z, next(C1, z, next(C2, z, next(C3, z, next(C4, z, next(C5, z, all(C6)))))));
  const word = v128.and(y, all(B + 72));
  let q = i64x2.sub(word, all(B + 80));
  q = v128.bitselect(all(F + 24), q, i64x2.gt_s(word, all(B + 88)));
  q = v128.andnot(q, i64x2.lt_s(word, all(B + 96)));
  const c = f64x2.sub(
    f64x2.sub(all(ONE), q),
    f64x2.sub(f64x2.sub(half, q), f64x2.sub(f64x2.mul(z, rc), f64x2.mul(y, tail))),
  );
  const v = f64x2.mul(z, y);
  const rs = next(S2, z, next(S3, z, next(S4, z, next(S5, z, all(S6)))));
  const lost = f64x2.sub(f64x2.mul(z, f64x2.sub(f64x2.mul(all(HALF), tail), f64x2.mul(v, rs))), tail);
  const s = f64x2.sub(y, f64x2.sub(lost, f64x2.mul(v, all(S1))));
  const bits = f64x2.add(n, all(WHOLE)); // its lowest bits are n
  const odd = i64x2.neg(v128.and(bits, all(B + 104)));
  const sign = i64x2.shl(v128.and(i64x2.add(bits, all(B + 104)), all(B + 112)), 62);
  return v128.xor(v128.bitselect(s, c, odd), sign);
}

/** What `CounterRandom.normal` makes of the words of two numbers. */
@inline
export function normalPair(h: v128, l: v128): v128 {
  const u = f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_u(h), all(HALF)), all(SHARE));
  const radius = f64x2.sqrt(f64x2.mul(all(MINUS_TWO), logs(u)));
  const angle = f64x2.mul(f64x2.mul(all(TURN), f64x2.convert_low_i32x4_u(l)), all(SHARE));
  return f64x2.mul(radius, cosines(angle));
}
