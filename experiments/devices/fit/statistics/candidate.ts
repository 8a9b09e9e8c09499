import jstat from 'jstat';
import { median } from 'simple-statistics';
import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import { dot, mean, sum } from '../lists.ts';
import {
  computeConductances,
  FACTOR_KEYS,
  type Factors,
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

/** Variance of a reading due to rounding in files, in units of the squared largest reading. */
export const ROUNDING_VARIANCE = 1e-12;

/** Least-squares fit of one model variant to pooled readings. Conductances are in units of the largest reading. */
export class Candidate extends ModelCurves {
  readonly bounds: Bounds;
  readonly #measured: readonly Direction[];
  /** Sum of the squared residuals of all readings. `misfit` adds their rounding variance, to compare candidates. */
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
    this.bounds = {
      low: [0, 1e-3, ...both('low'), ...starts(0), ...pulses(() => 0)],
      high: [2, 3, ...both('high'), ...starts(0.98), ...pulses((n) => Math.log(20 * n))],
    };
  }

  get parameterCount(): number {
    return 2 + ((this.bounds.low.length - 2) * this.#measured.length) / 2;
  }

  /** Fits coordinates. @param near true if `starts` come from a fit to nearly the same readings */
  fit(of: PooledReadings, starts: readonly (readonly number[])[] = this.#createStarts(of), near = false): number[] {
    const residuals = this.#createResiduals(of, (p) => [p, UNIT_FACTORS]);
    return leastSquares(residuals, starts, this.bounds, near).p;
  }

  setFittedCoordinates(p: number[], whole: PooledReadings): void {
    this.p = p;
    this.squareSum = this.sumSquares(whole);
    this.misfit = this.squareSum + whole.readings * ROUNDING_VARIANCE;
  }

  /** Fits the factors of a device (gMin, gMax, steps up, steps down) relative to the mean device with coordinates p. */
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

const factorsOf = (x: readonly number[]): Factors =>
  Object.fromEntries(FACTOR_KEYS.map((key, i) => [key, Math.exp(x[i]!)])) as Record<keyof Factors, number>;

/** Families in ascending number of parameters; of equivalent families, the first is chosen. */
const FAMILIES: readonly ModelFamily[] = [
  linearFamily,
  softBoundFamily,
  exponentialFamily,
  neuroSimFamily,
  powerFamily,
];

/** Number of last readings whose median change is taken; largest jump to a continued train, in median changes. */
const [LAST_READINGS, MAX_JUMP] = [5, 3];
const CONFIDENCE = 0.99;

/**
 * Finds the directions whose trains start where the preceding train of the device ended: such a start shows no bound.
 * Start levels vary if their variance within devices is significantly (1 %) above that of read noise. The read-noise
 * variance is half the mean squared jump between trains.
 */
function findContinuedDirections(trains: readonly Train[]) {
  const found = DIRECTIONS.map((direction) => {
    const before = new Map<string, Train>();
    const firsts = new Map<string, number[]>();
    const [jumps, changes]: [number[], number[]] = [[], []];
    for (const train of trains) {
      const last = before.get(train.device)?.conductance.slice(-LAST_READINGS);
      before.set(train.device, train);
      if (train.direction !== direction) continue;
      const [first, second] = train.conductance;
      firsts.set(train.device, [...(firsts.get(train.device) ?? []), first!]);
      if (last === undefined) continue;
      const jump = first! - last.at(-1)!;
      // If a pulse may have preceded the first reading of a train, the jump from the previous train contains one step.
      const beforePulse = train.first >= 1 ? jump + first! - second! : jump;
      jumps.push(Math.abs(beforePulse) < Math.abs(jump) ? beforePulse : jump);
      changes.push(...last.slice(1).map((g, i) => Math.abs(g - last[i]!)));
    }
    const isContinued = jumps.length > 0 && median(jumps.map(Math.abs)) <= MAX_JUMP * median(changes);
    const lists = [...firsts.values()];
    const freedom = lists.flat().length - lists.length;
    const squares = sum(lists.flatMap((list) => list.map((g) => (g - mean(list)) ** 2)));
    const readVariance = mean(jumps.map((g) => g * g)) / 2;
    const isVarying =
      isContinued && freedom > 0 && squares > readVariance * jstat.jStat.chisquare.inv(CONFIDENCE, freedom);
    return { direction, isContinued, isVarying };
  });
  const pick = (key: 'isContinued' | 'isVarying') => found.filter((one) => one[key]).map((one) => one.direction);
  return { continued: pick('isContinued'), varyingStarts: pick('isVarying') };
}

function variantsOf(family: ModelFamily, trains: readonly Train[]): ModelVariant[] {
  // If the pulse counter of all trains starts at 1 or more, a pulse may have preceded the first reading.
  const counts = (direction: Direction) =>
    trains.every((t) => t.direction !== direction || t.first >= 1) ? (1 as const) : (0 as const);
  const counted = { up: counts('up'), down: counts('down') };
  const none = { up: 0, down: 0 } as const;
  const starts = findContinuedDirections(trains);
  const atBounds = counted.up + counted.down > 0 ? [none, counted] : [none];
  // Fits of the NeuroSim model assume that trains start at a conductance bound. With a free start level, its curves
  // equal those of the soft-bound model.
  if (family.name === 'neuroSim')
    return atBounds.flatMap((pulsesBefore): ModelVariant[] =>
      (['measured', 'free'] as const).map((length) => ({
        family,
        startLevel: 'bounds',
        ...starts,
        pulsesBefore,
        length,
      })),
    );
  const bounds = atBounds.map(
    (pulsesBefore): ModelVariant => ({ family, startLevel: 'bounds', ...starts, pulsesBefore, length: 'measured' }),
  );
  // The power law has no free start level: it cannot be identified together with bounds and exponent.
  if (family.name === 'power') return bounds;
  const free: ModelVariant = { family, startLevel: 'free', ...starts, pulsesBefore: none, length: 'measured' };
  return starts.varyingStarts.length > 0 ? [free] : [...bounds, free];
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
      c.setFittedCoordinates(c.fit(of), whole);
      return c;
    }),
  );
}
