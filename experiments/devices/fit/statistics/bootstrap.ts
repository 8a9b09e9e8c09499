import jstat from 'jstat';
import { mean, quantile, quantileSorted } from 'simple-statistics';
import { CounterRandom } from '../../../../core/random/random.ts';
import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import type { Candidate } from './candidate.ts';
import { type Course, type Factors, levels, UNIT } from './curves.ts';
import type { Estimate } from './noise.ts';
import { lessened, between as mixed, type Noise, scatterAt } from './noiseModel.ts';
import { pool } from './pool.ts';
import { autocorrelation } from './select.ts';
import { type Between, drawnFactors } from './spread.ts';
import { cyclePlaces } from './steps.ts';

/** Of the best model, and of each of the others. */
export const SIMULATIONS = { best: 120, other: 40 } as const;
const MOST = 0.95;

/** What fits to measurements like this one, simulated from the fitted device with its noise, come to. */
export interface Bootstrap {
  /** Coordinates of each. */
  readonly found: readonly number[][];
  /** Mean and quantile 0.95 of their rmse, in units of the largest reading: the noise floor. */
  readonly rmse: number;
  readonly limit: number;
  /** Quantile 0.95 of the autocorrelation of what is left, from one reading to the next. */
  readonly correlation: number;
}

export function bootstrap(
  trains: readonly Train[],
  unit: number,
  c: Candidate,
  noise: Noise,
  between: Between | null,
  count: number,
): Bootstrap {
  const random = new CounterRandom(1, 'bootstrap');
  const drawn = new CounterRandom(1, 'bootstrap devices');
  const devices = [...new Set(trains.map(({ device }) => device))];
  const rmse: number[] = [];
  const correlation: number[] = [];
  const found = Array.from({ length: count }, (_, k) => {
    const factors = between === null ? undefined : drawnFactors(devices, between, drawn, k);
    const made = simulated(trains, unit, c, noise, random, k, factors);
    const of = pool(made, unit);
    const p = c.fit(of, [c.p], true);
    correlation.push(autocorrelation(made, unit, c, p));
    rmse.push(Math.sqrt(c.squaresOf(of, p) / of.readings));
    return p;
  });
  const largest = (values: readonly number[]) => quantile([...values], MOST);
  return { found, rmse: mean(rmse), limit: largest(rmse), correlation: largest(correlation) };
}

const TRIALS = 16;
/** Stretches of a train, over which what is left is averaged: that of readings then goes, that of steps adds up. */
const STRETCHES = 6;

function wander(trains: readonly Train[], unit: number, c: Candidate, p: readonly number[]): number {
  let sum = 0;
  for (const { direction, elapsed, conductance } of trains) {
    const curve = levels(c.curves.course(p, direction), elapsed);
    const size = Math.ceil(curve.length / STRETCHES);
    for (let from = 0; from < curve.length; from += size) {
      let [off, count] = [0, 0];
      for (let i = from; i < Math.min(from + size, curve.length); i++) {
        off += conductance[i]! / unit - curve[i]!;
        count++;
      }
      sum += (off * off) / count;
    }
  }
  return sum;
}

/**
 * The noise to simulate with. Steps whose scatter hides behind that of readings from one to the next show where it adds up: within
 * what the estimate leaves open it is taken so large that simulated measurements stray as far from their curve as the measured one, and
 * smaller where all of them stray farther.
 */
export function matched(
  trains: readonly Train[],
  unit: number,
  c: Candidate,
  { least, most }: Estimate,
  found: Between | null,
): Noise {
  const random = new CounterRandom(1, 'matched');
  const drawn = new CounterRandom(1, 'matched devices');
  const devices = [...new Set(trains.map(({ device }) => device))];
  const strays = (noise: Noise): number[] =>
    Array.from({ length: TRIALS }, (_, k) => {
      const factors = found === null ? undefined : drawnFactors(devices, found, drawn, k);
      const made = simulated(trains, unit, c, noise, random, k, factors);
      return wander(made, unit, c, c.fit(pool(made, unit), [c.p], true));
    });
  const [few, many] = [strays(least), strays(most)];
  const measured = wander(trains, unit, c, c.p);
  const nearest = Math.min(...few);
  if (measured < nearest) return lessened(least, Math.sqrt(measured / nearest));
  const [low, high] = [mean(few), mean(many)];
  const share = high > low ? (measured - low) / (high - low) : 0;
  return mixed(least, most, Math.min(Math.max(share, 0), 1));
}

