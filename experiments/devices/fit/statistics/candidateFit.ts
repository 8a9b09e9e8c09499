import jstat from 'jstat';
import { median } from 'simple-statistics';
import { DIRECTIONS, type Direction, mapDirections, type Train } from '../import/trains.ts';
import { clip, dot, mean, sum } from '../lists.ts';
import { MIN_CLOSED_FORM_PULSES } from './advance.ts';
import {
  computeConductances,
  DEVICE_TO_DEVICE_FACTOR_KEYS,
  type DeviceFactors,
  type ModelCurve,
  UNIT_DEVICE_FACTORS,
} from './curves.ts';
import {
  fromFitCoordinate,
  minimiseSumOfSquares,
  type ParameterBounds,
  type ResidualFunction,
  toFitCoordinate,
} from './leastSquares.ts';
import type { NumberByDirection } from './noiseModel.ts';
import type { PooledReadings } from './pool.ts';
import {
  exponentialStepFamily,
  linearStepFamily,
  neuroSimStepFamily,
  powerLawStepFamily,
  type StepModelFamily,
  softBoundStepFamily,
  toModelParameters,
} from './stepFamilies.ts';

/** Equation of the conductance steps, with assumptions on where pulse trains start and how long a full train is. */
export interface ModelVariant {
  readonly family: StepModelFamily;
  readonly startLevel: 'bounds' | 'free';
  /** Directions whose trains start where the preceding train of the device ended. */
  readonly continuedDirections: readonly Direction[];
  /** Directions among `continuedDirections` whose start levels vary by more than read noise. */
  readonly varyingStartDirections: readonly Direction[];
  /** Number of pulses before the first reading of a train, 0 or 1. */
  readonly pulsesBefore: NumberByDirection;
  /** Number of pulses of a full NeuroSim train: equal to that of the measured trains, or fitted (`free`). */
  readonly trainLength: 'measured' | 'free';
}

/** Bounds for fits of ln(device / mean device) of gMin, gMax, steps up and steps down. */
const FACTOR_BOUNDS: ParameterBounds = { low: [-5, -3, -5, -5], high: [3, 3, 4, 4] };

/** Variance of a reading due to rounding in files, in units of the squared largest reading. */
export const ROUNDING_VARIANCE = 1e-12;

/** Minimum conductance range of a device, share of the range of the mean device. */
const MIN_RANGE = 1e-3;

/**
 * Least-squares fit of one step equation to all pulse trains. Conductances are in units of the largest reading.
 * `fitCoordinates`: gMin, gMax; parameters of the steps up, down; start levels up, down and ln(number of pulses of a
 * full train) up, down, if they are fitted.
 */
export class CandidateFit {
  readonly variant: ModelVariant;
  readonly bounds: ParameterBounds;
  /** Largest reading, S: unit of the conductances. */
  readonly conductanceUnit: number;
  /** Number of pulses in the longest train of each direction; 0 for a direction not measured, which mirrors the other one. */
  readonly #longestTrainPulseCounts: Readonly<Record<Direction, number>>;
  readonly #measured: readonly Direction[];
  fitCoordinates: number[] = [];
  /** Sum of the squared residuals of all readings. `misfit` adds their rounding variance, to compare candidates. */
  squareSum = Infinity;
  misfit = Infinity;

  constructor(variant: ModelVariant, { by, unit }: PooledReadings) {
    this.variant = variant;
    this.conductanceUnit = unit;
    const lengths = mapDirections((d) => by[d].elapsed.at(-1) ?? 0);
    this.#longestTrainPulseCounts = lengths;
    this.#measured = DIRECTIONS.filter((d) => lengths[d] > 0);
    const { shape } = variant.family;
    const both = (end: 'low' | 'high') => [...shape, ...shape].map((one) => toFitCoordinate(one, one[end]));
    const starts = (v: number) => (variant.startLevel === 'free' ? [v, v] : []);
    const pulses = (of: (n: number) => number) =>
      variant.trainLength === 'free' ? DIRECTIONS.map((d) => of(Math.max(1, lengths[d]))) : [];
    this.bounds = {
      low: [0, 1e-3, ...both('low'), ...starts(0), ...pulses(() => 0)],
      high: [2, 3, ...both('high'), ...starts(0.98), ...pulses((n) => Math.log(20 * n))],
    };
  }

