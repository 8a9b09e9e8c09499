/**
 * Standard normal numbers by Box & Muller, up to 64 together, with the operations of core/math.ts and `CounterRandom.normal`. Step by
 * step for all of them: what is waited for in one step is short, so that the processor overlaps many of them.
 */
import { normalOne } from './boxMullerOne';
import {
  HALF, LG1, LG2, LG3, LG4, LG5, LG6, LG7, LN2_HIGH, LN2_LOW, MINUS_TWO, ONE, QUARTER, QUARTER_LOW, S1, SERIES, TURN, TWO,
  WHOLE, WHOLE_LESS,
} from './boxMullerTable';
import { all, higher, lower, next } from './series';

/** Of 32 bits, each twice: bit patterns and whole numbers. */
const B = memory.data<u32>(
  [
    0x41300000, 0x41300000, 0x95f64, 0x95f64, 1023, 1023, 0xfffff, 0xfffff, 0x61479, 0x61479, 0x6b852, 0x6b852, 2, 2, 3, 3,
    0x10000000, 0x10000000, 0x2000_00db, 0x2000_00db, 1, 1, 0x80000000, 0x80000000, 0, 0x7fffffff, 0, 0x00200000,
    0x3fe90000, 0x3fe90000, 0x3fd33333, 0x3fd33333, 0, 0x3fd20000,
  ],
  16,
);

/** Of all numbers between two steps. Of the logarithm: the reduced argument f, f / (2 + f), the power of two, which formula. */
const F = memory.data(512, 16);
const S = memory.data(512, 16);
const D = memory.data(512, 16);
const M = memory.data(512, 16);
/** Of four numbers at a time: which are sines, and their signs. */
const Q = memory.data(512, 16);

/** Whole numbers of 32 bits, the last two of four. */
@inline
function lastTwo(k: v128): v128 {
  return f64x2.convert_low_i32x4_s(v128.shuffle<i32>(k, k, 2, 3, 2, 3));
}

/** Begins the logarithms of (h + 1/2) 2^-32; returns whether any needs the formula next to powers of two. */
function reduce(words: usize, end: usize): bool {
  const zero = i32x4.splat(0);
  let rare = zero;
  let to: usize = 0;
  for (let at = words; at < end; at += 32, to += 32) {
    const h = v128.load(at);
    const u = f64x2.sub(lower(h, all(B)), all(WHOLE_LESS)); // 2^20 + h 2^-32 are the bits of h below those of 2^20
    const v = f64x2.sub(higher(h, all(B)), all(WHOLE_LESS));
    const word = v128.shuffle<i32>(u, v, 1, 3, 5, 7);
    const k = i32x4.sub(i32x4.shr_u(i32x4.add(word, all(B + 8)), 20), all(B + 16));
    const m = v128.and(word, all(B + 24));
    const middle = v128.and(i32x4.gt_s(m, all(B + 32)), i32x4.lt_s(m, all(B + 40)));
    rare = v128.or(rare, i32x4.lt_s(v128.and(i32x4.add(word, all(B + 48)), all(B + 24)), all(B + 56)));
    const shift = i32x4.shl(k, 20);
    const f = f64x2.sub(i32x4.sub(u, lower(zero, shift)), all(ONE));
    const g = f64x2.sub(i32x4.sub(v, higher(zero, shift)), all(ONE));
    v128.store(F + to, f);
    v128.store(F + to, g, 16);
    v128.store(S + to, f64x2.div(f, f64x2.add(all(TWO), f)));
    v128.store(S + to, f64x2.div(g, f64x2.add(all(TWO), g)), 16);
    v128.store(D + to, f64x2.convert_low_i32x4_s(k));
    v128.store(D + to, lastTwo(k), 16);
    v128.store(M + to, lower(middle, middle));
    v128.store(M + to, higher(middle, middle), 16);
  }
  return v128.any_true(rare);
}

function logarithms(bytes: usize, out: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const f = v128.load(F + at);
    const dk = v128.load(D + at);
    const s = v128.load(S + at);
    const z = f64x2.mul(s, s);
    const w = f64x2.mul(z, z);
    const t1 = f64x2.mul(w, next(LG2, w, next(LG4, w, all(LG6))));
    const R = f64x2.add(f64x2.mul(z, next(LG1, w, next(LG3, w, next(LG5, w, all(LG7))))), t1);
    const half = f64x2.mul(f64x2.mul(all(HALF), f), f);
    const small = f64x2.mul(dk, all(LN2_LOW));
    const inner = f64x2.sub(half, f64x2.add(f64x2.mul(s, f64x2.add(half, R)), small));
    const outer = f64x2.sub(f64x2.mul(s, f64x2.sub(f, R)), small);
    const rest = f64x2.sub(v128.bitselect(inner, outer, v128.load(M + at)), f);
    v128.store(out + at, f64x2.sub(f64x2.mul(dk, all(LN2_HIGH)), rest));
  }
}

