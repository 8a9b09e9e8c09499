import { inverse, Matrix } from 'ml-matrix';
import { sampleKurtosis } from 'simple-statistics';
import { DIRECTIONS, type Train } from '../import/trains.ts';
import type { Candidate } from './candidate.ts';
import type { Factors } from './curves.ts';
import { byDirection, type Noise, scatterAt } from './noiseModel.ts';
import type { Left } from './pool.ts';
import {
  centred,
  cyclePlaces,
  REPEATS,
  repeats,
  type Steps,
  startSpread,
  stepsOf,
  wearOf,
  withoutWear,
} from './steps.ts';

const [LAGS, ROUNDS, FARTHEST] = [5, 6, 4];

/** Unknown variances, in this order. */
const [STEP, READING, GAIN] = [{ up: 0, down: 1 }, 2, { up: 3, down: 4 }];
const UNKNOWNS = 5;
const NONE: readonly number[] = [0, 0, 0, 0, 0];
const [ALONE, REPEATED] = [
  [0, 1, 2],
  [0, 1, 2, 3, 4],
] as const;

/** What the product of two deviations is expected to be, by each of the variances. */
function expectation(s: Steps, i: number, lag: number, kind: Noise['kind']): number[] {
  const v = (k: number) => scatterAt(kind, s.level[k]!) ** 2;
  const x = [0, 0, 0, 0, 0];
  if (lag === 0) x[STEP[s.direction]] = s.root[i]! ** 2;
  if (lag === 0) x[READING] = v(i + 1) + s.keep[i]! ** 2 * v(i);
  if (lag === 1) x[READING] = -s.keep[i + 1]! * v(i + 1);
  x[GAIN[s.direction]] = s.size[i]! * s.size[i + lag]!;
  return x;
}

interface Moments {
  readonly kind: Noise['kind'];
  readonly found: readonly number[];
  readonly errors: readonly number[];
  readonly score: number;
}

/**
 * Variances by weighted least squares of the products of deviations up to five readings apart. Scatter of reading is white in the
 * readings and makes neighbouring differences go against each other, that of steps adds up and leaves them independent, a gain
 * makes all of a train go together. A curve that misses slowly does not mislead it. Those that come out negative are 0.
 * @param unknown numbers of the variances that are looked for.
 * @param given the others.
 */
function moments(steps: readonly Steps[], kind: Noise['kind'], unknown: readonly number[], given = NONE): Moments {
  const lags = unknown.includes(GAIN.up) ? LAGS : 1;
  const all = steps.flatMap(({ off }) => [...off]);
  const square = all.reduce((sum, d) => sum + d * d, 0) / Math.max(all.length, 1);
  const floor = Math.max(1e-12 * square, 1e-18);
  let found: readonly number[] = given.map((v, k) => (k === READING ? square / 2 : v));
  let errors: readonly number[] = [];
  let score = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const [normal, right] = [Matrix.zeros(UNKNOWNS, UNKNOWNS), new Array<number>(UNKNOWNS).fill(0)];
    score = 0;
    for (const s of steps) {
      const own = s.off.map((_, i) => dot(expectation(s, i, 0, kind), found) + floor);
      const limited = s.off.map((d, i) => Math.sign(d) * Math.min(Math.abs(d), FARTHEST * Math.sqrt(own[i]!)));
      for (let lag = 0; lag <= lags; lag++) {
        for (let i = 0; i + lag < limited.length; i++) {
          const x = expectation(s, i, lag, kind);
          const product = limited[i]! * limited[i + lag]!;
          const weight = 1 / ((lag === 0 ? 2 : 1) * own[i]! * own[i + lag]!);
          if (lag === 0) score += Math.log(own[i]!) + product / own[i]!;
          const rest = product - dot(x, given);
          for (const a of unknown) {
            right[a]! += weight * x[a]! * rest;
            for (const b of unknown) normal.set(a, b, normal.get(a, b) + weight * x[a]! * x[b]!);
          }
        }
      }
    }
    const [solved, uncertain] = nonNegative(normal, right, unknown);
    [found, errors] = [solved.map((v, k) => v + given[k]!), uncertain];
  }
  return { kind, found, errors, score };
}

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * b[i]!, 0);