  get parameterCount(): number {
    return 2 + ((this.bounds.low.length - 2) * this.#measured.length) / 2;
  }

  #readShapeParameters(p: readonly number[], direction: Direction) {
    const { family, trainLength, startLevel, pulsesBefore } = this.variant;
    const source = this.#longestTrainPulseCounts[direction] > 0 ? direction : direction === 'up' ? 'down' : 'up';
    const at = DIRECTIONS.indexOf(source);
    const size = family.shape.length;
    const startCount = startLevel === 'free' ? 2 : 0;
    return {
      values: family.shape.map((one, k) => fromFitCoordinate(one, p[2 + at * size + k]!)),
      startLevel: startCount > 0 ? p[2 + 2 * size + at]! : null,
      pulses:
        trainLength === 'free'
          ? Math.exp(p[2 + 2 * size + startCount + at]!)
          : this.#longestTrainPulseCounts[source] + pulsesBefore[source],
      pulsesBefore: pulsesBefore[source],
    };
  }

  createModelCurve(
    direction: Direction,
    f: DeviceFactors = UNIT_DEVICE_FACTORS,
    p: readonly number[] = this.fitCoordinates,
  ): ModelCurve {
    const { values, startLevel, pulses, pulsesBefore } = this.#readShapeParameters(p, direction);
    const { getStep: getChange, advance } = this.variant.family.createStepLaw(values, pulses, f[direction]);
    const low = p[0]! * f.min;
    const high = Math.max(p[1]! * f.max, low + (p[1]! - p[0]!) * MIN_RANGE);
    return {
      startBound: direction === 'up' ? low : high,
      range: direction === 'up' ? high - low : low - high,
      advance(from, count) {
        if (count >= MIN_CLOSED_FORM_PULSES) return advance(from, count);
        let h = from;
        for (let n = 0; n < count; n++) h = clip(h + getChange(h));
        return h;
      },
      startState: startLevel ?? (pulsesBefore === 1 ? clip(getChange(0)) : 0),
    };
  }

  /** Converts fit coordinates to device parameters, except gMin and gMax, for pulses in one direction. */
  getShapeParameters(coordinates: readonly number[], direction: Direction): Record<string, number> {
    const { values, pulses } = this.#readShapeParameters(coordinates, direction);
    return toModelParameters(this.variant.family, direction, values, pulses);
  }

  /** Fits the coordinates, from start values that follow from the readings; returns them. */
  fit(pool: PooledReadings): number[] {
    return minimiseSumOfSquares(this.#createResiduals(pool), this.#createStartCoordinates(pool), this.bounds).p;
  }

  /** Fits the coordinates to readings that differ little from those of the present fit, whose result is the start. */
  refit(pool: PooledReadings): number[] {
    return minimiseSumOfSquares(this.#createResiduals(pool), [this.fitCoordinates], this.bounds, true).p;
  }

  /** Fits gMin, gMax, steps up and steps down of a single device, relative to the mean device. */
  fitDeviceFactors(pool: PooledReadings): DeviceFactors {
    const residuals = this.#createResiduals(pool, (x, direction) => this.createModelCurve(direction, factorsOf(x)));
    return factorsOf(minimiseSumOfSquares(residuals, [[0, 0, 0, 0]], FACTOR_BOUNDS).p);
  }

  sumSquaredResiduals(pool: PooledReadings, coordinates: readonly number[] = this.fitCoordinates): number {
    const residuals = this.#createResiduals(pool)(coordinates);
    return dot(residuals, residuals) + pool.within;
  }

  /** Readings of a pulse train minus the fitted curve, in units of the largest reading of all trains. */
  computeResiduals({ direction, elapsed, conductance }: Train, p: readonly number[] = this.fitCoordinates): number[] {
    const curve = computeConductances(this.createModelCurve(direction, UNIT_DEVICE_FACTORS, p), elapsed);
    return conductance.map((g, i) => g / this.conductanceUnit - curve[i]!);
  }

  #createResiduals(
    { by }: PooledReadings,
    curveOf = (p: readonly number[], direction: Direction) => this.createModelCurve(direction, UNIT_DEVICE_FACTORS, p),
  ): ResidualFunction {
    const parts = this.#measured.map((direction) => ({
      direction,
      ...by[direction],
      root: by[direction].count.map(Math.sqrt),
    }));
    const total = sum(parts.map(({ elapsed }) => elapsed.length));
    return (x) => {
      const out = new Float64Array(total);
      let k = 0;
      for (const { direction, elapsed, mean, root } of parts) {
        const curve = computeConductances(curveOf(x, direction), elapsed);
        for (let i = 0; i < curve.length; i++) out[k++] = (curve[i]! - mean[i]!) * root[i]!;
      }
      return out;
    };
  }

  #createStartCoordinates({ by }: PooledReadings): number[][] {
    const ends = this.#measured.flatMap((direction) => {
      const { mean } = by[direction];
      const few = Math.max(1, Math.floor(mean.length / 20));
      return [mean.subarray(0, few), mean.subarray(-few)].map((part) => part.reduce((a, b) => a + b) / few);
    });
    const [lo, hi] = [Math.max(0, Math.min(...ends)), Math.max(...ends)];
    const { shape } = this.variant.family;
    const last = mapDirections((d) => by[d].elapsed.at(-1) ?? 0);
    const tail = [
      ...(this.variant.startLevel === 'free' ? [0.02, 0.02] : []),
      ...(this.variant.trainLength === 'free' ? DIRECTIONS.map((d) => Math.log(last[d] + 1)) : []),
    ];
    const own = (direction: Direction, s: number) => {
      const pulses = Math.max(1, last[direction]);
      return shape.map((one) => toFitCoordinate(one, one.getStartValues(Math.min(0.8, 3 / pulses), pulses)[s]!));
    };
    const indices = [...shape[0]!.getStartValues(1, 1).keys()];
    return indices.flatMap((s) => indices.map((t) => [lo, hi, ...own('up', s), ...own('down', t), ...tail]));
  }
}

