/** Delivery of untested rows, synapse by synapse. */
import type { Floats, Indices } from './arrays.ts';
import type { BlockRows } from './kernelInputs.ts';

/** Row of synapses onto neurons with exponential currents or conductances. */
export interface CurrentRow {
  /** Weight of each synapse; null if all have `weight`. */
  readonly weights: Floats | null;
  readonly weight: number;
  /** Target of each synapse; null if every row reaches all neurons in their order. */
  readonly targets: Indices | null;
}

/**
 * Threshold margin of a neuron with a solved crossing, mV. Not 0, because arrivals may use up a margin exactly. Kernels use the same
 * number.
 */
export const SOLVED_MARGIN = 1e-300;
const unrounded = (x: number): number => x;

/** Rounding to the precision of an array. */
export const roundingOf = (a: Floats): ((x: number) => number) => (a instanceof Float32Array ? Math.fround : unrounded);

/** u[j] += weight × factor for the synapses `start` … `end - 1`, without a threshold test. */
export function addRowScalar(u: Floats, e: CurrentRow, start: number, end: number, factor: number): void {
  const { weights, targets, weight } = e;
  const round = roundingOf(u);
  const f = round(factor);
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    u[j] = u[j]! + round(round(weights === null ? weight : weights[k]!) * f);
  }
}

/** u[j] += weight × factor for the blocks of one row, without a threshold test. */
export function addBlocksScalar(u: Floats, e: BlockRows, row: number, factor: number): void {
  const { size, starts, groups, offsets } = e.blocks;
  const round = roundingOf(u);
  const s = round(factor);
  for (let b = starts[row]!; b < starts[row + 1]!; b++) {
    const first = groups[b]! * size;
    for (let i = 0; i < size; i++) u[first + i]! += round(e.weights[offsets[b]! + i]! * s);
  }
}
