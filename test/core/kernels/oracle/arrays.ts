/** Poisson sources, alias tables, traces and matrices element by element, with the same operations in the same order as the SIMD kernels. */
import type { Kernels } from '../../../../core/kernels/kernels.ts';
import { drawExponentialFrom, getSplitMixWords, wordsToUniform } from '../../../../core/kernels/poissonSeed.ts';
import type { PoissonRecord } from '../../../../core/kernels/records.ts';
import { lowerThresholdsScalar, selectRounding } from '../../../../core/kernels/scalarRows.ts';
import { exp } from '../../../../core/math.ts';
import { GENERATOR_COUNT, nextSplitMix, type Word64 } from '../../../../core/random/generators.ts';

type ArrayKernels =
  | 'drawPoissonBlock'
  | 'buildAliasTable'
  | 'mapBytes'
  | 'lowerThresholds'
  | 'setTraces'
  | 'computeRecentStrengths'
  | 'computeTraceStrengths'
  | 'multiply';

/** 1.5 × 2^26: x + GRID - GRID is x rounded to 2^-26, or to a coarser power of two from 2^25 on. */
const GRID = 100663296;

const rotl = (x: number, r: number) => (x << r) | (x >>> (32 - r));

/** Draws one number from each of the parallel xoshiro128++ generators. Word w of generator l is state[w × GENERATOR_COUNT + l]. */
export function drawParallel(state: Uint32Array, to: Uint32Array) {
  for (let l = 0; l < GENERATOR_COUNT; l++) {
    const s0 = state[l]!;
    const s1 = state[GENERATOR_COUNT + l]!;
    const s3 = state[3 * GENERATOR_COUNT + l]!;
    to[l] = rotl((s0 + s3) | 0, 7) + s0;
    const x2 = state[2 * GENERATOR_COUNT + l]! ^ s0;
    const x3 = s3 ^ s1;
    state[l] = s0 ^ x3;
    state[GENERATOR_COUNT + l] = s1 ^ x2;
    state[2 * GENERATOR_COUNT + l] = x2 ^ (s1 << 9);
    state[3 * GENERATOR_COUNT + l] = rotl(x3, 11);
  }
}

const word: Word64 = { high: 0, low: 0 };
const words = new Uint32Array(GENERATOR_COUNT);

/**
 * Two spikes have four words for their first tries: two for gaps, then two for indices. A draw of the
 * eight lanes is the words of four spikes, or of two and the fractions that their alias table asks for.
 */
function drawPoissonBlock(p: PoissonRecord, times: Float64Array, neurons: Uint32Array, capacity: number): number {
  const { state, clock, ziggurat, slots, keep, own, other, meanGap, stop } = p;
  const split = getSplitMixWords(state);
  let t = clock[0]!;
  let count = 0;
  for (; count < capacity && t < Infinity; count++) {
    if (count % (keep === null ? 4 : 2) === 0) drawParallel(state, words);
    const at = keep === null ? 2 * (count & 2) + (count & 1) : count & 1;
    let draw = words[at + 2]!;
    let neuron = 0;
    let rest = 0;
    for (;;) {
      // draw × slots in two halves, because the product may have 64 bits.
      const upper = (draw >>> 16) * slots + Math.floor(((draw & 65535) * slots) / 65536);
      neuron = Math.floor(upper / 65536);
      rest = Math.imul(draw, slots) >>> 0;
      if (rest >= slots || rest >= 4294967296 % slots) break; // Lemire 2019: no bias
      nextSplitMix(split, word);
      draw = word.high;
    }
    if (keep !== null) {
      const keeps = wordsToUniform(words[2 * at + 5]!, words[2 * at + 4]!) < keep[neuron]!;
      neuron = (keeps ? own! : other!)[neuron]!;
    }
    let place = count;
    for (; place > 0 && times[place - 1] === t && neurons[place - 1]! > neuron; place--)
      neurons[place] = neurons[place - 1]!;
    times[count] = t;
    neurons[place] = neuron;
    // The gap is rounded to the grid by itself: t stays on it, and gaps do not depend on where the clock stands.
    t += drawExponentialFrom(split, ziggurat, words[at]!, rest) * meanGap + GRID - GRID;
    if (t > stop) t = Infinity;
  }
  clock[0] = t;
  return count;
}

const buildAliasTable: Kernels['buildAliasTable'] = (
  weights,
  { keepProbabilities: keep, ownIndices: own, otherIndices: other, workArray: work, weightSum },
) => {
  let used = 0;
  let total = 0;
  for (let i = 0; i < weights.length; i++) {
    const w = weights[i]!;
    if (w === 0) continue;
    own[used++] = i;
    total += w;
  }
  weightSum[0] = total;
  const scale = used / total;
  let small = 0; // work[0 … small) holds slots below average, work[large … used) those above
  let large = used;
  for (let i = 0; i < used; i++) {
    const p = weights[own[i]!]! * scale;
    keep[i] = p;
    if (p < 1) work[small++] = i;
    else work[--large] = i;
  }
  while (small > 0 && large < used) {
    const high = work[large]!;
    while (small > 0 && keep[high]! >= 1) {
      const low = work[--small]!;
      other[low] = own[high]!;
      keep[high]! -= 1 - keep[low]!;
    }
    if (keep[high]! >= 1) break;
    large++;
    work[small++] = high;
  }
  while (large < used) keep[work[large++]!] = 1; // what rounding has left over
  while (small > 0) keep[work[--small]!] = 1;
  return used;
};

const setTraces: Kernels['setTraces'] = (values, times, rows, from, to, t0, rate) => {
  for (let k = from; k < to; k++) values[rows[k]!] = exp((times[k]! - t0) * rate);
};

const computeTraceStrengths: Kernels['computeTraceStrengths'] = (values, factor, shift, out) => {
  for (let i = 0; i < values.length; i++) out[i] = values[i]! * factor - shift;
};

const computeRecentStrengths: Kernels['computeRecentStrengths'] = (last, earliest, up, down, out) => {
  for (let i = 0; i < last.length; i++) out[i] = last[i]! >= earliest ? up : down;
};

const multiply: Kernels['multiply'] = (a, aRow, aColumn, b, c, m, k, n) => {
  const round = selectRounding(c);
  c.fill(0, 0, m * n);
  for (let i = 0, row = 0; i < m; i++, row += n) {
    for (let p = 0, at = 0; p < k; p++, at += n) {
      const x = a[i * aRow + p * aColumn]!;
      if (x !== 0) for (let j = 0; j < n; j++) c[row + j] = round(c[row + j]! + round(x * b[at + j]!));
    }
  }
};

export const ARRAYS: Pick<Kernels, ArrayKernels> = {
  drawPoissonBlock,
  buildAliasTable,
  mapBytes(bytes, table, out) {
    let sum = 0;
    for (let i = 0; i < bytes.length; i++) sum += out[i] = table[bytes[i]!]!;
    return sum;
  },
  lowerThresholds: lowerThresholdsScalar,
  setTraces,
  computeRecentStrengths,
  computeTraceStrengths,
  multiply,
};
