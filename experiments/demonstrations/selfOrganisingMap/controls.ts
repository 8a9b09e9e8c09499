import type { Stream } from '../../index.ts';

/** Weights (inputs x units, row-major) of units on a lattice of rows of `width`. */
interface Lattice {
  readonly weights: ArrayLike<number>;
  readonly units: number;
  readonly width: number;
}

const STEPS = 300_000;
/** Temperature of annealing at first, in cosines; it falls to a hundredth of that, exponentially. */
const HOT = 0.5;

/**
 * The same units, placed anew so that those that are like each other (by the cosine of their weights) lie side by side: two of them change
 * places at a time, by simulated annealing. What of a map an order afterwards can give.
 */
export function arranged({ weights, units, width }: Lattice, stream: Stream): Float64Array {
  const like = cosines(weights, units);
  const places = Array.from({ length: units }, (_, unit) => unit);
  const neighbours = places.map((place) => around(place, units, width));
  const likenessAt = (unit: number, place: number, other: number, otherPlace: number) =>
    neighbours[place]!.reduce((sum, at) => sum + like[unit * units + (at === otherPlace ? other : places[at]!)]!, 0);
  for (let step = 0; step < STEPS; step++) {
    const [a, b] = [stream.below(units), stream.below(units)];
    const [ua, ub] = [places[a]!, places[b]!];
    const gain =
      likenessAt(ub, a, ua, b) + likenessAt(ua, b, ub, a) - likenessAt(ua, a, ub, b) - likenessAt(ub, b, ua, a);
    if (gain < 0 && stream.uniform() >= Math.exp(gain / (HOT * 0.01 ** (step / STEPS)))) continue;
    [places[a], places[b]] = [ub, ua];
  }
  return Float64Array.from(weights, (_, k) => weights[k - (k % units) + places[k % units]!]!);
}

function around(place: number, units: number, width: number): number[] {
  const [x, y] = [place % width, Math.floor(place / width)];
  return Array.from({ length: units }, (_, other) => other).filter((other) => {
    const [dx, dy] = [Math.abs((other % width) - x), Math.abs(Math.floor(other / width) - y)];
    return other !== place && dx <= 1 && dy <= 1;
  });
}

function cosines(weights: ArrayLike<number>, units: number): Float64Array {
  const like = new Float64Array(units * units);
  for (let row = 0; row < weights.length; row += units)
    for (let a = 0; a < units; a++)
      for (let b = 0; b < units; b++) like[a * units + b]! += weights[row + a]! * weights[row + b]!;
  const norms = Array.from({ length: units }, (_, a) => Math.sqrt(like[a * units + a]!));
  return like.map((value, k) => value / (norms[Math.floor(k / units)]! * norms[k % units]!));
}

/** Share of the way to an image that its best unit goes at first and in the end. */
const RATES = [0.3, 0.02] as const;

interface Course {
  readonly units: number;
  readonly width: number;
  readonly spreadStart: number;
  readonly spreadEnd: number;
}

/**
 * Kohonen's map in floating point of the same images, each shown once: the unit whose weights are the most like the image, and its
 * neighbours, go towards it (both scaled to length 1). The neighbourhood shrinks as that of the devices does.
 */
export function kohonen(images: Uint8Array, count: number, o: Course, stream: Stream): Float64Array {
  const { units, width, spreadStart, spreadEnd } = o;
  const inputs = images.length / count;
  const rows = Array.from({ length: units }, () => Float64Array.from({ length: inputs }, () => stream.uniform()));
  const x = new Float64Array(inputs);
  for (let n = 0; n < count; n++) {
    x.set(images.subarray(n * inputs, (n + 1) * inputs));
    const norm = length(x);
    for (let i = 0; i < inputs; i++) x[i]! /= norm;
    const likeness = rows.map((w) => dot(w, x) / length(w));
    const best = likeness.indexOf(Math.max(...likeness));
    const sd = spreadStart * (spreadEnd / spreadStart) ** Math.min(1, (2 * n) / count);
    const rate = RATES[0] * (RATES[1] / RATES[0]) ** (n / count);
    rows.forEach((w, unit) => {
      const squared =
        ((unit % width) - (best % width)) ** 2 + (Math.floor(unit / width) - Math.floor(best / width)) ** 2;
      const share = rate * Math.exp(-squared / (2 * sd * sd));
      if (share > rate / 100) for (let i = 0; i < inputs; i++) w[i]! += share * (x[i]! - w[i]!);
    });
  }
  return Float64Array.from({ length: inputs * units }, (_, k) => rows[k % units]![Math.floor(k / units)]!);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const length = (a: Float64Array): number => Math.sqrt(dot(a, a));
