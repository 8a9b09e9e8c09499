import type * as z from 'zod/mini';
import { integer, object, optional, share } from '../core/declare/params.ts';
import { validate } from '../core/declare/validate.ts';
import { toLevel } from '../core/kernels/scalarPulses.ts';
import { CounterRandom, type Seed } from '../core/random/random.ts';
import { drawStuck, STUCK_HIGH, STUCK_LOW, stuckParams } from './devices/array/stuck.ts';
import { deviation, logNormal } from './logNormal.ts';

/** How devices miss the weights that they are programmed to. */
const programmingParams = object({
  levels: optional(integer({ min: 2, help: 'equally spaced levels; the nearest is taken' })),
  noise: deviation(0, 'sd (normal) of what is stored, as a share of the range'),
  spread: deviation(
    0,
    'relative sd (log-normal, mean 1) between the ranges of devices, programmed without a look at the result',
  ),
  flips: share(0, 'probability that a device is left mirrored, g for 1 - g'),
  stuck: optional(stuckParams),
});

export type Programming = z.input<typeof programmingParams>;

export interface ProgrammedRange {
  readonly low: number;
  readonly high: number;
}

/**
 * Weights as they are stored when each device of an array is programmed to one of `weights`, within [low, high]. With g the
 * state of a device as a share of its range: g = (w − low)/(high − low), clipped; g ← its nearest level; 1 − g if it flips;
 * g ← factor · g of its own range; g ← g + noise · N(0, 1), clipped to its range; 0 or 1 if it is stuck.
 * Draws belong to the number of the device and to what they are for: raising the noise leaves the same devices stuck.
 * @param purpose a name for this array: arrays of other names miss in other ways
 */
export function programmed(
  weights: ArrayLike<number>,
  { low, high }: ProgrammedRange,
  how: Programming,
  seed: Seed,
  purpose = 'programming',
): Float64Array {
  const { levels, noise, spread, flips, stuck } = validate(programmingParams, how, 'programming');
  const random = (effect: string) => new CounterRandom(seed, `${purpose}/${effect}`);
  const [noises, spreads, flipped, stuckAt] = [random('noise'), random('spread'), random('flips'), random('stuck')];
  const ofRange = logNormal(spread, spreads);
  return Float64Array.from({ length: weights.length }, (_, k) => {
    const kind = stuck ? drawStuck(stuck, stuckAt, k) : 0;
    if (kind === STUCK_LOW) return low;
    if (kind === STUCK_HIGH) return high;
    const top = spread > 0 ? ofRange(k, 0) : 1;
    let g = Math.min(Math.max((weights[k]! - low) / (high - low), 0), 1);
    if (levels !== undefined) g = toLevel(g, levels, 0.5);
    if (flips > 0 && flipped.uniform(k, 0) < flips) g = 1 - g;
    g *= top;
    if (noise > 0) g = Math.min(Math.max(g + noise * noises.normal(k, 0), 0), top);
    return low + g * (high - low);
  });
}
