import { UserError } from '../../core/declare/errors.ts';

/** Lower and upper limit of a confidence interval, in the unit of the estimated quantity. */
export interface ConfidenceInterval {
  readonly low: number;
  readonly high: number;
}

/** Wilson's 95 % interval of the proportion `hits / trials`, %, within 0 to 100: E. B. Wilson, J. Am. Stat. Assoc. 22, 209 (1927). */
export function computeWilsonInterval(hits: number, trials: number): ConfidenceInterval {
  if (!(trials >= 1 && hits >= 0 && hits <= trials))
    throw new UserError(`interval: ${hits} hits in ${trials} trials, expected 0 to ${trials} hits in at least 1 trial`);
  const z = 1.959964;
  const p = hits / trials;
  const zz = (z * z) / trials;
  const middle = p + zz / 2;
  const reach = z * Math.sqrt((p * (1 - p)) / trials + zz / (4 * trials));
  const percent = (share: number) => (100 * share) / (1 + zz);
  return { low: Math.max(0, percent(middle - reach)), high: Math.min(100, percent(middle + reach)) };
}
