import type { Distribution } from '../declare/distribution.ts';
import { log1p } from '../elementary.ts';
import type { Delay } from '../graph/schema.ts';
import { exp, log } from '../math.ts';
import { countSteps } from './requirements.ts';

/** Number of quantiles in a table, from which 16 random bits draw a value. */
export const QUANTILE_COUNT = 65_536;
/** Range of normal tables, standard deviations; values outside have a probability below 1e-16. */
const NORMAL_RANGE = 8.5;

const tabulate = (quantile: (probability: number) => number): Float64Array =>
  Float64Array.from({ length: QUANTILE_COUNT }, (_, i) => quantile((i + 0.5) / QUANTILE_COUNT));

/** Quantiles of a normal distribution truncated to `min` … `max`: inverts the sum of its density over small cells. */
function tabulateNormal(mean: number, sd: number, min = -Infinity, max = Infinity): Float64Array {
  if (sd === 0) return tabulate(() => mean);
  const low = Math.max(-NORMAL_RANGE, (min - mean) / sd);
  const width = (Math.min(NORMAL_RANGE, (max - mean) / sd) - low) / QUANTILE_COUNT;
  const sums = new Float64Array(QUANTILE_COUNT + 1);
  for (let k = 0; k < QUANTILE_COUNT; k++) sums[k + 1] = sums[k]! + exp(-0.5 * (low + (k + 0.5) * width) ** 2);
  let cell = 0;
  return tabulate((probability) => {
    const wanted = probability * sums[QUANTILE_COUNT]!;
    while (sums[cell + 1]! < wanted) cell++;
    return mean + sd * (low + (cell + (wanted - sums[cell]!) / (sums[cell + 1]! - sums[cell]!)) * width);
  });
}

/** Quantiles of a distribution, ascending. */
export function tabulateQuantiles(d: Distribution): Float64Array {
  if (typeof d === 'number') return tabulate(() => d);
  if ('uniform' in d) return tabulate((probability) => d.uniform[0] + (d.uniform[1] - d.uniform[0]) * probability);
  if ('normal' in d) return tabulateNormal(d.normal.mean, d.normal.sd, d.normal.min, d.normal.max);
  const { mean, sd } = d.lognormal;
  const sigma = Math.sqrt(log1p((sd / mean) ** 2));
  return tabulateNormal(log(mean) - sigma ** 2 / 2, sigma).map(exp);
}

/** Quantiles of a delay, in windows of `window` ms, ascending. @throws UserError unless all are multiples of the window */
export function tabulateDelays(delay: Delay, window: number, where: string): Float64Array {
  if (typeof delay === 'number') return tabulate(() => countSteps(delay, window, where));
  const { step } = delay;
  const perStep = countSteps(step, window, `${where}.step`);
  if ('normal' in delay) {
    const { mean, sd, min = 0, max } = delay.normal;
    return tabulateNormal(mean, sd, min, max).map((ms) => Math.round(ms / step) * perStep);
  }
  const first = Math.ceil(delay.uniform[0] / step);
  const count = Math.floor(delay.uniform[1] / step) - first + 1;
  return tabulate((probability) => (first + Math.floor(probability * count)) * perStep);
}

/** Cumulative distribution of a Poisson count, × 2^32 - 1: a random 32-bit word draws the number of entries below it. */
export function tabulatePoissonCounts(mean: number): Uint32Array {
  const table: number[] = [];
  for (let term = exp(-mean), sum = term; ; sum += term *= mean / table.length) {
    table.push(Math.max(0, Math.round(sum * 2 ** 32) - 1));
    if (table.length > FIRST_COUNTS && (term < 2 ** -33 || table.at(-1)! >= 2 ** 32 - 1)) break;
  }
  return Uint32Array.from([...table, 2 ** 32 - 1]);
}

/** Minimum number of table entries, which kernels always read; see core/kernels/wasm/windowBackground.ts. */
const FIRST_COUNTS = 5;
