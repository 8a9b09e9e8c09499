import { UserError } from '../../../../core/declare/errors.ts';

export interface Selectivity {
  /** Orientation selectivity index: 1 for response to a single orientation, 0 for equal responses to all. */
  readonly index: number;
  /** Preferred orientation, degrees, in [0, 180). */
  readonly preferred: number;
}

/**
 * Orientation selectivity of a neuron from its responses r(theta) >= 0: |Σ r e^(2 i theta)| / Σ r, which is 1 - circular
 * variance; the preferred orientation is half the angle of the sum. A silent neuron has index 0.
 * Source: Ringach, Shapley & Hawken 2002, doi:10.1523/JNEUROSCI.22-13-05639.2002.
 * @param degrees orientations, spread evenly over 180°
 */
export function orientationSelectivity(degrees: readonly number[], responses: ArrayLike<number>): Selectivity {
  if (degrees.length < 2 || degrees.length !== responses.length)
    throw new UserError(
      `selectivity: ${degrees.length} orientations and ${responses.length} responses, expected equal numbers, at least two`,
    );
  let [x, y, sum] = [0, 0, 0];
  degrees.forEach((angle, i) => {
    const twice = (2 * angle * Math.PI) / 180;
    x += responses[i]! * Math.cos(twice);
    y += responses[i]! * Math.sin(twice);
    sum += responses[i]!;
  });
  if (sum === 0) return { index: 0, preferred: 0 };
  return { index: Math.hypot(x, y) / sum, preferred: ((Math.atan2(y, x) * 90) / Math.PI + 180) % 180 };
}
