/** Counter-based random numbers, many per call, with the operations of `CounterRandom`. */
import { sampleNoise } from './noise';
import { rotateLeft } from './xoshiro';

/** Threefry keys, added at the start and after each of five groups of rounds. */
const KEYS = memory.data(192, 16);

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
  v128.store(KEYS + (group << 5), i32x4.splat(first));
  v128.store(KEYS + (group << 5), i32x4.splat(second), 16);
}

const MAX_DRAWS_PER_PASS: u32 = 64;

/** Work space: first words of four draws, second words of the four draws, first words of the next four, and so on. */
const WORDS = memory.data(512, 16);

/**
 * Applies four Threefry rounds to all words up to `end`, then adds a pair of keys. `begins`: true to load the words
 * first.
 */
@inline
function applyRounds(
  begins: bool, entities: usize, counts: usize, first: i32, second: i32, third: i32, fourth: i32, end: usize, key: usize,
): void {
  const k0 = v128.load(key);
  const k1 = v128.load(key, 16);
  for (let at = WORDS; at < end; at += 32) {
    let x0: v128;
    let x1: v128;
    if (begins) {
      x0 = i32x4.add(v128.load(entities), v128.load(KEYS));
      x1 = i32x4.add(v128.load(counts), v128.load(KEYS, 16));
      entities += 16;
      counts += 16;
    } else {
      x0 = v128.load(at);
      x1 = v128.load(at, 16);
    }
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotateLeft(x1, first), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotateLeft(x1, second), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotateLeft(x1, third), x0);
    x0 = i32x4.add(x0, x1);
    x1 = v128.xor(rotateLeft(x1, fourth), x0);
    v128.store(at, i32x4.add(x0, k0));
    v128.store(at, i32x4.add(x1, k1), 16);
  }
}

function applyOddRounds(end: usize, key: usize): void {
  applyRounds(false, 0, 0, 13, 15, 26, 6, end, key);
}

function applyEvenRounds(end: usize, key: usize): void {
  applyRounds(false, 0, 0, 17, 29, 16, 24, end, key);
}

function applyThreefry(entities: usize, counts: usize, n: u32): usize {
  const end = WORDS + (<usize>(n + 3) >> 2 << 5);
  applyRounds(true, entities, counts, 13, 15, 26, 6, end, KEYS + 32);
  applyEvenRounds(end, KEYS + 64);
  applyOddRounds(end, KEYS + 96);
  applyEvenRounds(end, KEYS + 128);
  applyOddRounds(end, KEYS + 160);
  return end;
}

/** Constants of the conversion to uniform numbers: words become the low bits of the doubles 2^78 and 2^52. */
const PARTS = memory.data<f64>([302231454903657293676544.0, 4503599627370495.5, 1.1102230246251565e-16], 16);
const UPPER = memory.data<u32>([0x44d00000, 0x44d00000, 0x43300000, 0x43300000], 16);

/** Converts two random words per draw to uniform numbers on (0, 1), as `CounterRandom.uniform`. */
function convertToUniforms(end: usize, out: usize): void {
  for (let words = WORDS; words < end; words += 32, out += 32) {
    const h = i32x4.shr_u(v128.load(words), 5);
    const l = i32x4.shr_u(v128.load(words, 16), 6);
    uniformPair(out, interleaveLower(h, splat(UPPER)), interleaveLower(l, splat(UPPER + 8)));
    uniformPair(out + 16, interleaveHigher(h, splat(UPPER)), interleaveHigher(l, splat(UPPER + 8)));
  }
}

@inline
function uniformPair(out: usize, h: v128, l: v128): void {
  const sum = f64x2.add(f64x2.sub(h, splat(PARTS)), f64x2.sub(l, splat(PARTS + 8)));
  v128.store(out, f64x2.mul(sum, splat(PARTS + 16)));
}

/** Draws normal numbers (`Kernels.drawNoise`); `other[i]` uses the random words of `out[i]` in swapped order. */
export function drawNoise(k0: i32, k1: i32, entities: usize, counts: usize, n: u32, out: usize, other: usize): void {
  setKeys(k0, k1);
  for (let from: u32 = 0; from < n; from += MAX_DRAWS_PER_PASS) {
    const at = <usize>from << 2;
    const end = applyThreefry(entities + at, counts + at, min(n - from, MAX_DRAWS_PER_PASS));
    sampleNoise(WORDS, 16, end, out + 2 * at);
    if (other != 0) sampleNoise(WORDS + 16, -16, end, other + 2 * at);
  }
}

export function drawUniforms(k0: i32, k1: i32, entities: usize, counts: usize, n: u32, out: usize): void {
  setKeys(k0, k1);
  for (let from: u32 = 0; from < n; from += MAX_DRAWS_PER_PASS) {
    const at = <usize>from << 2;
    convertToUniforms(applyThreefry(entities + at, counts + at, min(n - from, MAX_DRAWS_PER_PASS)), out + 2 * at);
  }
}

export function convertToNoiseFactors(x: usize, n: u32, sd: f64): void {
  const one = f64x2.splat(1);
  const zero = f64x2.splat(0);
  const share = f64x2.splat(sd);
  for (const end = x + (<usize>n << 3); x < end; x += 16)
    v128.store(x, f64x2.pmax(f64x2.add(one, f64x2.mul(share, v128.load(x))), zero));
}
