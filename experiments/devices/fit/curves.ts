import type { Family, Move } from './families.ts';
import { DIRECTIONS, type Direction, type Train } from './readPulses.ts';

/** A family with the assumptions under which its curves are compared with the readings. */
export interface Variant {
  readonly family: Family;
  /**
   * Where a train starts. `bounds`: upward ones at gMin, downward ones at gMax; `turned`: downward ones where the upward one
   * of their cycle ended; `continued`: each where the one before it on its device ended; `own`: at an estimated level.
   */
  readonly starts: 'bounds' | 'turned' | 'continued' | 'own';
  /** Pulses before the first reading of a train that starts at a bound, by direction. */
  readonly before: Readonly<Record<Direction, 0 | 1>>;
  /** Whether the full train of NeuroSim is as long as those measured, or a parameter. */
  readonly length: 'measured' | 'free';
}

/** By how much a device differs from the mean one: its gMax, its upward and its downward steps. The means are 1. */
export interface Factors {
  readonly max: number;
  readonly up: number;
  readonly down: number;
}
export const UNIT: Factors = { max: 1, up: 1, down: 1 };

/** How a small deviation of the state goes on from one reading to the next, and the variance that pulses of spread 1 add. */
export interface Passage {
  readonly keep: Float64Array;
  readonly gain: Float64Array;
}

const DIFFERENCE = 1e-5;
/** Gauss-Newton steps for the level that a train starts at; one is exact where the recursion is affine. */
const STARTING_STEPS = 2;

const clip = (h: number) => Math.min(Math.max(h, 0), 1);

/** The curves of one variant over given trains. Conductances are in units of `unit`; h is the way gone, as share of the range. */
export class Curves {
  readonly trains: readonly Train[];
  readonly variant: Variant;
  readonly devices: readonly string[];
  /** Readings of all trains, one after the other, in units of `unit`. */
  readonly y: Float64Array;
  /** Root of the number of readings that each of these is the mean of. */
  readonly roots: Float64Array;
  readonly #begins: readonly number[];
  /** The train that a train goes on from; undefined: it starts at a bound. */
  readonly #before: readonly (number | undefined)[];
  readonly #deviceOf: readonly number[];
  /** Pulses of the longest train of each direction. */
  readonly longest: Readonly<Record<Direction, number>>;

