import type { Course } from './curves.ts';
import type { Means } from './means.ts';
import { type Noise, scatterAt } from './scatter.ts';
import { passage } from './steps.ts';

/** Readings are taken to scatter by this share of the largest at least. */
const LEAST = 1e-5;

/**
 * Kalman's filter along the curve of one direction: turns what means of readings differ by from a curve, in place from `begin` on,
 * into independent numbers in units of the scatter of one reading; returns where it ended. A step's deviation stays in the state and
 * fades along the curve, that of a reading does not.
 */
export function whitening(course: Course, { elapsed, count }: Means, noise: Noise) {
  const { root, size, keep, level } = passage(course, elapsed);
  const direction = course.range > 0 ? 'up' : 'down';
  const [step, gain] = [noise.step[direction] ** 2, (noise.gain?.[direction] ?? 0) ** 2];
  const own = Math.max(noise.reading, LEAST);
  const [gains, scales] = [new Float64Array(count.length), new Float64Array(count.length)];
  let state = ((noise.start ?? 0) * course.range) ** 2;
  for (let i = 0; i < count.length; i++) {
    if (i > 0) state = keep[i - 1]! ** 2 * state + step * root[i - 1]! ** 2 + gain * size[i - 1]! ** 2;
    const reading = Math.max(own * scatterAt(noise.kind, level[i]!), LEAST * LEAST) ** 2;
    gains[i] = state / (state + reading);
    scales[i] = own / Math.sqrt(state + reading);
    state *= 1 - gains[i]!;
  }
  return (r: Float64Array, begin: number): number => {
    let expected = 0;
    for (let i = 0; i < count.length; i++) {
      const weight = Math.sqrt(count[i]!); // of the mean of so many readings, which the residual carries
      if (i > 0) expected *= keep[i - 1]!;
      const surprise = r[begin + i]! / weight - expected;
      r[begin + i] = surprise * weight * scales[i]!;
      expected += gains[i]! * surprise;
    }
    return begin + count.length;
  };
}