@inline
function within(to: usize, x: v128, n: v128): void {
  const r = f64x2.sub(x, f64x2.mul(n, all(QUARTER)));
  const w = f64x2.mul(n, all(QUARTER_LOW));
  const y = f64x2.sub(r, w);
  v128.store(F + to, y);
  v128.store(D + to, f64x2.sub(f64x2.sub(r, y), w));
}

/**
 * Brings the angles 2 pi l 2^-32 to within an eighth of a turn, y + tail; returns whether one of them is a multiple of a quarter,
 * which is brought there in smaller parts.
 */
function angles(words: usize, end: usize): bool {
  const zero = i32x4.splat(0);
  let rare = zero;
  let to: usize = 0;
  for (let at = words; at < end; at += 32, to += 32) {
    const l = v128.load(at, 16);
    rare = v128.or(rare, i32x4.eq(i32x4.shl(l, 2), zero));
    // The nearest quarter; at first a little later, as fdlibm looks only at the upper half of the angle.
    const nearest = i32x4.shr_u(i32x4.add(i32x4.shr_u(l, 1), all(B + 64)), 29);
    const n = v128.and(nearest, i32x4.ge_u(l, all(B + 72)));
    v128.store(Q + to, i32x4.shr_s(i32x4.shl(n, 31), 31));
    v128.store(Q + to, v128.and(i32x4.shl(i32x4.add(n, all(B + 80)), 30), all(B + 88)), 16);
    const x = f64x2.mul(all(TURN), f64x2.sub(lower(l, all(B)), all(WHOLE)));
    const y = f64x2.mul(all(TURN), f64x2.sub(higher(l, all(B)), all(WHOLE)));
    within(to, x, f64x2.convert_low_i32x4_s(n));
    within(to + 16, y, lastTwo(n));
  }
  return v128.any_true(rare);
}

/** The series of two numbers, of which `c` says whether they are sines. */
@inline
function sum(at: usize, c: usize): void {
  const y = v128.load(F + at);
  const z = f64x2.mul(y, y);
  let r = f64x2.add(v128.load(c, 16), f64x2.mul(z, v128.load(c)));
  r = f64x2.add(v128.load(c, 32), f64x2.mul(z, r));
  r = f64x2.add(v128.load(c, 48), f64x2.mul(z, r));
  r = f64x2.add(v128.load(c, 64), f64x2.mul(z, r));
  v128.store(S + at, f64x2.add(v128.load(c, 80), f64x2.mul(z, r)));
}

function sums(bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 32) {
    const sines = <usize>i32x4.bitmask(v128.load(Q + at));
    sum(at, SERIES + 96 * (sines & 3));
    sum(at + 16, SERIES + 96 * (sines >> 2));
  }
}

@inline
function product(at: usize, out: usize, odd: v128, sign: v128): void {
  const y = v128.load(F + at);
  const tail = v128.load(D + at);
  const r = v128.load(S + at);
  const z = f64x2.mul(y, y);
  const half = f64x2.mul(all(HALF), z);
  const word = v128.and(y, all(B + 96));
  let q = v128.bitselect(all(B + 128), i32x4.sub(word, all(B + 104)), i32x4.gt_s(word, all(B + 112)));
  q = v128.andnot(q, i32x4.lt_s(word, all(B + 120))); // lower halves are 0, which is less
  const c = f64x2.sub(
    f64x2.sub(all(ONE), q),
    f64x2.sub(f64x2.sub(half, q), f64x2.sub(f64x2.mul(z, f64x2.mul(z, r)), f64x2.mul(y, tail))),
  );
  const v = f64x2.mul(z, y);
  const lost = f64x2.sub(f64x2.mul(z, f64x2.sub(f64x2.mul(all(HALF), tail), f64x2.mul(v, r))), tail);
  const s = f64x2.sub(y, f64x2.sub(lost, f64x2.mul(v, all(S1))));
  const cosine = v128.xor(v128.bitselect(s, c, odd), sign);
  v128.store(out, f64x2.mul(f64x2.sqrt(f64x2.mul(all(MINUS_TWO), v128.load(out))), cosine));
}

function products(bytes: usize, out: usize): void {
  const zero = i32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 32) {
    const odd = v128.load(Q + at);
    const sign = v128.load(Q + at, 16);
    product(at, out + at, lower(odd, odd), lower(zero, sign));
    product(at + 16, out + at + 16, higher(odd, odd), higher(zero, sign));
  }
}

function oneByOne(words: usize, end: usize, out: usize): void {
  for (let at = words; at < end; at += 32) {
    for (let i: usize = 0; i < 16; i += 4, out += 8) store<f64>(out, normalOne(load<u32>(at + i), load<u32>(at + i, 16)));
  }
}

/**
 * What `CounterRandom.normal` makes of words that lie there by four, the first ones before the second ones. That only the words set
 * apart as rare need more than these formulas was found by comparing all 2^32 of each.
 */
export function normalsOf(words: usize, end: usize, out: usize): void {
  const bytes = end - words;
  const near = reduce(words, end);
  logarithms(bytes, out);
  if (angles(words, end) || near) {
    oneByOne(words, end, out);
    return;
  }
  sums(bytes);
  products(bytes, out);
}
