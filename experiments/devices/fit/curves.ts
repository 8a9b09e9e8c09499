import { type Advance, MIN_CLOSED_FORM_PULSES } from './advance.ts';
import type { Family, Move } from './families.ts';
import type { Pool } from './means.ts';
import { DIRECTIONS, type Direction } from './reading/train.ts';

/** A family with the assumptions under which its curve is compared with the readings. */
export interface Variant {
  readonly family: Family;
  /** Where the curve of a direction starts: at the bound that is left, or at a level that is fitted. */
  readonly starts: 'bounds' | 'free';
  /** Pulses before the first reading of a train that starts at a bound, by direction. */
  readonly before: Readonly<Record<Direction, 0 | 1>>;
  /** Whether the full train of NeuroSim is as long as those measured, or a parameter. */
  readonly length: 'measured' | 'free';
}

/** By how much a device differs from the mean one: factors of gMin, gMax, upward and downward steps. */
export const FACTOR_KEYS = ['min', 'max', 'up', 'down'] as const;
export type Factors = Readonly<Record<(typeof FACTOR_KEYS)[number], number>>;
export const UNIT: Factors = { min: 1, max: 1, up: 1, down: 1 };

/** What a direction's curve is made of: h is the way gone as a share of the range, 0 at `from`, 1 at `from + range`. */
export interface Course {
  readonly from: number;
  readonly range: number;
  /** One pulse, clipped to 0 … 1. */
  readonly step: (h: number) => number;
  /** A whole number of pulses, clipped to 0 … 1. */
  readonly advance: Advance;
  readonly start: number;
}

/** Share of the range that the largest conductance lies above the smallest at least. */
const NARROWEST = 1e-3;

const clip = (h: number) => Math.min(Math.max(h, 0), 1);

/** Pulses of the longest train of each direction; 0 of one that was not measured, for which the other then stands. */
export type Lengths = Readonly<Record<Direction, number>>;
export const lengthsOf = ({ by }: Pool): Lengths => ({
  up: by.up.elapsed.at(-1) ?? 0,
  down: by.down.elapsed.at(-1) ?? 0,
});

/**
 * The one curve of each direction, free-running from its start. Coordinates: gMin, gMax (in units of the largest reading), shape up,
 * shape down, and where they are fitted the starts up and down and the logarithms of the numbers of pulses.
 */
export class Curves {
  readonly variant: Variant;
  readonly #lengths: Lengths;

  constructor(variant: Variant, lengths: Lengths) {
    this.variant = variant;
    this.#lengths = lengths;
  }

  /** The direction that this one is known from. */
  #source(direction: Direction): Direction {
    return this.#lengths[direction] > 0 ? direction : direction === 'up' ? 'down' : 'up';
  }

  /** Values of the shape of one direction, and the length of the full train. */
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

  course(p: readonly number[], direction: Direction, f: Factors = UNIT): Course {
    const { family, starts, before } = this.variant;
    const { values, pulses } = this.shape(p, direction);
    const move: Move = family.move(values, pulses);
    const source = this.#source(direction);
    const amount = f[direction];
    const low = p[0]! * f.min;
    const high = Math.max(p[1]! * f.max, low + (p[1]! - p[0]!) * NARROWEST);
    const step = (h: number) => clip(h + amount * move(h));
    const free = starts === 'free' ? p[2 + 2 * family.shape.length + DIRECTIONS.indexOf(source)]! : 0;
    return {
      from: direction === 'up' ? low : high,
      range: direction === 'up' ? high - low : low - high,
      step,
      advance: stepOrAdvance(step, family.advance(values, pulses, amount)),
      start: starts === 'free' ? free : before[source] === 1 ? step(0) : 0,
    };
  }
}

function stepOrAdvance(step: Course['step'], advance: Advance): Advance {
  return (from, count) => {
    if (count >= MIN_CLOSED_FORM_PULSES) return advance(from, count);
    let h = from;
    for (let n = 0; n < count; n++) h = step(h);
    return h;
  };
}

/** The way gone after each of these counts of pulses; a fraction of a pulse makes that share of its step. */
export function follow({ start, step, advance }: Course, elapsed: readonly number[]): Float64Array {
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

/** The same as conductance. */
export function levels(course: Course, elapsed: readonly number[]): Float64Array {
  const out = follow(course, elapsed);
  for (let i = 0; i < out.length; i++) out[i] = course.from + course.range * out[i]!;
  return out;
}