const [LOW, HIGH] = [0.025, 0.975];

/**
 * By how much wider Student's t makes what a normal distribution does: trains stray as wholes, so that the size of their noise is
 * known from hardly more than the number of those of each direction.
 */
export function ofFew(trains: readonly Train[]): number {
  const counts = DIRECTIONS.map((d) => trains.filter(({ direction }) => direction === d).length);
  const few = Math.min(...counts.filter((n) => n > 0));
  return jstat.jStat.studentt.inv(HIGH, few + 1) / jstat.jStat.normal.inv(HIGH, 0, 1);
}

/**
 * A 95 % interval of a parameter: the basic bootstrap, value² / quantile for parameters above 0 and 2 value - quantile for others,
 * so that what the fit is off by on average is taken out; `widen` times as wide where the model misses by more than noise makes it.
 * Where it is `plain`, as it is by default at a bound, it reaches to where simulated fits do. Where all fits end at one value it is two of `error` wide, or null.
 */
export function interval(
  value: number,
  simulated: readonly number[],
  widen: number,
  [least, most]: readonly [number, number],
  error: number,
  plain = value <= least || value >= most,
): [number, number] | null {
  const sorted = simulated.toSorted((a, b) => a - b);
  const logarithmic = value > 0 && sorted[0]! > 0;
  const of = logarithmic ? Math.log : (v: number) => v;
  const back = logarithmic ? Math.exp : (v: number) => v;
  const offs = [LOW, HIGH].map((q) => of(quantileSorted(sorted, q)) - of(value));
  const [low, high] = [Math.min(offs[0]!, 0), Math.max(offs[1]!, 0)];
  const [down, up] = plain ? [low, high] : [-high, -low];
  const ends = [back(of(value) + widen * down), back(of(value) + widen * up)];
  const [from, to] = ends[0] === ends[1] ? [value - 2 * error, value + 2 * error] : [ends[0]!, ends[1]!];
  return from === to ? null : [Math.max(least, from), Math.min(most, to)];
}

const clip = (h: number) => Math.min(Math.max(h, 0), 1);

/**
 * The measurement made again, from the fitted device with its noise: the same trains, read after the same pulses. The n-th draw of
 * all belongs to (number of the simulation, n). `unit` is the largest reading, S.
 */
export function simulated(
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
      courses.get(device) ??
      (Object.fromEntries(DIRECTIONS.map((d) => [d, c.curves.course(c.p, d, factors.get(device) ?? UNIT)])) as Record<
        Direction,
        Course
      >);
    courses.set(device, own);
    return own[direction];
  };
  const places = cyclePlaces(trains);
  return trains.map((train, t) => {
    const { direction, device, elapsed } = train;
    const { from, range, start, step } = courseOf(device, direction);
    const worn = 1 + (noise.wear?.[direction] ?? 0) * places[t]!;
    const gain = noise.gain?.[direction] ? worn + noise.gain[direction] * normal() : worn;
    const sd = noise.step[direction];
    const by = (h: number) => (step(h) - h) * (sd > 0 ? gain + sd * normal() : gain);
    let h = noise.start ? clip(start + noise.start * normal()) : start;
    let n = 0;
    const conductance = elapsed.map((at) => {
      for (; n + 1 <= at; n++) h = clip(h + by(h));
      const rest = at - n;
      const level = from + range * (rest > 0 ? h + rest * (step(h) - h) : h);
      return (level + noise.reading * scatterAt(noise.kind, level) * normal()) * unit;
    });
    return { ...train, conductance };
  });
}