  /** `of` is the whole of which `trains` are a part: its longest train says how long a full one is. */
  constructor(trains: readonly Train[], unit: number, variant: Variant, of: readonly Train[] = trains) {
    this.trains = trains;
    this.variant = variant;
    this.devices = [...new Set(trains.map((t) => t.device))];
    this.#deviceOf = trains.map((t) => this.devices.indexOf(t.device));
    this.y = Float64Array.from(trains.flatMap((t) => t.conductance.map((g) => g / unit)));
    this.roots = Float64Array.from(trains.flatMap((t) => t.conductance.map(() => Math.sqrt(t.repeats))));
    let begin = 0;
    this.#begins = trains.map((t) => {
      begin += t.elapsed.length;
      return begin - t.elapsed.length;
    });
    this.#before = trains.map((train, t) => {
      const { starts } = variant;
      if (starts === 'bounds' || starts === 'own' || (starts === 'turned' && train.direction === 'up'))
        return undefined;
      const earlier = trains
        .slice(0, t)
        .findLastIndex(({ device, cycle, direction }) =>
          starts === 'turned'
            ? device === train.device && cycle === train.cycle && direction === 'up'
            : device === train.device,
        );
      return earlier < 0 ? undefined : earlier;
    });
    const longest = (direction: Direction) =>
      Math.max(
        ...of.filter((t) => t.direction === direction).map((t) => t.elapsed.at(-1)! + variant.before[direction]),
      );
    this.longest = { up: longest('up'), down: longest('down') };
  }

  /** Index of a train's first reading among all. */
  begin(train: number): number {
    return this.#begins[train]!;
  }

  device(train: number): number {
    return this.#deviceOf[train]!;
  }

  /** Values of the shape of one direction, and the length of the full train. */
  shape(p: readonly number[], direction: Direction): { values: number[]; pulses: number } {
    const { family, length } = this.variant;
    const at = DIRECTIONS.indexOf(direction);
    const n = family.shape.length;
    const values = family.shape.map(({ coordinate }, i) => coordinate.value(p[2 + at * n + i]!));
    return { values, pulses: length === 'free' ? Math.exp(p[2 + 2 * n + at]!) : this.longest[direction] };
  }

  #move(p: readonly number[], direction: Direction): Move {
    const { values, pulses } = this.shape(p, direction);
    return this.variant.family.move(values, pulses);
  }

  /** The curves at every reading, for coordinates p = [gMin, gMax, shape up, shape down, …] and the factors of the devices. */
  predict(p: readonly number[], factors: readonly Factors[]): Float64Array {
    const out = new Float64Array(this.y.length);
    const moves = { up: this.#move(p, 'up'), down: this.#move(p, 'down') };
    const ends: number[] = [];
    this.trains.forEach(({ direction, elapsed }, t) => {
      const f = factors[this.#deviceOf[t]!]!;
      const [from, range] = this.#range(p, f, direction);
      const target = out.subarray(this.#begins[t]!, this.#begins[t]! + elapsed.length);
      const before = this.#before[t];
      const start =
        this.variant.starts === 'own'
          ? this.#ownStart(t, moves[direction], f[direction], from, range)
          : before === undefined
            ? 0
            : this.trains[before]!.direction === direction
              ? ends[before]!
              : 1 - ends[before]!;
      const first = this.variant.starts === 'own' ? 0 : this.variant.before[direction];
      ends.push(follow(moves[direction], f[direction], start, elapsed, first, target));
      for (let i = 0; i < target.length; i++) target[i] = from + range * target[i]!;
    });
    return out;
  }

  /** h = 0 is at `from`, h = 1 at `from + range`. */
  #range([lo, hi]: readonly number[], f: Factors, direction: Direction): [number, number] {
    const top = Math.max(hi! * f.max, lo! + (hi! - lo!) * 1e-3);
    return direction === 'up' ? [lo!, top - lo!] : [top, lo! - top];
  }

  #ownStart(t: number, move: Move, amount: number, from: number, range: number): number {
    const { elapsed } = this.trains[t]!;
    const y = this.y.subarray(this.#begins[t]!, this.#begins[t]! + elapsed.length);
    let start = clip((y[0]! - from) / range);
    const [here, beside] = [new Float64Array(y.length), new Float64Array(y.length)];
    for (let k = 0; k < STARTING_STEPS; k++) {
      const delta = start > 0.5 ? -DIFFERENCE : DIFFERENCE;
      follow(move, amount, start, elapsed, 0, here);
      follow(move, amount, start + delta, elapsed, 0, beside);
      let [slopeResidual, slopeSquared] = [0, 0];
      for (let i = 0; i < y.length; i++) {
        const slope = (beside[i]! - here[i]!) / delta;
        slopeResidual += slope * ((y[i]! - from) / range - here[i]!);
        slopeSquared += slope * slope;
      }
      if (slopeSquared > 0) start = clip(start + slopeResidual / slopeSquared);
    }
    return start;
  }

  /** How deviations pass from reading to reading along the curves: for the noise of the steps. In units of `unit`. */
  passages(p: readonly number[], factors: readonly Factors[], curves: Float64Array): Passage[] {
    return this.trains.map(({ direction, elapsed }, t) => {
      const f = factors[this.#deviceOf[t]!]!;
      const [from, range] = this.#range(p, f, direction);
      const move = this.#move(p, direction);
      const step = (h: number) => clip(h + f[direction] * move(h));
      const [keep, gain] = [new Float64Array(elapsed.length).fill(1), new Float64Array(elapsed.length)];
      for (let i = 1; i < elapsed.length; i++) {
        let h = clip((curves[this.#begins[t]! + i - 1]! - from) / range);
        for (let n = elapsed[i - 1]!; n < elapsed[i]!; n++) {
          const next = step(h);
          const delta = h > 0.5 ? -DIFFERENCE : DIFFERENCE;
          const slope = (step(h + delta) - next) / delta;
          keep[i]! *= slope;
          gain[i] = gain[i]! * slope * slope + ((next - h) * range) ** 2;
          h = next;
        }
      }
      return { keep, gain };
    });
  }

  /** The curve of each train as the way gone, a share of the range of its device: 1 is the bound that it moves to. */
  ways(p: readonly number[], factors: readonly Factors[]): Float64Array[] {
    const curves = this.predict(p, factors);
    return this.trains.map(({ direction, elapsed }, t) => {
      const [from, range] = this.#range(p, factors[this.#deviceOf[t]!]!, direction);
      const begin = this.#begins[t]!;
      return curves.slice(begin, begin + elapsed.length).map((level) => clip((level - from) / range));
    });
  }

  /** Lowest and highest level that the curves visit, as shares of the range of their device. */
  visited(p: readonly number[], factors: readonly Factors[]): [number, number] {
    let [low, high] = [1, 0];
    this.ways(p, factors).forEach((way, t) => {
      for (const h of way) {
        const g = this.trains[t]!.direction === 'up' ? h : 1 - h;
        [low, high] = [Math.min(low, g), Math.max(high, g)];
      }
    });
    return [low, high];
  }
}

/** Follows the recursion pulse by pulse (no continuous approximation) and notes h at every reading; returns the last. */
function follow(
  move: Move,
  amount: number,
  start: number,
  elapsed: readonly number[],
  before: number,
  out: Float64Array,
): number {
  let h = start;
  let n = 0;
  for (let i = 0; i < elapsed.length; i++) {
    for (; n < elapsed[i]! + before; n++) h = clip(h + amount * move(h));
    out[i] = h;
  }
  return h;
}
