/**
 * Standard normal numbers by Box & Muller, up to 64 together, with the operations of core/math.ts and `CounterRandom.normal`. Step by
 * step for all of them: what is waited for in one step is short, so that the processor overlaps many of them. Where fdlibm has two
 * formulas, both are one here, of operands that are 0 or 1 for one of them: that and a changed sign or doubling lose no bit.
 */
import {
  COSINES, LG1, LG2, LG3, LG4, LG5, LG6, LG7, LN2_HIGH, LN2_LOW, ONE, QUARTER, QUARTER_LOW, SERIES, SERIES_BYTES, TURN, TWO,
  WHOLE, WHOLE_LESS,
} from './boxMullerTable';
import { normalOf } from './rare';
import { all, higher, lower } from './series';

/** Of 32 bits, each twice: bit patterns and whole numbers. */
const B = memory.data<u32>(
  [
    0x41300000, 0x41300000, 0x95f64, 0x95f64, 1023, 1023, 0x1eb86, 0x1eb86, 0x8a3d8000, 0x8a3d8000, 2, 2,
    0x10000000, 0x10000000, 0x60000000, 0x60000000, 0x80000000, 0x80000000, 0, 0x7fffffff, 0, 0x00200000,
    0x3fe90000, 0x3fe90000, 0, 0x3fd20000,
  ],
  16,
);

/** Of all numbers between two steps. Of the logarithm: the reduced argument f, f / (2 + f), the power of two, which formula. */
const F = memory.data(512, 16);
const S = memory.data(512, 16);
const D = memory.data(512, 16);
const M = memory.data(512, 16);
/** Of four numbers at a time: which are sines (the highest bit says it), and their signs. */
const Q = memory.data(512, 16);

/** Whole numbers of 32 bits, the last two of four. */
@inline
function lastTwo(k: v128): v128 {
  return f64x2.convert_low_i32x4_s(v128.shuffle<i32>(k, k, 2, 3, 2, 3));
}

@inline
function anyBelow(words: v128, bound: u32): bool {
  return v128.any_true(i32x4.lt_u(words, i32x4.splat(bound)));
}

/** Begins the logarithms of (h + 1/2) 2^-32; returns whether any needs the formula next to powers of two. */
function reduce(words: usize, end: usize): bool {
  const upper = all(B);
  const half = all(WHOLE_LESS);
  const up = all(B + 8);
  const bias = all(B + 16);
  const middleFrom = all(B + 24);
  const middleTo = all(B + 32);
  const near = all(B + 40);
  const one = all(ONE);
  const two = all(TWO);
  const zero = i32x4.splat(0);
  let nearest = i32x4.splat(-1);
  let to: usize = 0;
  for (let at = words; at < end; at += 32, to += 32) {
    const h = v128.load(at);
    const u = f64x2.sub(lower(h, upper), half); // 2^20 + h 2^-32 are the bits of h below those of 2^20
    const v = f64x2.sub(higher(h, upper), half);
    const word = v128.shuffle<i32>(u, v, 1, 3, 5, 7);
    const k = i32x4.sub(i32x4.shr_u(i32x4.add(word, up), 20), bias);
    const middle = i32x4.lt_s(i32x4.shl(i32x4.add(word, middleFrom), 12), middleTo);
    nearest = i32x4.min_u(nearest, i32x4.shl(i32x4.add(word, near), 12));
    const shift = i32x4.shl(k, 20);
    const f = f64x2.sub(i32x4.sub(u, lower(zero, shift)), one);
    const g = f64x2.sub(i32x4.sub(v, higher(zero, shift)), one);
    v128.store(F + to, f);
    v128.store(F + to, g, 16);
    v128.store(S + to, f64x2.div(f, f64x2.add(two, f)));
    v128.store(S + to, f64x2.div(g, f64x2.add(two, g)), 16);
    v128.store(D + to, f64x2.convert_low_i32x4_s(k));
    v128.store(D + to, lastTwo(k), 16);
    v128.store(M + to, lower(middle, middle));
    v128.store(M + to, higher(middle, middle), 16);
  }
  return anyBelow(nearest, 3 << 12);
}

/** a + b c. */
@inline
function plus(a: v128, b: v128, c: v128): v128 {
  return f64x2.add(a, f64x2.mul(b, c));
}

/** Twice the series of the logarithms. */
function logarithmSeries(bytes: usize, out: usize): void {
  const a1 = all(LG1);
  const a2 = all(LG2);
  const a3 = all(LG3);
  const a4 = all(LG4);
  const a5 = all(LG5);
  const a6 = all(LG6);
  const a7 = all(LG7);
  for (let at: usize = 0; at < bytes; at += 16) {
    const s = v128.load(S + at);
    const z = f64x2.mul(s, s);
    const w = f64x2.mul(z, z);
    const even = f64x2.mul(w, plus(a2, w, plus(a4, w, a6)));
    v128.store(out + at, f64x2.add(f64x2.mul(z, plus(a1, w, plus(a3, w, plus(a5, w, a7)))), even));
  }
}

/** -2 ln: all but `middle`, for which fdlibm takes f - (f²/2 - …) in place of f - s (f - …), is doubled. */
function logarithms(bytes: usize, out: usize): void {
  const low = all(LN2_LOW);
  const high = all(LN2_HIGH);
  for (let at: usize = 0; at < bytes; at += 16) {
    const f = v128.load(F + at);
    const dk = v128.load(D + at);
    const middle = v128.load(M + at);
    const twice = f64x2.add(f, f);
    const square = v128.and(f64x2.mul(f, f), middle);
    const inner = f64x2.sub(square, v128.andnot(twice, middle));
    const sum = plus(f64x2.mul(v128.load(S + at), f64x2.add(inner, v128.load(out + at))), dk, low);
    v128.store(out + at, f64x2.sub(f64x2.sub(f64x2.sub(square, sum), twice), f64x2.mul(dk, high)));
  }
}