/** Solves for the known unknowns, leaving out one after the other what comes out negative. */
function nonNegative(normal: Matrix, right: readonly number[], known: readonly number[]): [number[], number[]] {
  const found = right.map(() => 0);
  const errors = right.map((_, k) => (normal.get(k, k) > 0 ? 1 / Math.sqrt(normal.get(k, k)) : 0));
  let at = known.filter((k) => normal.get(k, k) > 0);
  while (at.length > 0) {
    const scale = at.map((k) => Math.sqrt(normal.get(k, k)));
    const scaled = new Matrix(at.map((a, i) => at.map((b, k) => normal.get(a, b) / scale[i]! / scale[k]!)));
    const turned = inverse(scaled, true);
    const values = at.map(
      (_, i) =>
        dot(
          at.map((b, k) => right[b]! / scale[k]!),
          turned.getRow(i),
        ) / scale[i]!,
    );
    const least = values.reduce((a, v, i) => (v < values[a]! ? i : a), 0);
    if (values[least]! >= 0) {
      at.forEach((k, i) => {
        found[k] = values[i]!;
        errors[k] = Math.sqrt(Math.max(0, turned.get(i, i))) / scale[i]!;
      });
      break;
    }
    at = at.filter((_, i) => i !== least);
  }
  return [found, errors];
}

/** A variance that is not this many standard errors above 0 is taken for 0: 1 %, one-sided. */
const SIGNIFICANT = 2.33;
/** The same for what is told and written: errors of products leave out that neighbours go together. */
const TOLD = 3.5;
/** What scatters by less than this share of a step does not. */
const LEAST_TOLD = 1e-4;
/** Files hold rounded numbers: readings scatter by this share of the largest at least. */
const LEAST_NOISE = 1e-6;
/** Where repeats tell the scatter of steps, that of readings must not make more of what is left than this many times as much. */
const READINGS = 3;

/** What of the noise is told from 0, and the least and the most that are not unlikely. */
export interface Estimate {
  readonly told: Noise;
  readonly least: Noise;
  readonly most: Noise;
}

/**
 * Where repeats tell the variance of a step by itself: over all steps what they vary by, readings and gain taken out, over the sum of
 * their squares. Scatter that is no constant share of a step then counts as it adds up over a train.
 */
function onAverage(steps: readonly Steps[], { kind, found, errors }: Moments): number[] {
  const all = [...found];
  for (const direction of DIRECTIONS) {
    const k = STEP[direction];
    let [rest, squares, read] = [0, 0, 0];
    for (const s of steps.filter((own) => own.direction === direction)) {
      s.off.forEach((d, i) => {
        const x = expectation(s, i, 0, kind);
        const [readings, own] = [x[READING]! * found[READING]!, x[k]!];
        rest += d * d - readings - x[GAIN[direction]]! * found[GAIN[direction]]!;
        squares += own;
        read += readings;
      });
    }
    if (found[k]! > SIGNIFICANT * errors[k]! && READINGS * rest > read) all[k] = rest / squares;
  }
  return all;
}

/** Trains of one direction: those of several devices have in common what the curve misses, if not how they scatter. */
const alike = (trains: readonly Train[]): number[][] =>
  DIRECTIONS.map((d) => trains.map((_, t) => t).filter((t) => trains[t]!.direction === d));

/** Readings that remain at least of a train of which every so manieth is looked at. */
const LEAST_OF_STRIDE = 24;

