import { DIRECTIONS, type Direction } from '../import/trains.ts';
import { clip } from '../lists.ts';
import { type AdvanceState, MIN_CLOSED_FORM_PULSES } from './advance.ts';
import type { ModelFamily, PulseStep } from './families.ts';
import type { PooledReadings } from './pool.ts';

/** Model family, with assumptions on where trains start and how long a full train is. */
export interface ModelVariant {
  readonly family: ModelFamily;
  readonly starts: 'bounds' | 'free';
  readonly before: Readonly<Record<Direction, 0 | 1>>;
  /** Number of pulses of a full NeuroSim train: that of the measured trains, or a fitted parameter. */
  readonly length: 'measured' | 'free';
}

/** Keys of the factors that relate a device to the mean device: gMin, gMax, steps up, steps down. */
export const FACTOR_KEYS = ['min', 'max', 'up', 'down'] as const;
export type Factors = Readonly<Record<(typeof FACTOR_KEYS)[number], number>>;
export const UNIT_FACTORS: Factors = { min: 1, max: 1, up: 1, down: 1 };

/** Model curve in one pulse direction: conductance = `from` + h `range`, in units of the largest reading. */
export interface Course {
  readonly from: number;
  readonly range: number;
  readonly step: (h: number) => number;
  readonly advance: AdvanceState;
  readonly start: number;
}

/** Minimum conductance range of a device, as a share of the range of the mean device. */
const MIN_RANGE = 1e-3;

/** Number of pulses in the longest train of each direction; 0: not measured, mirrors the other direction. */
export type Lengths = Readonly<Record<Direction, number>>;
export const lengthsOf = ({ by }: PooledReadings): Lengths => ({
  up: by.up.elapsed.at(-1) ?? 0,
  down: by.down.elapsed.at(-1) ?? 0,
});

/**
 * Model curves of both pulse directions, without feedback from readings. Coordinates: gMin, gMax (in units of the
 * largest reading), shape up, down; if fitted, start levels up, down; if fitted, logarithms of pulse numbers up, down.
 */
export class ModelCurves {
  readonly variant: ModelVariant;
  readonly #lengths: Lengths;
  p: number[] = [];

  constructor(variant: ModelVariant, lengths: Lengths) {
    this.variant = variant;
    this.#lengths = lengths;
  }

  #source(direction: Direction): Direction {
    return this.#lengths[direction] > 0 ? direction : direction === 'up' ? 'down' : 'up';
  }

  shape(p: readonly number[], direction: Direction): { values: number[]; pulses: number } {
    const { family, length, starts, before } = this.variant;
    const source = this.#source(direction);
    const at = DIRECTIONS.indexOf(source);
    const n = family.shape.length;
    const values = family.shape.map(({ coordinate }, k) => coordinate.value(p[2 + at * n + k]!));
    const measured = this.#lengths[source] + before[source];
    return {
      values,
      pulses: length === 'free' ? Math.exp(p[2 + 2 * n + (starts === 'free' ? 2 : 0) + at]!) : measured,
    };
  }

  course(direction: Direction, f: Factors = UNIT_FACTORS, p: readonly number[] = this.p): Course {
    const { family, starts, before } = this.variant;
    const { values, pulses } = this.shape(p, direction);
    const move: PulseStep = family.createStep(values, pulses);
    const source = this.#source(direction);
    const amount = f[direction];
    const low = p[0]! * f.min;
    const high = Math.max(p[1]! * f.max, low + (p[1]! - p[0]!) * MIN_RANGE);
    const step = (h: number) => clip(h + amount * move(h));
    const free = starts === 'free' ? p[2 + 2 * family.shape.length + DIRECTIONS.indexOf(source)]! : 0;
    return {
      from: direction === 'up' ? low : high,
      range: direction === 'up' ? high - low : low - high,
      step,
      advance: stepOrAdvance(step, family.createAdvance(values, pulses, amount)),
      start: starts === 'free' ? free : before[source] === 1 ? step(0) : 0,
    };
  }
}

/** Position after some pulses: computed pulse by pulse if they are few, otherwise in closed form. */
function stepOrAdvance(step: Course['step'], advance: AdvanceState): AdvanceState {
  return (from, count) => {
    if (count >= MIN_CLOSED_FORM_PULSES) return advance(from, count);
    let h = from;
    for (let n = 0; n < count; n++) h = step(h);
    return h;
  };
}

/** Position h after each of the given numbers of pulses; a fractional pulse makes that fraction of its step. */
export function followCurve({ start, step, advance }: Course, elapsed: readonly number[]): Float64Array {
  const out = new Float64Array(elapsed.length);
  let h = start;
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
export function computeConductances(course: Course, elapsed: readonly number[]): Float64Array {
  const out = followCurve(course, elapsed);
  for (let i = 0; i < out.length; i++) out[i] = course.from + course.range * out[i]!;
  return out;
}
