/** Standard normal numbers by the ziggurat method, with the operations of `CounterRandom.convertToNormal`. */
import { ONE } from './exp';
import { fillLayers, noiseOf } from './imports';

export const LAYERS: u32 = 2048;
const EDGES = memory.data(8 * (LAYERS + 1), 16);

const B = memory.data<u32>([0x3ff00000, 0x3ff00000, 0x80000000, 0x80000000], 16);

@inline
function edgesOf(word: usize): v128 {
  return v128.load(EDGES + (<usize>(load<u32>(word) & (LAYERS - 1)) << 3));
}

/** Computes the first ziggurat try of two draws; `bits`: doubles 1 + fraction. Returns one bit per accepted try. */
@inline
function tries(words: usize, bits: v128, sign: v128, out: usize): i32 {
  const first = edgesOf(words);
  const second = edgesOf(words + 4);
  const x = f64x2.mul(f64x2.sub(bits, splat(ONE)), v128.shuffle<i64>(first, second, 0, 2));
  v128.store(out, v128.or(x, sign));
  return i64x2.bitmask(f64x2.lt(x, v128.shuffle<i64>(first, second, 1, 3)));
}

/** Draws normal numbers; the second random word of each is `further` bytes after the first. */
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
      tries(words, interleaveLower(low, upper), interleaveLower(zero, sign), out) |
      (tries(words + 8, interleaveHigher(low, upper), interleaveHigher(zero, sign), out + 16) << 2);
    if (accepted != 15) {
      for (let i: usize = 0; i < 4; i++)
        if (!((accepted >> <i32>i) & 1)) setF64(out, i, noiseOf(u32At(words, i), load<u32>(words + further + (i << 2))));
    }
  }
}