/** Noise of the trains about the curves of a candidate, with the factors of each device; what is left out apart. */
export function estimateNoise(
  trains: readonly Train[],
  unit: number,
  c: Candidate,
  left: Left,
  factors: ReadonlyMap<string, Factors>,
): Estimate {
  const courseOf = ({ device, direction }: Train) => c.curves.course(c.p, direction, factors.get(device));
  const own = repeats(trains);
  const repeated = own.some((g) => g.length >= REPEATS);
  const groups = repeated ? own : alike(trains);
  const raw = centred(stepsOf(trains, unit, courseOf, left), groups);
  const places = cyclePlaces(trains);
  const wear = repeated ? wearOf(raw, places) : null;
  const steps = wear === null ? raw : withoutWear(raw, places, wear);
  const kinds = (['absolute', 'relative'] as const).map((kind) => moments(steps, kind, repeated ? REPEATED : ALONE));
  const fit = kinds[1]!.score < kinds[0]!.score ? kinds[1]! : kinds[0]!;
  const { kind } = fit;
  const { found, errors } = groups.some((g) => g.length >= REPEATS)
    ? { ...fit, found: onAverage(steps, fit) }
    : alone(steps, fit, (stride) => stepsOf(trains, unit, courseOf, left, stride));
  const reading = Math.max(LEAST_NOISE, Math.sqrt(found[READING]!));
  const start = repeated
    ? startSpread(trains, unit, left, { kind, reading }, Math.abs(c.curves.course(c.p, 'up').range))
    : null;
  const one = (of: (k: number) => number): Noise => ({
    kind,
    reading,
    step: byDirection((d) => of(STEP[d])),
    gain: repeated ? byDirection((d) => of(GAIN[d])) : null,
    wear,
    start,
  });
  const likely = (by: number) => one((k) => Math.sqrt(Math.max(0, found[k]! + by * errors[k]!)));
  return {
    told: one((k) => (found[k]! > Math.max(TOLD * errors[k]!, LEAST_TOLD ** 2) ? Math.sqrt(found[k]!) : 0)),
    least: likely(-SIGNIFICANT),
    most: likely(SIGNIFICANT),
  };
}

/**
 * Of trains that are not repeated: readings whose scatter lasts for a few of them look like steps, but not from far apart, where that
 * of steps has added up. Steps are told from as far apart as trains allow, where fewer of them are independent.
 * @param at deviations of every so manieth reading.
 */
function alone(near: readonly Steps[], { kind, errors }: Moments, at: (stride: number) => Steps[]): Moments {
  const shortest = Math.min(...near.map(({ off }) => off.length + 1));
  const stride = 2 ** Math.max(0, Math.floor(Math.log2(shortest / LEAST_OF_STRIDE)));
  const apart = centred(at(stride), []);
  const far = moments(apart, kind, ALONE);
  const own = apart.flatMap((s) =>
    [...s.off].map((d, i) => d / Math.sqrt(dot(expectation(s, i, 0, kind), far.found) + Number.MIN_VALUE)),
  );
  const tails = sampleKurtosis(own) / 2; // the square of what is not normal scatters by more
  const wider = far.errors.map((v) => v * Math.sqrt(stride * Math.max(1, 1 + tails)));
  const told = NONE.map((_, k) => (k !== READING && far.found[k]! > TOLD * wider[k]! ? far.found[k]! : 0));
  const white = ofReadings(at(1), kind);
  const reading = white > 0 ? white : moments(near, kind, [READING], told).found[READING]!;
  return {
    ...far,
    found: far.found.map((v, k) => (k === READING ? reading : v)),
    errors: wider.map((v, k) => (k === READING ? errors[k]! : v)),
  };
}

/**
 * Variance of readings that stand alone: that by which neighbouring differences go against each other, more than those two to four
 * apart do, which what lasts longer and a curve that misses make alike.
 */
function ofReadings(steps: readonly Steps[], kind: Noise['kind']): number {
  let [sum, count] = [0, 0];
  for (const { off, keep, level } of steps) {
    for (let i = 0; i + 4 < off.length; i++) {
      const apart = (off[i + 2]! + off[i + 3]! + off[i + 4]!) / 3;
      sum += (off[i]! * (apart - off[i + 1]!)) / scatterAt(kind, level[i + 1]!) ** 2;
      count += keep[i + 1]!;
    }
  }
  return count > 0 ? sum / count : 0;
}
