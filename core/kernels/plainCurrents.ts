import type { CurrentRow, CurrentSteps } from './kernels.ts';

/** Slack of a neuron whose crossing was solved for, and what inhibition makes of it: see `Kernels.addCurrents`. */
const SOLVED = 0;
const NONE = Number.MIN_VALUE;

export function addCurrents(
  u: Float64Array,
  { weights, weight, targets }: CurrentRow,
  start: number,
  end: number,
  steps: CurrentSteps,
  suspects: Uint32Array,
  found: number,
): number {
  const [mExc, exc, mInh, inh, peak] = [steps[0]!, steps[1]!, steps[2]!, steps[3]!, steps[4]!];
  let count = found;
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    const w = weights === null ? weight : weights[k]!;
    const o = 4 * j;
    const slack = u[o + 3]!;
    if (w >= 0) {
      const left = slack - w * peak;
      u[o] = u[o]! + w * mExc;
      u[o + 1] = u[o + 1]! + w * exc;
      u[o + 3] = left;
      if (left < 0 && slack >= 0) suspects[count++] = j;
    } else {
      u[o] = u[o]! + w * mInh;
      u[o + 2] = u[o + 2]! + w * inh;
      if (slack === SOLVED) u[o + 3] = NONE;
    }
  }
  return count;
}
