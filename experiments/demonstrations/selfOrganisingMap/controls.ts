import type { Stream } from '../../index.ts';

/** Weights (inputs × units, row-major) of units on a lattice with rows of `width`. */
interface Lattice {
  readonly weights: ArrayLike<number>;
  readonly units: number;
  readonly width: number;
}

const ANNEALING_STEPS = 300_000;
/** Initial temperature of annealing, in cosines; it falls exponentially to a hundredth. */
const HOT = 0.5;

/**
 * Rearranges units so that units with similar weights (by cosine) lie side by side: swaps of two units under simulated annealing.
 * Control for the part of a map that an order found after learning can give.
 */
export function arrangeUnits({ weights, units, width }: Lattice, stream: Stream): Float64Array {
  const similarity = cosines(weights, units);
  const places = Array.from({ length: units }, (_, unit) => unit);
  const neighbours = places.map((place) => neighboursOf(place, units, width));
  const sumAt = (unit: number, place: number, other: number, otherPlace: number) =>
    neighbours[place]!.reduce(
      (sum, at) => sum + similarity[unit * units + (at === otherPlace ? other : places[at]!)]!,
      0,
    );
  for (let step = 0; step < ANNEALING_STEPS; step++) {
    const [a, b] = [stream.below(units), stream.below(units)];
    const [ua, ub] = [places[a]!, places[b]!];
    const gain = sumAt(ub, a, ua, b) + sumAt(ua, b, ub, a) - sumAt(ua, a, ub, b) - sumAt(ub, b, ua, a);
    if (gain < 0 && stream.uniform() >= Math.exp(gain / (HOT * 0.01 ** (step / ANNEALING_STEPS)))) continue;
    [places[a], places[b]] = [ub, ua];
  }
  return Float64Array.from(weights, (_, k) => weights[k - (k % units) + places[k % units]!]!);
}

function neighboursOf(place: number, units: number, width: number): number[] {
  const [x, y] = [place % width, Math.floor(place / width)];
  return Array.from({ length: units }, (_, other) => other).filter((other) => {
    const [dx, dy] = [Math.abs((other % width) - x), Math.abs(Math.floor(other / width) - y)];
    return other !== place && dx <= 1 && dy <= 1;
  });
}

function cosines(weights: ArrayLike<number>, units: number): Float64Array {
  const products = new Float64Array(units * units);
  for (let row = 0; row < weights.length; row += units)
    for (let a = 0; a < units; a++)
      for (let b = 0; b < units; b++) products[a * units + b]! += weights[row + a]! * weights[row + b]!;
  const norms = Array.from({ length: units }, (_, a) => Math.sqrt(products[a * units + a]!));
  return products.map((value, k) => value / (norms[Math.floor(k / units)]! * norms[k % units]!));
}

/** Learning rate of Kohonen's map at the start and at the end. */
const [FIRST_RATE, LAST_RATE] = [0.3, 0.02];

interface MapOptions {
  readonly units: number;
  readonly width: number;
  readonly spreadStart: number;
  readonly spreadEnd: number;
}

/**
 * Trains Kohonen's map in floating point, each image shown once: the unit whose weights are most similar to the image, and its
 * neighbours, move towards the image (scaled to length 1). The neighbourhood shrinks as that of the devices does.
 */
export function trainKohonen(images: Uint8Array, count: number, o: MapOptions, stream: Stream): Float64Array {
  const { units, width, spreadStart, spreadEnd } = o;
  const inputs = images.length / count;
  const rows = Array.from({ length: units }, () => Float64Array.from({ length: inputs }, () => stream.uniform()));
  const x = new Float64Array(inputs);
  for (let n = 0; n < count; n++) {
    x.set(images.subarray(n * inputs, (n + 1) * inputs));
    const norm = length(x);
    for (let i = 0; i < inputs; i++) x[i]! /= norm;
    const similarity = rows.map((w) => dot(w, x) / length(w));
    const best = similarity.indexOf(Math.max(...similarity));
    const sd = spreadStart * (spreadEnd / spreadStart) ** Math.min(1, (2 * n) / count);
    const rate = FIRST_RATE * (LAST_RATE / FIRST_RATE) ** (n / count);
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
