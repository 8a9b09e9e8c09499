/** Random numbers by counter, eight at a time: what `CounterRandom` draws, by the same operations. */
import { all, normalPair } from './boxMuller';

@inline
function turned(x: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(x, bits), i32x4.shr_u(x, 32 - bits));
}

/** Keys, as `mix` adds them at the start and after each of five groups of rounds. */
const K = memory.data(192, 16);

function setKeys(k0: i32, k1: i32): void {
  const k2 = 0x1bd11bda ^ k0 ^ k1;
  setKey(0, k0, k1);
  setKey(1, k1, k2 + 1);
  setKey(2, k2, k0 + 2);
  setKey(3, k0, k1 + 3);
  setKey(4, k1, k2 + 4);
  setKey(5, k2, k0 + 5);
}

function setKey(group: usize, first: i32, second: i32): void {
  v128.store(K + (group << 5), i32x4.splat(first));
  v128.store(K + (group << 5), i32x4.splat(second), 16);
}

/** The two words of four (entity, count), and of the next four, in memory. */
const WORDS = memory.data(64, 16);

/** Threefry-2x32-20 of eight, in two vectors that do not wait for each other. */
@inline
function mix(entities: usize, counts: usize): void {
  let a0 = i32x4.add(v128.load(entities), v128.load(K));
  let a1 = i32x4.add(v128.load(counts), v128.load(K, 16));
  let b0 = i32x4.add(v128.load(entities, 16), v128.load(K));
  let b1 = i32x4.add(v128.load(counts, 16), v128.load(K, 16));
  for (let key = K + 32; ; key += 64) {
    a0 = i32x4.add(a0, a1);
    a1 = v128.xor(turned(a1, 13), a0);
    b0 = i32x4.add(b0, b1);
    b1 = v128.xor(turned(b1, 13), b0);
    a0 = i32x4.add(a0, a1);
    a1 = v128.xor(turned(a1, 15), a0);
    b0 = i32x4.add(b0, b1);
    b1 = v128.xor(turned(b1, 15), b0);
    a0 = i32x4.add(a0, a1);
    a1 = v128.xor(turned(a1, 26), a0);
    b0 = i32x4.add(b0, b1);
    b1 = v128.xor(turned(b1, 26), b0);
    a0 = i32x4.add(a0, a1);
    a1 = v128.xor(turned(a1, 6), a0);
    b0 = i32x4.add(b0, b1);
    b1 = v128.xor(turned(b1, 6), b0);
    a0 = i32x4.add(a0, v128.load(key));
    a1 = i32x4.add(a1, v128.load(key, 16));
    b0 = i32x4.add(b0, v128.load(key));
    b1 = i32x4.add(b1, v128.load(key, 16));
    if (key == K + 160) break;
    a0 = i32x4.add(a0, a1);
    a1 = v128.xor(turned(a1, 17), a0);
    b0 = i32x4.add(b0, b1);
    b1 = v128.xor(turned(b1, 17), b0);
    a0 = i32x4.add(a0, a1);
    a1 = v128.xor(turned(a1, 29), a0);
    b0 = i32x4.add(b0, b1);
    b1 = v128.xor(turned(b1, 29), b0);
    a0 = i32x4.add(a0, a1);
    a1 = v128.xor(turned(a1, 16), a0);
    b0 = i32x4.add(b0, b1);
    b1 = v128.xor(turned(b1, 16), b0);
    a0 = i32x4.add(a0, a1);
    a1 = v128.xor(turned(a1, 24), a0);
    b0 = i32x4.add(b0, b1);
    b1 = v128.xor(turned(b1, 24), b0);
    a0 = i32x4.add(a0, v128.load(key, 32));
    a1 = i32x4.add(a1, v128.load(key, 48));
    b0 = i32x4.add(b0, v128.load(key, 32));
    b1 = i32x4.add(b1, v128.load(key, 48));
  }
  v128.store(WORDS, a0);
  v128.store(WORDS, a1, 16);
  v128.store(WORDS, b0, 32);
  v128.store(WORDS, b1, 48);
}

/** Weight of the upper word, and of their sum, in memory as there. */
const PARTS = memory.data<f64>([67108864, 1.1102230246251565e-16, 0.5], 16);

/** What `CounterRandom.uniform` makes of them. */
@inline
function uniformPair(h: v128, l: v128): v128 {
  const upper = f64x2.mul(f64x2.convert_low_i32x4_u(i32x4.shr_u(h, 5)), all(PARTS));
  const sum = f64x2.add(f64x2.add(upper, f64x2.convert_low_i32x4_u(i32x4.shr_u(l, 6))), all(PARTS + 16));
  return f64x2.mul(sum, all(PARTS + 8));
}

/** out[i] is draw counts[i] of entities[i] under the key; the arrays have room for a multiple of eight. */
@inline
function draw(normal: bool, k0: i32, k1: i32, entities: usize, counts: usize, n: u32, out: usize): void {
  setKeys(k0, k1);
  for (const end = entities + (<usize>n << 2); entities < end; entities += 32, counts += 32) {
    mix(entities, counts);
    for (let words = WORDS; words < WORDS + 64; words += 32, out += 32) {
      const h = v128.load(words);
      const l = v128.load(words, 16);
      const high = v128.shuffle<i64>(h, h, 1, 1);
      const low = v128.shuffle<i64>(l, l, 1, 1);
      v128.store(out, normal ? normalPair(h, l) : uniformPair(h, l));
      v128.store(out, normal ? normalPair(high, low) : uniformPair(high, low), 16);
    }
  }
}

export function normals(k0: i32, k1: i32, entities: usize, counts: usize, n: u32, out: usize): void {
  draw(true, k0, k1, entities, counts, n, out);
}

export function uniforms(k0: i32, k1: i32, entities: usize, counts: usize, n: u32, out: usize): void {
  draw(false, k0, k1, entities, counts, n, out);
}
