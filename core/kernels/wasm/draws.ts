/** Random numbers by counter, many at a time: what `CounterRandom` draws, by the same operations. */
import { normalsOf } from './boxMuller';
import { all } from './series';

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

/** Draws that are mixed together: enough for the processor to overlap them, and few enough for its fastest memory. */
const MOST: u32 = 64;

/** First words of four of them, second words of four, and so on. */
const WORDS = memory.data(512, 16);

/** Four rounds of all words up to `end`, and a pair of keys. */
@inline
function rounds(first: i32, second: i32, third: i32, fourth: i32, end: usize, key: usize): void {
  const k0 = v128.load(key);
  const k1 = v128.load(key, 16);
  for (let at = WORDS; at < end; at += 32) {
    let x0 = v128.load(at);
    let x1 = v128.load(at, 16);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(turned(x1, first), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(turned(x1, second), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(turned(x1, third), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(turned(x1, fourth), x0);
    v128.store(at, i32x4.add(x0, k0));
    v128.store(at, i32x4.add(x1, k1), 16);
  }
}

function odd(end: usize, key: usize): void {
  rounds(13, 15, 26, 6, end, key);
}

function even(end: usize, key: usize): void {
  rounds(17, 29, 16, 24, end, key);
}

/** Threefry-2x32-20 of up to `MOST`; returns where their words end. */
function mix(entities: usize, counts: usize, n: u32): usize {
  const end = WORDS + (<usize>(n + 3) >> 2 << 5);
  const k0 = v128.load(K);
  const k1 = v128.load(K, 16);
  for (let at = WORDS; at < end; at += 32, entities += 16, counts += 16) {
    v128.store(at, i32x4.add(v128.load(entities), k0));
    v128.store(at, i32x4.add(v128.load(counts), k1), 16);
  }
  odd(end, K + 32);
  even(end, K + 64);
  odd(end, K + 96);
  even(end, K + 128);
  odd(end, K + 160);
  return end;
}

/** Weight of the upper word, and of their sum, in memory as there. */
const PARTS = memory.data<f64>([67108864, 1.1102230246251565e-16, 0.5], 16);

/** What `CounterRandom.uniform` makes of the words. */
function uniformsOf(end: usize, out: usize): void {
  for (let words = WORDS; words < end; words += 32) {
    for (let half: usize = 0; half < 16; half += 8, out += 16) {
      const h = v128.load_zero<u64>(words + half);
      const l = v128.load_zero<u64>(words + half, 16);
      const upper = f64x2.mul(f64x2.convert_low_i32x4_u(i32x4.shr_u(h, 5)), all(PARTS));
      const sum = f64x2.add(f64x2.add(upper, f64x2.convert_low_i32x4_u(i32x4.shr_u(l, 6))), all(PARTS + 16));
      v128.store(out, f64x2.mul(sum, all(PARTS + 8)));
    }
  }
}

/** out[i] is draw counts[i] of entities[i] under the key; the arrays have room for a multiple of eight. */
@inline
function draw(normal: bool, k0: i32, k1: i32, entities: usize, counts: usize, n: u32, out: usize): void {
  setKeys(k0, k1);
  for (let done: u32 = 0; done < n; done += MOST, out += MOST << 3) {
    const from = <usize>done << 2;
    const end = mix(entities + from, counts + from, min(n - done, MOST));
    if (normal) normalsOf(WORDS, end, out);
    else uniformsOf(end, out);
  }
}

export function normals(k0: i32, k1: i32, entities: usize, counts: usize, n: u32, out: usize): void {
  draw(true, k0, k1, entities, counts, n, out);
}

export function uniforms(k0: i32, k1: i32, entities: usize, counts: usize, n: u32, out: usize): void {
  draw(false, k0, k1, entities, counts, n, out);
}
