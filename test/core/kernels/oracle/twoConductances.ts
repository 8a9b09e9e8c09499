/** Deliveries to neurons with conductances of two time constants, neuron by neuron. */
import type { CurrentRow } from '../../../../core/kernels/scalarRows.ts';
import {
  advanceTwoConductances,
  boundTimeToThresholdOfTwo,
  type TwoConductanceState,
} from '../../../../core/kernels/twoConductances.ts';

/** Number of values per neuron, and values of `until`: refractory neuron, checked at its wake time, candidate. */
const FIELDS = 5;
const SILENT = -Infinity;
const WATCHED = -Infinity;
const LISTED = -1 / 2 ** 40;

const shunts = { r: 0, s: 0, e: 0, f: 0 };
const onward: TwoConductanceState = { v: 0, g: 0, h: 0 };

/** Advances the state of one neuron, which begins at `o`, by `time` membrane time constants. */
function advance(u: Float64Array, steps: Float64Array, time: number, o = 0): void {
  [shunts.r, shunts.s, shunts.e, shunts.f] = [steps[0]!, steps[1]!, steps[2]!, steps[3]!];
  [onward.v, onward.g, onward.h] = [u[o]!, u[o + 2]!, u[o + 3]!];
  advanceTwoConductances(onward, shunts, time);
  [u[o], u[o + 2], u[o + 3]] = [onward.v, onward.g, onward.h];
}

/** Adds arrivals to neurons with conductances of two time constants; arguments as in `Kernels.addTwoConductances`. */
export function addTwoConductances(
  u: Float64Array,
  bar: Float64Array,
  { weights, weight, targets }: CurrentRow,
  start: number,
  end: number,
  steps: Float64Array,
  suspects: Uint32Array,
  values: Float64Array,
  found: number,
): number {
  const now = steps[8]!;
  const tau = steps[9]!;
  const perTau = 1 / tau;
  const round = steps[10]!;
  // Potentials do not fall below the reversal of inhibition once they are above, so that more of it only lowers them.
  const [e, f] = [steps[2]!, steps[3]!];
  const floor = f <= 0 && f <= e ? f : Infinity;
  let count = found;
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    const w = weights === null ? weight : weights[k]!;
    const o = FIELDS * j;
    const size = Math.abs(w);
    const by = w >= 0 ? 4 : 6;
    if (u[o] === SILENT) {
      u[o + 2]! += size * steps[by]! * steps[11]!;
      u[o + 3]! += size * steps[by + 1]! * steps[12]!;
      continue;
    }
    advance(u, steps, (now - u[o + 1]!) * perTau, o);
    u[o + 1] = now;
    const v = u[o]!;
    const g = (u[o + 2]! += size * steps[by]!);
    const h = (u[o + 3]! += size * steps[by + 1]!);
    const until = u[o + 4]!;
    if (until === LISTED) continue;
    const apart = until >= round || (until < 0 && until > WATCHED);
    if (apart && v >= floor && steps[by] === 0) continue;
    const later = now + boundTimeToThresholdOfTwo(v, g, h, bar[j]!, shunts) * tau;
    if (until >= 0) {
      u[o + 4] = later;
      if (later >= round) continue;
    } else if (later > -until) continue;
    u[o + 4] = LISTED;
    values[count] = v;
    suspects[count++] = j;
  }
  return count;
}
