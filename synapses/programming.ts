import type * as z from 'zod/mini';
import { fraction, integer, object, optional } from '../core/declare/params.ts';
import { validate } from '../core/declare/validate.ts';
import { roundStateToLevel } from '../core/kernels/scalarPulses.ts';
import { CounterRandom, type Seed } from '../core/random/random.ts';
import { drawStuckCode, STUCK_HIGH, STUCK_LOW, stuckParams } from './devices/array/endurance.ts';
import { createLogNormalSampler, relativeSdParam } from './variability.ts';

const programmingParams = object({
  levels: optional(integer({ min: 2, help: 'number of equally spaced levels; states are rounded to the nearest one' })),
  noise: relativeSdParam(0, 'programming noise: sd (normal) of the stored state, as a share of the range'),
  spread: relativeSdParam(
    0,
    'device-to-device variability of the range: relative sd (log-normal, mean 1); programming does not verify',
  ),
  flips: fraction(0, 'probability that a device stores the mirrored state 1 - g'),
  stuck: optional(stuckParams),
});

/** Errors of programming without verification: levels, noise, device variability, mirrored and stuck states. */
export type ProgrammingErrors = z.input<typeof programmingParams>;

/** Lowest and highest weight that a device can store. */
export interface ProgrammedRange {
  readonly low: number;
  readonly high: number;
}

/**
 * Simulates programming of an array without verification: returns the stored weight of each device. The normalised
 * target state g = (w − low)/(high − low) is clipped to [0, 1] and rounded to a level. Flipped devices get 1 − g. Then
 * g ← g × range factor of the device, and g ← g + noise × N(0, 1), clipped to the range. Stuck devices store 0 or 1.
 * Random draws are indexed by device and effect, so that more noise leaves the same devices stuck.
 * @param purpose name of the random streams; arrays with different names have independent errors
 */
export function programWeights(
  weights: ArrayLike<number>,
  { low, high }: ProgrammedRange,
  how: ProgrammingErrors,
  seed: Seed,
  purpose = 'programming',
) {
  const { levels, noise, spread, flips, stuck } = validate(programmingParams, how, 'programming');
  const random = (effect: string) => new CounterRandom(seed, `${purpose}/${effect}`);
  const [noises, spreads, flipped, stuckAt] = [random('noise'), random('spread'), random('flips'), random('stuck')];
  const ofRange = createLogNormalSampler(spread, spreads);
  return Float64Array.from({ length: weights.length }, (_, k) => {
    const kind = stuck ? drawStuckCode(stuck, stuckAt, k) : 0;
    if (kind === STUCK_LOW) return low;
    if (kind === STUCK_HIGH) return high;
    const top = spread > 0 ? ofRange(k, 0) : 1;
    let g = Math.min(Math.max((weights[k]! - low) / (high - low), 0), 1);
    if (levels !== undefined) g = roundStateToLevel(g, levels, 0.5);
    if (flips > 0 && flipped.uniform(k, 0) < flips) g = 1 - g;
    g *= top;
    if (noise > 0) g = Math.min(Math.max(g + noise * noises.normal(k, 0), 0), top);
    return low + g * (high - low);
  });
}
