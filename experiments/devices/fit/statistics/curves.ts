import { DIRECTIONS, type Direction } from '../import/trains.ts';
import { clip } from '../lists.ts';
import { type AdvanceState, MIN_CLOSED_FORM_PULSES } from './advance.ts';
import type { ModelFamily, PulseStep } from './families.ts';
import type { PooledReadings } from './pool.ts';

/** Model family, with assumptions on where trains start and how long a full train is. */
export interface ModelVariant {
  readonly family: ModelFamily;
  readonly startLevel: 'bounds' | 'free';
  /** Directions whose trains start where the preceding train of the device ended. */
  readonly continued: readonly Direction[];
  /** Directions among `continued` whose start levels vary by more than read noise. */
  readonly varyingStarts: readonly Direction[];
  readonly pulsesBefore: Readonly<Record<Direction, 0 | 1>>;
  /** Number of pulses of a full NeuroSim train: that of the measured trains, or a fitted parameter. */
  readonly length: 'measured' | 'free';
}

/** Factors that relate a device to the mean device: gMin, gMax, steps up, steps down. */
export const FACTOR_KEYS = ['min', 'max', 'up', 'down'] as const;
export type Factors = Readonly<Record<(typeof FACTOR_KEYS)[number], number>>;
export const UNIT_FACTORS: Factors = { min: 1, max: 1, up: 1, down: 1 };

/** Model curve in one pulse direction: conductance = `from` + h `range`, in units of the largest reading. */
export interface ModelCurve {
  readonly startBound: number;
  readonly range: number;
  readonly step: (h: number) => number;
  readonly advance: AdvanceState;
  readonly startState: number;
}

/** Minimum conductance range of a device, share of the range of the mean device. */
const MIN_RANGE = 1e-3;

/** Number of pulses in the longest train of each direction; 0 if not measured: it then mirrors the other direction. */
export type TrainLengths = Readonly<Record<Direction, number>>;
export const findTrainLengths = ({ by }: PooledReadings): TrainLengths => ({
  up: by.up.elapsed.at(-1) ?? 0,
  down: by.down.elapsed.at(-1) ?? 0,
});

/**
 * Model curves of both pulse directions. Coordinates in order: gMin, gMax (in units of the largest reading); shape up,
 * down; fitted start levels up, down; logarithms of fitted pulse numbers up, down. The last two are optional.
 */
export class ModelCurves {
  readonly variant: ModelVariant;
  readonly #lengths: TrainLengths;
  p: number[] = [];

  constructor(variant: ModelVariant, lengths: TrainLengths) {
    this.variant = variant;
    this.#lengths = lengths;
  }

  #sourceDirection(direction: Direction): Direction {
    return this.#lengths[direction] > 0 ? direction : direction === 'up' ? 'down' : 'up';
  }

  getShape(p: readonly number[], direction: Direction): { values: number[]; pulses: number } {
    const { family, length, startLevel, pulsesBefore } = this.variant;
    const source = this.#sourceDirection(direction);
    const at = DIRECTIONS.indexOf(source);
    const n = family.shape.length;
    const values = family.shape.map(({ coordinate }, k) => coordinate.toValue(p[2 + at * n + k]!));
    const measured = this.#lengths[source] + pulsesBefore[source];
    return {
      values,
      pulses: length === 'free' ? Math.exp(p[2 + 2 * n + (startLevel === 'free' ? 2 : 0) + at]!) : measured,
    };
  }

  createCurve(direction: Direction, f: Factors = UNIT_FACTORS, p: readonly number[] = this.p): ModelCurve {
    const { family, startLevel, pulsesBefore } = this.variant;
    const { values, pulses } = this.getShape(p, direction);
    const move: PulseStep = family.createStep(values, pulses);
    const source = this.#sourceDirection(direction);
    const amount = f[direction];
    const low = p[0]! * f.min;
    const high = Math.max(p[1]! * f.max, low + (p[1]! - p[0]!) * MIN_RANGE);
    const step = (h: number) => clip(h + amount * move(h));
    const free = startLevel === 'free' ? p[2 + 2 * family.shape.length + DIRECTIONS.indexOf(source)]! : 0;
    return {
      startBound: direction === 'up' ? low : high,
      range: direction === 'up' ? high - low : low - high,
      step: step,
      advance: stepOrAdvance(step, family.createAdvance(values, pulses, amount)),
      startState: startLevel === 'free' ? free : pulsesBefore[source] === 1 ? step(0) : 0,
    };
  }
}

/** Function that advances a position h by `count` pulses: pulse by pulse if few, otherwise in closed form. */
function stepOrAdvance(step: ModelCurve['step'], advance: AdvanceState): AdvanceState {
  return (from, count) => {
    if (count >= MIN_CLOSED_FORM_PULSES) return advance(from, count);
    let h = from;
    for (let n = 0; n < count; n++) h = step(h);
    return h;
  };
}

/** Position h after each of the given numbers of pulses; a fractional pulse makes that fraction of its step. */
export function followCurve({ startState, step, advance }: ModelCurve, elapsed: readonly number[]): Float64Array {
  const out = new Float64Array(elapsed.length);
  let h = startState;
  let n = 0;
  for (let i = 0; i < elapsed.length; i++) {
    const whole = Math.floor(elapsed[i]! - n);
    h = advance(h, whole);
    n += whole;
    const rest = elapsed[i]! - n;
    out[i] = rest > 0 ? h + rest * (step(h) - h) : h;
  }
  return out;
}

/** Conductance after each of the given numbers of pulses, in units of the largest reading. */
export function computeConductances(course: ModelCurve, elapsed: readonly number[]): Float64Array {
  const out = followCurve(course, elapsed);
  for (let i = 0; i < out.length; i++) out[i] = course.startBound + course.range * out[i]!;
  return out;
}
