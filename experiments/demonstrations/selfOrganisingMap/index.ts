/**
 * Neurons lie on a lattice; the neuron that fires first is the best matching unit, and its neighbours learn with it, less with
 * distance and over a shrinking range. Controls: the layer without neighbourhood, as it is and with its neurons rearranged by
 * similarity; and Kohonen's map in floating point (Kohonen 1982, doi:10.1007/BF00337288).
 */
import type * as z from 'zod';
import { integer, number, object, Stream, topography } from '../../index.ts';
import { receptiveFields } from '../../look/plots/index.ts';
import * as mnist from '../../training/unsupervised/index.ts';
import { defineDemonstration, measureSeeds, POSITIVE, type RunContext, SEED_PARAMS } from '../demonstration.ts';
import { areNear, isGreater, mergeRecords, percent, ratio } from '../findings.ts';
import { countLabelResponses, trainAndTest } from '../trainedLayer.ts';

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

const parameters = object({
  ...SEED_PARAMS,
  width: integer({ default: 10, min: 2, max: 100, help: 'number of neurons per side of the lattice' }),
  spreadStart: number({ default: 3, ...POSITIVE, help: 'initial sd of the neighbourhood, lattice steps' }),
  spreadEnd: number({ default: 0.3, min: 0, help: 'sd of the neighbourhood after half of training, lattice steps' }),
  train: integer({ default: 30000, min: 10, help: 'number of training images, each shown once' }),
  label: integer({ default: 5000, min: 1, help: 'number of training images for the readout' }),
  test: integer({ default: 5000, min: 10, help: 'number of test images' }),
  split: mnist.mnistSchema.shape.split,
});
type Settings = z.output<typeof parameters>;

const KINDS = {
  map: 'map',
  control: 'no neighbourhood',
  arranged: 'no neighbourhood, arranged afterwards',
  software: 'floating point',
};
type Kind = keyof typeof KINDS;
const KIND_KEYS = Object.keys(KINDS) as Kind[];

/** Number of images that topography is measured on. */
const MEASURED_IMAGES = 1000;

function makeConfig(p: Settings, seed: number, hasNeighbours: boolean): mnist.MnistConfig {
  const { width, spreadStart, spreadEnd, train, label, test, split } = p;
  const spread = hasNeighbours ? { spreadStart, spreadEnd } : { spreadStart: 0, spreadEnd: 0 };
  const rule = { model: 'neighbourhood', window: 50, width, ...spread, pulsesToEnd: Math.ceil(train / 2) };
  return mnist.mnistConfig({ seed, neurons: width * width, epochs: 1, train, label, test, split, rule });
}

async function trainMap(p: Settings, seed: number, hasNeighbours: boolean, images: mnist.Mnist, context: RunContext) {
  await context.step(hasNeighbours ? 'map' : 'control');
  const config = makeConfig(p, seed, hasNeighbours);
  return { config, ...(await trainAndTest(config, images, context)) };
}
type TrainedMap = Awaited<ReturnType<typeof trainMap>>;

/** Digit that each neuron responds to most in the labelling images; – if a neuron does not respond. */
async function labelNeurons({ config, learned }: TrainedMap, train: mnist.LabelledImages, context: RunContext) {
  const counts = await countLabelResponses(config, learned, train, context);
  return Array.from({ length: config.neurons }, (_, j) => {
    const perDigit = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < config.label; i++) perDigit[train.labels[i]!]! += counts[i * config.neurons + j]!;
    const most = Math.max(...perDigit);
    return most > 0 ? String(perDigit.indexOf(most)) : '–';
  });
}

export default defineDemonstration({
  name: 'self-organising-map',
  title: 'A self-organising map of digits on memristive synapses',
  claim: 'A memristor array learns a self-organising map in situ.',
  source: 'R190 of the review Nanoscale Horiz. 2023, 8, 716',
  parameters,
  async run(p, context) {
    const images = mnist.imagesOf(mnist.loadMnist(), makeConfig(p, p.seed, true));
    const { rows, columns } = images.train;
    const units = p.width ** 2;
    const testImages = images.test.images.subarray(0, Math.min(MEASURED_IMAGES, p.test) * rows * columns);
    const trainingImages = images.train.images.subarray(0, p.train * rows * columns);
    const { grid, maps } = await measureSeeds(p, context, async (seed) => {
      const map = await trainMap(p, seed, true, images, context);
      const control = await trainMap(p, seed, false, images, context);
      await context.step('other maps');
      const lattice = { ...p, units, weights: control.learned.weights };
      const weights: Record<Kind, ArrayLike<number>> = {
        map: map.learned.weights,
        control: control.learned.weights,
        arranged: arrangeUnits(lattice, new Stream(seed, 'arranged')),
        software: trainKohonen(trainingImages, p.train, lattice, new Stream(seed, 'kohonen')),
      };
      const grid = KIND_KEYS.map((kind) => {
        const options = { weights: weights[kind], width: p.width, units };
        const { topographicError, quantisationError } = topography(testImages, options);
        return { kind, topographicError, quantisationError };
      });
      return { grid, maps: { map, mapAccuracy: map.accuracy, controlAccuracy: control.accuracy } };
    });
    const errors = (kind: Kind) => grid.values('topographicError', { kind });
    const chance = 1 - (4 * (p.width - 1) * (2 * p.width - 1)) / (p.width ** 2 * (p.width ** 2 - 1));
    const first = maps.rows[0]!.map;
    const captions = await labelNeurons(first, images.train, context);
    return {
      figures: {
        ...mergeRecords(KIND_KEYS, (kind) => ({
          [`topographic error, ${KINDS[kind]}`]: ratio(errors(kind)),
          [`quantisation error, ${KINDS[kind]}`]: ratio(grid.values('quantisationError', { kind })),
        })),
        'topographic error of a random order': ratio(chance),
        'accuracy, map': percent(maps.values('mapAccuracy')),
        'accuracy, no neighbourhood': percent(maps.values('controlAccuracy')),
      },
      expectations: {
        'the topographic error is smaller than if arranged afterwards': isGreater(errors('arranged'), errors('map')),
        "the topographic error is at most 0.1 larger than that of Kohonen's map": isGreater(
          errors('software').map((error) => error + 0.1),
          errors('map'),
        ),
        'the order costs less than 1 point of accuracy': maps.mean('mapAccuracy') > maps.mean('controlAccuracy') - 1,
        'control: without neighbourhood the order is random, within 0.1': areNear(errors('control'), chance, 0.1),
      },
      tables: { maps: grid.table() },
      pictures: {
        'self-organising-map': receptiveFields({
          weights: first.learned.weights,
          rows,
          columns,
          neurons: units,
          across: p.width,
          captions,
          title: 'Map of digits',
          subtitle: `${p.width} x ${p.width} neurons as they lie on the lattice, seed ${p.seed}, with the digit that each stands for`,
          label: 'weight (mV)',
        }),
      },
    };
  },
});
