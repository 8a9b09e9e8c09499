/** Delivery of short rows, synapse by synapse in TypeScript: a call into WebAssembly would take longer. */
import type { Floats, Indices } from './arrays.ts';
import type { SynapseBlocks } from './kernelInputs.ts';

export interface SynapseRow {
  /** Weight of each synapse; null if all have `weight`. */
  readonly weights: Floats | null;
  readonly weight: number;
  /** Target neuron of each synapse; null if synapse k of every row reaches neuron k. */
  readonly targets: Indices | null;
}

/**
 * Threshold margin that marks a neuron with a scheduled crossing, mV; equal to that of the kernels. Not 0, because
 * arrivals may reduce a margin to exactly 0.
 */
export const SCHEDULED_CROSSING_MARGIN = 1e-300;
/** Threshold margin that marks a neuron with inhibitory input after its crossing was scheduled, mV. */
const INHIBITED_MARGIN = Number.MIN_VALUE;

export function addCurrentsScalar(
  u: Float64Array,
  { weights, weight, targets }: SynapseRow,
  start: number,
  end: number,
  steps: Float64Array,
  candidates: Uint32Array,
  candidateCount: number,
): number {
  const [mExc, exc, mInh, inh, peak] = [steps[0]!, steps[1]!, steps[2]!, steps[3]!, steps[4]!];
  let count = candidateCount;
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    const w = weights === null ? weight : weights[k]!;
    const o = 4 * j;
    const margin = u[o + 3]!;
    if (w >= 0) {
      const left = margin - w * peak;
      u[o] = u[o]! + w * mExc;
      u[o + 1] = u[o + 1]! + w * exc;
      u[o + 3] = left;
      if (left < 0 && margin >= 0) candidates[count++] = j;
    } else {
      u[o] = u[o]! + w * mInh;
      u[o + 2] = u[o + 2]! + w * inh;
      if (margin === SCHEDULED_CROSSING_MARGIN) u[o + 3] = INHIBITED_MARGIN;
    }
  }
  return count;
}

const identity = (x: number): number => x;

export const selectRounding = (a: Floats): ((x: number) => number) =>
  a instanceof Float32Array ? Math.fround : identity;

/** Adds synapses `start` … `end - 1` without a threshold test: u[j] += weight × factor. */
export function addRowScalar(u: Floats, e: SynapseRow, start: number, end: number, factor: number) {
  const { weights, targets, weight } = e;
  const round = selectRounding(u);
  const f = round(factor);
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    u[j] = u[j]! + round(round(weights === null ? weight : weights[k]!) * f);
  }
}

/** Adds blocks of one row without a threshold test: u[j] += weight × factor; skips groups inhibited at t. */
export function addBlocksScalar(
  u: Floats,
  { weights, blocks }: SynapseBlocks,
  row: number,
  factor: number,
  inhibitedUntil: Float64Array | null,
  t: number,
) {
  const { blockSize: size, blockStarts: starts, targetGroups: groups, weightOffsets: offsets } = blocks;
  const round = selectRounding(u);
  const s = round(factor);
  for (let b = starts[row]!; b < starts[row + 1]!; b++) {
    if (inhibitedUntil !== null && t < inhibitedUntil[groups[b]!]!) continue;
    const first = groups[b]! * size;
    for (let i = 0; i < size; i++) u[first + i]! += round(weights[offsets[b]! + i]! * s);
  }
}

export function lowerThresholdsScalar(b: Floats, first: number, count: number, by: number, lowest: number): number {
  let least = Infinity;
  for (let j = first; j < first + count; j++) {
    b[j] = Math.max(b[j]! - by, lowest);
    if (b[j]! < least) least = b[j]!;
  }
  return least;
}
