/** Deliveries to neurons with conductances of one time constant, neuron by neuron. */
import {
  ATTRACTOR_ROW_LENGTH,
  boundTimeToThreshold,
  lookUpAttractor,
  MAX_TABLE_ARGUMENT,
  MIN_TABLE_ARGUMENT,
  MIN_TABLE_EXPONENT,
  POLYNOMIAL_COEFFICIENT_COUNT,
  TABLE_CELLS_PER_BINADE,
} from '../../../../core/kernels/conductances.ts';
import type { SynapseRow } from '../../../../core/kernels/scalarRows.ts';
import { exp } from '../../../../core/math.ts';

/** Factor by which e^x exceeds 1 + x within a cell at most. */
const OVER = 1 + 1 / 16384;
/** Number of values per neuron, and values of `until`: checked at its wake time, candidate. */
const FIELDS = 4;
const WATCHED = -Infinity;
const LISTED = -1 / 2 ** 40;

/** e^b from the table, to first order in the distance from the middle of the cell. */
function roughExp(table: Float64Array, b: number): number {
  let exponent = Math.floor(Math.log2(b));
  if (2 ** exponent > b) exponent--; // the logarithm is rounded
  const binade = Math.min(exponent - MIN_TABLE_EXPONENT, 1 - MIN_TABLE_EXPONENT);
  const large = 2 ** (MIN_TABLE_EXPONENT + 45 + binade);
  const middle = b + large - large;
  const cell = (middle * TABLE_CELLS_PER_BINADE) / 2 ** (MIN_TABLE_EXPONENT + binade) - TABLE_CELLS_PER_BINADE;
  const row = (binade * TABLE_CELLS_PER_BINADE + cell) * ATTRACTOR_ROW_LENGTH;
  return table[row + POLYNOMIAL_COEFFICIENT_COUNT]! * (1 + (b - middle));
}

/** Adds arrivals to neurons with conductances; arguments as in `Kernels.addConductances`. */
export function addConductances(
  u: Float64Array,
  bar: Float64Array,
  table: Float64Array,
  { weights, weight, targets }: SynapseRow,
  start: number,
  end: number,
  steps: Float64Array,
  suspects: Uint32Array,
  values: Float64Array,
  found: number,
  rest: Uint32Array,
): number {
  const [fade, m, perM, ratio] = [steps[0]!, steps[1]!, steps[2]!, steps[3]!];
  const [now, round] = [steps[8]!, steps[10]!];
  const span = steps[9]! * ratio;
  const scale = perM * fade;
  let count = found;
  let left = 0;
  for (let k = start; k < end; k++) {
    const j = targets === null ? k - start : targets[k]!;
    const w = weights === null ? weight : weights[k]!;
    const o = FIELDS * j;
    const c = u[o]!;
    const [sum, reversal] = [u[o + 1]!, u[o + 2]!];
    const sum2 = sum + Math.abs(w) * steps[4]!;
    const reversal2 = reversal + (w >= 0 ? w * steps[5]! : -w * steps[7]!);
    const b = sum * fade;
    const b2 = sum2 * fade;
    if (!(b >= MIN_TABLE_ARGUMENT && b2 < MAX_TABLE_ARGUMENT)) {
      rest[++left] = k;
      continue;
    }
    const apart = c + reversal * scale * lookUpAttractor(table, b); // of the potential, times e^-b
    const rough = apart * m * roughExp(table, b);
    u[o] = apart * exp(-(Math.abs(w) * steps[4]! * fade)) - reversal2 * scale * lookUpAttractor(table, b2);
    u[o + 1] = sum2;
    u[o + 2] = reversal2;
    const theta = bar[j]!;
    const until = u[o + 3]!;
    if (until === LISTED) continue;
    const later = now + boundTimeToThreshold(b2, reversal2 * fade, Math.max(rough, rough * OVER), theta, ratio) * span;
    if (until >= 0) {
      u[o + 3] = later;
      if (later >= round) continue;
    } else if (until > WATCHED && later >= -until) continue;
    u[o + 3] = LISTED;
    values[count] = apart * m * exp(b);
    suspects[count++] = j;
  }
  rest[0] = left;
  return count;
}
