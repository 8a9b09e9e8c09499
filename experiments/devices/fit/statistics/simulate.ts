import type { CounterRandom } from '../../../../core/random/random.ts';
import { createByDirection, type Direction, type Train } from '../import/trains.ts';
import { splitPulses } from './advance.ts';
import type { Candidate } from './candidate.ts';
import { type Course, type Factors, UNIT_FACTORS } from './curves.ts';
import { type Noise, readNoiseAt } from './noiseModel.ts';

const clip = (h: number) => Math.min(Math.max(h, 0), 1);

/**
 * Simulates a measurement with a fitted device and its noise: same trains, read after the same pulses. The n-th random
 * number depends only on the simulation number and n.
 * @param unit largest reading, S
 */
export function simulateTrains(
  trains: readonly Train[],
  unit: number,
  c: Candidate,
  noise: Noise,
  random: CounterRandom,
  number: number,
  factors: ReadonlyMap<string, Factors> = new Map(),
): Train[] {
  let draws = 0;
  const normal = () => random.normal(number, draws++);
  const courses = new Map<string, Record<Direction, Course>>();
  const courseOf = (device: string, direction: Direction) => {
    const own =
      courses.get(device) ?? createByDirection((d) => c.curves.course(c.p, d, factors.get(device) ?? UNIT_FACTORS));
    courses.set(device, own);
    return own[direction];
  };
  return trains.map((train) => {
    const { direction, device, elapsed } = train;
    const { from, range, start, step, advance } = courseOf(device, direction);
    const gain = noise.gain?.[direction] ? 1 + noise.gain[direction] * normal() : 1;
    const sd = noise.step[direction];
    // Noise is independent between pulses, so the noise of several pulses grows with the square root of their number.
    const by = (h: number, count: number) =>
      (advance(h, count) - h) * (sd > 0 ? gain + (sd * normal()) / Math.sqrt(count) : gain);
    let h = noise.start ? clip(start + noise.start * normal()) : start;
    let n = 0;
    const conductance = elapsed.map((at) => {
      for (const count of splitPulses(Math.floor(at - n))) {
        h = clip(h + by(h, count));
        n += count;
      }
      const rest = at - n;
      const level = from + range * (rest > 0 ? h + rest * (step(h) - h) : h);
      return (level + noise.reading * readNoiseAt(noise.kind, level) * normal()) * unit;
    });
    return { ...train, conductance };
  });
}
