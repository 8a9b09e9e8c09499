import { median } from 'simple-statistics';
import { createByDirection, DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import { clip, dot, extentOf } from '../lists.ts';
import {
  computeConductances,
  FACTOR_KEYS,
  type Factors,
  followCurve,
  type ModelCurve,
  ModelCurves,
  type ModelVariant,
  type TrainLengths,
  UNIT_FACTORS,
} from './curves.ts';
import {
  exponentialFamily,
  linearFamily,
  type ModelFamily,
  neuroSimFamily,
  powerFamily,
  softBoundFamily,
} from './families.ts';
import { type Bounds, leastSquares, type Residuals } from './leastSquares.ts';
import type { PooledReadings } from './pool.ts';

/** Bounds of the logarithms of the device factors (gMin, gMax, steps up, steps down). */
const FACTOR_BOUNDS: Bounds = { low: [-5, -3, -5, -5], high: [3, 3, 4, 4] };

/** Minimum mean squared residual, in units of the squared largest reading, because numbers in files are rounded. */
export const ROUNDING_VARIANCE = 1e-12;

/** Fit to trains that each start at their own level. `paths`: positions from start bound (0) to end bound (1). */
export interface TrainFit {
  readonly p: readonly number[];
  readonly squareSum: number;
  readonly paths: Readonly<Record<Direction, readonly Float64Array[]>>;
  /** Start position of each train, in the order of the trains. */
  readonly starts: readonly number[];
  /** Lowest and highest position of the curves, from gMin (0) to gMax (1). */
  readonly visited: readonly [low: number, high: number];
}

/** Least-squares fit of one model variant to pooled readings. Conductances are in units of the largest reading. */
export class Candidate extends ModelCurves {
  readonly #bounds: Bounds;
  readonly #measured: readonly Direction[];
  /** Sum of the squared residuals of all readings; `misfit` adds a term for rounding, to compare candidates. */
  squareSum = Infinity;
  misfit = Infinity;

  constructor(variant: ModelVariant, lengths: TrainLengths) {
    super(variant, lengths);
    this.#measured = DIRECTIONS.filter((d) => lengths[d] > 0);
    const shape = variant.family.shape.map(({ coordinate }) => coordinate);
    const both = (of: 'low' | 'high') => [...shape.map((c) => c[of]), ...shape.map((c) => c[of])];
    const starts = (v: number) => (variant.startLevel === 'free' ? [v, v] : []);
    const pulses = (of: (n: number) => number) =>
      variant.length === 'free' ? DIRECTIONS.map((d) => of(Math.max(1, lengths[d]))) : [];
    this.#bounds = {
      low: [0, 1e-3, ...both('low'), ...starts(0), ...pulses(() => 0)],
      high: [2, 3, ...both('high'), ...starts(0.98), ...pulses((n) => Math.log(20 * n))],
    };
  }

  get parameterCount(): number {
    return 2 + ((this.#bounds.low.length - 2) * this.#measured.length) / 2;
  }

  /** Fits the coordinates by least squares. @param near true if `starts` come from a fit to nearly the same readings */
  fit(of: PooledReadings, starts: readonly (readonly number[])[] = this.#createStarts(of), near = false): number[] {
    const residuals = this.#createResiduals(of, (p) => [p, UNIT_FACTORS]);
    return leastSquares(residuals, starts, this.#bounds, near).p;
  }

  /**
   * Fits the coordinates to trains that each start at their own level, found for each set of coordinates (variable
   * projection, Golub & Pereyra 1973, doi:10.1137/0710036).
   * @param held index of a coordinate that keeps its value in `start`
   */
  fitTrains(trains: readonly Train[], unit: number, start: readonly number[], near: boolean, held = -1): TrainFit {
    const size = 2 + 2 * this.variant.family.shape.length;
    const fitted = Array.from({ length: size }, (_, i) => i).filter((i) => i !== held);
    const expand = (x: readonly number[]) => start.map((v, i) => (fitted.includes(i) ? x[fitted.indexOf(i)]! : v));
    const levels = trains.map(({ conductance }) => conductance.map((g) => g / unit));
    const follow = (p: readonly number[]) => {
      const curves = createByDirection((d) => this.createCurve(d, UNIT_FACTORS, p));
      return trains.map(({ direction, elapsed }, t) => followFromLevel(curves[direction], elapsed, levels[t]!));
    };
    const residuals: Residuals = (x) => {
      const curves = createByDirection((d) => this.createCurve(d, UNIT_FACTORS, expand(x)));
      return Float64Array.from(
        follow(expand(x)).flatMap((path, t) => {
          const { startBound, range } = curves[trains[t]!.direction];
          return levels[t]!.map((level, i) => startBound + range * path[i]! - level);
        }),
      );
    };
    const pick = (list: readonly number[]) => fitted.map((i) => list[i]!);
    const bounds = { low: pick(this.#bounds.low), high: pick(this.#bounds.high) };
    const { p: x, squareSum } = leastSquares(residuals, [pick(start)], bounds, near, near ? 1 : undefined);
    const p = expand(x);
    const all = follow(p);
    const paths = createByDirection((d) => all.filter((_, t) => trains[t]!.direction === d));
    const states = all.flatMap((path, t) => [...path].map((h) => (trains[t]!.direction === 'up' ? h : 1 - h)));
    return { p, squareSum, paths, starts: all.map((path) => path[0]!), visited: extentOf(states) };
  }

  setCoordinates(p: number[], whole: PooledReadings): void {
    this.p = p;
    this.squareSum = this.sumSquares(whole);
    this.misfit = this.squareSum + whole.readings * ROUNDING_VARIANCE;
  }

  /** Factors of a device (gMin, gMax, steps up, steps down) relative to the mean device with coordinates p. */
  fitFactors(of: PooledReadings, p: readonly number[]): Factors {
    const place = (x: readonly number[]): [readonly number[], Factors] => [p, factorsOf(x)];
    return factorsOf(leastSquares(this.#createResiduals(of, place), [[0, 0, 0, 0]], FACTOR_BOUNDS).p);
  }

  sumSquares(of: PooledReadings, p: readonly number[] = this.p, factors: Factors = UNIT_FACTORS): number {
    const residuals = this.#createResiduals(of, (x) => [x, factors])(p);
    return dot(residuals, residuals) + of.within;
  }

  /** Deviations of the readings of a train from the curve, in units of the largest reading, `unit` (S). */
  computeResiduals({ direction, elapsed, conductance }: Train, unit: number, p: readonly number[] = this.p): number[] {
    const curve = computeConductances(this.createCurve(direction, UNIT_FACTORS, p), elapsed);
    return conductance.map((g, i) => g / unit - curve[i]!);
  }

  #createResiduals(of: PooledReadings, place: (x: readonly number[]) => [readonly number[], Factors]): Residuals {
    const parts = this.#measured.map((direction) => {
      const { elapsed, mean, count } = of.by[direction];
      return { direction, elapsed, mean, root: count.map(Math.sqrt) };
    });
    const total = parts.reduce((sum, { elapsed }) => sum + elapsed.length, 0);
    return (x) => {
      const [p, factors] = place(x);
      const out = new Float64Array(total);
      let k = 0;
      for (const { direction, elapsed, mean, root } of parts) {
        const curve = computeConductances(this.createCurve(direction, factors, p), elapsed);
        for (let i = 0; i < curve.length; i++) out[k++] = (curve[i]! - mean[i]!) * root[i]!;
      }
      return out;
    };
  }

  #createStarts({ by }: PooledReadings): number[][] {
    const ends = this.#measured.flatMap((direction) => {
      const { mean } = by[direction];
      const few = Math.max(1, Math.floor(mean.length / 20));
      return [mean.subarray(0, few), mean.subarray(-few)].map((part) => part.reduce((a, b) => a + b) / few);
    });
    const [lo, hi] = [Math.max(0, Math.min(...ends)), Math.max(...ends)];
    const { shape } = this.variant.family;
    const tail = [
      ...(this.variant.startLevel === 'free' ? [0.02, 0.02] : []),
      ...(this.variant.length === 'free' ? DIRECTIONS.map((d) => Math.log((by[d].elapsed.at(-1) ?? 0) + 1)) : []),
    ];
    const own = (s: number) =>
      DIRECTIONS.map((direction) => {
        const pulses = Math.max(1, by[direction].elapsed.at(-1) ?? 0);
        return shape.map(({ coordinate, getStartValues }) =>
          coordinate.fromValue(getStartValues(Math.min(0.8, 3 / pulses), pulses)[s]!),
        );
      });
    const pairs = shape[0]!.getStartValues(1, 1).flatMap((_, s, all) => all.map((__, t) => [s, t] as const));
    return pairs.map(([s, t]) => [lo, hi, ...own(s)[0]!, ...own(t)[1]!, ...tail]);
  }
}

const DIFFERENCE = 1e-4;

/** Path of a curve from the start level that fits the levels best (one Gauss-Newton step from the first level). */
function followFromLevel(curve: ModelCurve, elapsed: readonly number[], levels: readonly number[]): Float64Array {
  const pathFrom = (startState: number) => followCurve({ ...curve, startState }, elapsed);
  const positions = levels.map((level) => (level - curve.startBound) / curve.range);
  const start = clip(positions[0]!);
  const by = start > 0.5 ? -DIFFERENCE : DIFFERENCE;
  const [path, moved] = [pathFrom(start), pathFrom(start + by)];
  const slopes = path.map((h, i) => (moved[i]! - h) / by);
  const gaps = path.map((h, i) => positions[i]! - h);
  return pathFrom(clip(start + dot(slopes, gaps) / dot(slopes, slopes)));
}

const factorsOf = (x: readonly number[]): Factors =>
  Object.fromEntries(FACTOR_KEYS.map((key, i) => [key, Math.exp(x[i]!)])) as Record<keyof Factors, number>;

/** Model families in ascending number of parameters; of equivalent families, the first is chosen. */
const FAMILIES: readonly ModelFamily[] = [
  linearFamily,
  softBoundFamily,
  exponentialFamily,
  neuroSimFamily,
  powerFamily,
];

/** Number of last readings of a train, and largest jump to the next train in units of their mean change. */
const [LAST_READINGS, MAX_JUMP] = [5, 3];

/** Directions whose trains start where the preceding train of the device ended: such a start shows no bound. */
function findContinuedDirections(trains: readonly Train[]): Direction[] {
  return DIRECTIONS.filter((direction) => {
    const before = new Map<string, Train>();
    const [jumps, changes]: [number[], number[]] = [[], []];
    for (const train of trains) {
      const last = before.get(train.device)?.conductance.slice(-LAST_READINGS);
      before.set(train.device, train);
      if (last === undefined || train.direction !== direction) continue;
      const [first, second] = train.conductance;
      const end = last.at(-1)!;
      // If a pulse may have preceded the first reading, the jump contains one step.
      const starts = train.first >= 1 ? [first! - end, 2 * first! - second! - end] : [first! - end];
      jumps.push(Math.min(...starts.map(Math.abs)));
      changes.push(...last.slice(1).map((g, i) => Math.abs(g - last[i]!)));
    }
    return jumps.length > 0 && median(jumps) <= MAX_JUMP * median(changes);
  });
}

function variantsOf(family: ModelFamily, trains: readonly Train[]): ModelVariant[] {
  // If the pulse counter of all trains starts at 1 or more, a pulse may have preceded the first reading.
  const counts = (direction: Direction) =>
    trains.every((t) => t.direction !== direction || t.first >= 1) ? (1 as const) : (0 as const);
  const counted = { up: counts('up'), down: counts('down') };
  const none = { up: 0, down: 0 } as const;
  const continued = findContinuedDirections(trains);
  const atBounds = counted.up + counted.down > 0 ? [none, counted] : [none];
  // neuroSim is fitted with starts at a bound only: for other starts, its curves equal those of softBound.
  if (family.name === 'neuroSim')
    return atBounds.flatMap((pulsesBefore): ModelVariant[] =>
      (['measured', 'free'] as const).map((length) => ({
        family,
        startLevel: 'bounds',
        continued,
        pulsesBefore,
        length,
      })),
    );
  const bounds = atBounds.map(
    (pulsesBefore): ModelVariant => ({ family, startLevel: 'bounds', continued, pulsesBefore, length: 'measured' }),
  );
  // The power law has no free start level: it cannot be identified together with bounds and exponent.
  if (family.name === 'power') return bounds;
  const free: ModelVariant = { family, startLevel: 'free', continued, pulsesBefore: none, length: 'measured' };
  return continued.length > 0 ? [free] : [...bounds, free];
}

export function fitCandidates(
  trains: readonly Train[],
  of: PooledReadings,
  whole: PooledReadings,
  lengths: TrainLengths,
): Candidate[][] {
  return FAMILIES.map((family) =>
    variantsOf(family, trains).map((variant) => {
      const c = new Candidate(variant, lengths);
      c.setCoordinates(c.fit(of), whole);
      return c;
    }),
  );
}