const factorsOf = (x: readonly number[]): DeviceFactors =>
  Object.fromEntries(DEVICE_TO_DEVICE_FACTOR_KEYS.map((key, i) => [key, Math.exp(x[i]!)])) as Record<
    keyof DeviceFactors,
    number
  >;

/** Number of last readings that give a train's median change; largest jump to the train that continues it, median changes. */
const [LAST_READINGS, MAX_JUMP] = [5, 3];
const CONFIDENCE = 0.99;

/**
 * Tests if pulse trains of a direction start where the preceding train of the device ended, instead of gMin or gMax.
 * Start levels vary if their variance within devices is significantly (1 %) above that of read noise. The read-noise
 * variance is half the mean squared jump between trains.
 */
function testStarts(trains: readonly Train[], direction: Direction) {
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
  return { isContinued, isVarying };
}

function createVariants(family: StepModelFamily, trains: readonly Train[]): ModelVariant[] {
  const starts = {
    continuedDirections: DIRECTIONS.filter((d) => testStarts(trains, d).isContinued),
    varyingStartDirections: DIRECTIONS.filter((d) => testStarts(trains, d).isVarying),
  };
  const none = { up: 0, down: 0 };
  const plain: ModelVariant = { family, startLevel: 'bounds', ...starts, pulsesBefore: none, trainLength: 'measured' };
  // If the pulse counter of all trains starts at 1 or more, a pulse may have preceded the first reading.
  const pulsesBefore = mapDirections((d) => (trains.every((t) => t.direction !== d || t.first >= 1) ? 1 : 0));
  const bounds = pulsesBefore.up + pulsesBefore.down > 0 ? [plain, { ...plain, pulsesBefore }] : [plain];
  // Fits of the NeuroSim model assume that trains start at a conductance bound. With a free start level, its curves
  // equal those of the soft-bound model.
  if (family.name === 'neuroSim') return bounds.flatMap((variant) => [variant, { ...variant, trainLength: 'free' }]);
  // The power law has no free start level, which could not be identified together with bounds and exponent.
  if (family.name === 'power') return bounds;
  const free: ModelVariant = { ...plain, startLevel: 'free' };
  return starts.varyingStartDirections.length > 0 ? [free] : [...bounds, free];
}

/** Step equations in ascending number of parameters; of equations that fit equally well, the first is chosen. */
const FAMILIES: readonly StepModelFamily[] = [
  linearStepFamily,
  softBoundStepFamily,
  exponentialStepFamily,
  neuroSimStepFamily,
  powerLawStepFamily,
];

export function fitCandidates(trains: readonly Train[], of: PooledReadings, whole: PooledReadings): CandidateFit[][] {
  return FAMILIES.map((family) =>
    createVariants(family, trains).map((variant) => {
      const c = new CandidateFit(variant, whole);
      c.fitCoordinates = c.fit(of);
      c.squareSum = c.sumSquaredResiduals(whole);
      c.misfit = c.squareSum + whole.readings * ROUNDING_VARIANCE;
      return c;
    }),
  );
}
