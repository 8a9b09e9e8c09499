/** Standard normal numbers by the ziggurat method, with the operations of `CounterRandom.convertToNormal`. */
import { ONE_ADDRESS } from './exp';
import { fillLayers, noiseOf } from './imports';

export const LAYER_COUNT: u32 = 2048;
const EDGES = memory.data(8 * (LAYER_COUNT + 1), 16);

const B = memory.data<u32>([0x3ff00000, 0x3ff00000, 0x80000000, 0x80000000], 16);

@inline
function edgesOf(word: usize): v128 {
  return v128.load(EDGES + (<usize>(load<u32>(word) & (LAYER_COUNT - 1)) << 3));
}

/** Draws two numbers by the ziggurat method; returns one bit per accepted number. `bits`: random doubles in [1, 2). */
@inline
function tryDraws(words: usize, bits: v128, sign: v128, out: usize): i32 {
  const first = edgesOf(words);
  const second = edgesOf(words + 4);
  const x = f64x2.mul(f64x2.sub(bits, splat(ONE_ADDRESS)), v128.shuffle<i64>(first, second, 0, 2));
  v128.store(out, v128.or(x, sign));
  return i64x2.bitmask(f64x2.lt(x, v128.shuffle<i64>(first, second, 1, 3)));
}

/** Draws normal numbers from two random words each, which are `further` bytes apart. */
export function sampleNoise(words: usize, further: usize, end: usize, out: usize): void {
  if (load<f64>(EDGES) == 0) fillLayers(EDGES);
  const one = splat(B);
  const negative = splat(B + 8);
  const zero = i32x4.splat(0);
  for (; words < end; words += 32, out += 32) {
    const high = v128.load(words);
    const low = v128.load(words + further);
    const upper = v128.or(i32x4.shr_u(high, 12), one);
    const sign = v128.and(i32x4.shl(high, 20), negative);
    const accepted =
      tryDraws(words, interleaveLower(low, upper), interleaveLower(zero, sign), out) |
      (tryDraws(words + 8, interleaveHigher(low, upper), interleaveHigher(zero, sign), out + 16) << 2);
    if (accepted != 15) {
      for (let i: usize = 0; i < 4; i++)
        if (!((accepted >> <i32>i) & 1)) setF64(out, i, noiseOf(u32At(words, i), load<u32>(words + further + (i << 2))));
    }
  }
}