@inline
function within(to: usize, x: v128, n: v128, quarter: v128, quarterLow: v128): void {
  const r = f64x2.sub(x, f64x2.mul(n, quarter));
  const w = f64x2.mul(n, quarterLow);
  const y = f64x2.sub(r, w);
  v128.store(F + to, y);
  v128.store(D + to, f64x2.sub(f64x2.sub(r, y), w));
}

/**
 * Brings the angles 2 pi l 2^-32 to within an eighth of a turn, y + tail. Returns whether one of them is a multiple of a quarter,
 * which is brought there in smaller parts, or hardly above an eighth, as fdlibm looks only at the upper half of the angle.
 */
function angles(words: usize, end: usize): bool {
  const upper = all(B);
  const eighth = all(B + 48);
  const behind = all(B + 56);
  const negative = all(B + 64);
  const turn = all(TURN);
  const whole = all(WHOLE);
  const quarter = all(QUARTER);
  const quarterLow = all(QUARTER_LOW);
  let nearest = i32x4.splat(-1);
  let to: usize = 0;
  for (let at = words; at < end; at += 32, to += 32) {
    const l = v128.load(at, 16);
    nearest = i32x4.min_u(nearest, i32x4.shl(l, 3));
    const n = i32x4.shr_u(i32x4.add(i32x4.shr_u(l, 1), eighth), 29);
    v128.store(Q + to, i32x4.shl(n, 31));
    v128.store(Q + to, v128.and(i32x4.add(l, behind), negative), 16);
    const x = f64x2.mul(turn, f64x2.sub(lower(l, upper), whole));
    const y = f64x2.mul(turn, f64x2.sub(higher(l, upper), whole));
    within(to, x, f64x2.convert_low_i32x4_s(n), quarter, quarterLow);
    within(to + 16, y, lastTwo(n), quarter, quarterLow);
  }
  return anyBelow(nearest, 0xdb << 3);
}

/** The series of two numbers, of which `c` says whether they are sines. */
@inline
function sum(at: usize, c: usize): void {
  const y = v128.load(F + at);
  const z = f64x2.mul(y, y);
  let r = plus(v128.load(c, 16), z, v128.load(c));
  r = plus(v128.load(c, 32), z, r);
  r = plus(v128.load(c, 48), z, r);
  r = plus(v128.load(c, 64), z, r);
  v128.store(S + at, plus(v128.load(c, 80), z, r));
}

function sums(bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 32) {
    const sines = <usize>i32x4.bitmask(v128.load(Q + at));
    sum(at, SERIES + SERIES_BYTES * (sines & 3));
    sum(at + 16, SERIES + SERIES_BYTES * (sines >> 2));
  }
}

/**
 * What is made of the series r: the cosine 1 - q - (z/2 - q - (z z r - y tail)), or the sine y - (z (tail/2 - z y r) - tail - z y S1),
 * both as v - q + (z (z v r - h tail) - t tail + (z v k + q)).
 */
@inline
function product(at: usize, out: usize, which: usize, sign: v128): void {
  const c = SERIES + SERIES_BYTES * which;
  const bits = COSINES + (which << 5);
  const y = v128.load(F + at);
  const tail = v128.load(D + at);
  const z = f64x2.mul(y, y);
  const cosines = v128.load(bits);
  const v = v128.or(v128.andnot(y, cosines), v128.load(c, 96)); // y or 1
  const t = v128.or(v128.and(y, cosines), v128.load(c, 112)); // -1 or y
  const zv = f64x2.mul(z, v);
  const word = v128.and(y, all(B + 72));
  let q = i32x4.max_s(i32x4.sub(word, all(B + 80)), v128.and(i32x4.gt_s(word, all(B + 88)), all(B + 96)));
  q = v128.and(q, i32x4.gt_s(word, v128.load(bits, 16))); // lower halves are 0
  const inner = f64x2.mul(z, f64x2.sub(f64x2.mul(zv, v128.load(S + at)), f64x2.mul(tail, v128.load(c, 128))));
  const rest = f64x2.add(f64x2.sub(inner, f64x2.mul(tail, t)), plus(q, zv, v128.load(c, 144)));
  const cosine = v128.xor(f64x2.add(f64x2.sub(v, q), rest), sign);
  v128.store(out, f64x2.mul(f64x2.sqrt(v128.load(out)), cosine));
}

function products(bytes: usize, out: usize): void {
  const zero = i32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 32) {
    const sines = <usize>i32x4.bitmask(v128.load(Q + at));
    const sign = v128.load(Q + at, 16);
    product(at, out + at, sines & 3, lower(zero, sign));
    product(at + 16, out + at + 16, sines >> 2, higher(zero, sign));
  }
}

function oneByOne(words: usize, end: usize, out: usize): void {
  for (let at = words; at < end; at += 32) {
    for (let i: usize = 0; i < 16; i += 4, out += 8) store<f64>(out, normalOf(load<u32>(at + i), load<u32>(at + i, 16)));
  }
}

/**
 * What `CounterRandom.normal` makes of words that lie there by four, the first ones before the second ones. That only the words set
 * apart as rare need more than these formulas was found by comparing all 2^32 of each.
 */
export function normalsOf(words: usize, end: usize, out: usize): void {
  const bytes = end - words;
  const near = reduce(words, end);
  logarithmSeries(bytes, out);
  logarithms(bytes, out);
  if (angles(words, end) || near) {
    oneByOne(words, end, out);
    return;
  }
  sums(bytes);
  products(bytes, out);
}
