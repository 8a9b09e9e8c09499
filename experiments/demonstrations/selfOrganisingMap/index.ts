/**
 * Self-organising map. Controls: units trained without neighbourhood, in random order or rearranged afterwards; Kohonen's map in floating
 * point (1982, doi:10.1007/BF00337288).
 */
import { integer, number, RandomStream, topography } from '../../index.ts';
import { receptiveFields } from '../../look/plots/index.ts';
import * as mnist from '../../training/unsupervised/index.ts';
import {
  areAllNear,
  declareCounts,
  defineDemonstration,
  isGreaterPerSeed,
  mapRange,
  positive,
} from '../demonstration.ts';
import { trainAndTestLayer } from '../trainedLayer.ts';

type Lattice = Readonly<Record<'units' | 'width', number>>;

const squaredDistance = (a: number, b: number, width: number): number =>
  ((a % width) - (b % width)) ** 2 + (Math.floor(a / width) - Math.floor(b / width)) ** 2;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

const length = (a: Float64Array): number => Math.sqrt(dot(a, a));

const ANNEALING_STEPS = 300_000;

/** Rearranges trained units by simulated annealing, so that units with similar weights (cosine) become neighbours. */
export function arrangeUnits(
  map: Lattice & { readonly weights: ArrayLike<number> },
  stream: RandomStream,
): Float64Array {
  const { weights, units, width } = map;
  const places = mapRange(units, (unit) => unit);
  const vectors = places.map((unit) => Float64Array.from(weights).filter((_, k) => k % units === unit));
  const similarity = vectors.map((a) => vectors.map((b) => dot(a, b) / (length(a) * length(b))));
  const neighbours = places.map((place) =>
    places.filter((other) => other !== place && squaredDistance(place, other, width) <= 2),
  );
  const sumAt = (unit: number, place: number, other: number, otherPlace: number) =>
    neighbours[place]!.reduce((sum, at) => sum + similarity[unit]![at === otherPlace ? other : places[at]!]!, 0);
  for (let step = 0; step < ANNEALING_STEPS; step++) {
    const [a, b] = [stream.integerBelow(units), stream.integerBelow(units)];
    const [ua, ub] = [places[a]!, places[b]!];
    const gain = sumAt(ub, a, ua, b) + sumAt(ua, b, ub, a) - sumAt(ua, a, ub, b) - sumAt(ub, b, ua, a);
    if (gain < 0 && stream.uniform() >= Math.exp(gain / (0.5 * 0.01 ** (step / ANNEALING_STEPS)))) continue;
    [places[a], places[b]] = [ub, ua];
  }
  return Float64Array.from(weights, (_, k) => weights[k - (k % units) + places[k % units]!]!);
}

const [FIRST_RATE, LAST_RATE] = [0.3, 0.02];

type MapOptions = Lattice & Readonly<Record<'spreadStart' | 'spreadEnd', number>>;

/** Trains Kohonen's map in floating point: the unit most similar to a normalised image, and its neighbours, move towards this image. */
export function trainKohonenMap(images: Uint8Array, count: number, o: MapOptions, stream: RandomStream): Float64Array {
  const { units, width, spreadStart, spreadEnd } = o;
  const inputs = images.length / count;
  const rows = mapRange(units, () => Float64Array.from({ length: inputs }, () => stream.uniform()));
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
      const share = rate * Math.exp(-squaredDistance(unit, best, width) / (2 * sd * sd));
      if (share > rate / 100) for (let i = 0; i < inputs; i++) w[i]! += share * (x[i]! - w[i]!);
    });
  }
  return Float64Array.from({ length: inputs * units }, (_, k) => rows[k % units]![Math.floor(k / units)]!);
}

const KINDS = ['map', 'no neighbourhood', 'no neighbourhood, arranged afterwards', 'floating point'] as const;
type MapKind = (typeof KINDS)[number];

export default defineDemonstration({
  parameters: {
    width: integer({ default: 10, min: 2, max: 100, help: 'number of neurons per side of the lattice' }),
    spreadStart: positive(3, '1', 'initial sd of the neighbourhood, lattice steps'),
    spreadEnd: number({ default: 0.3, min: 0, help: 'sd of the neighbourhood after half of training, lattice steps' }),
    ...declareCounts({ train: 30_000, label: 5000, test: 5000 }),
    split: mnist.mnistSchema.shape.split,
  },
  async simulate(p, context) {
    const { width, train, label, test, split } = p;
    const units = width ** 2;
    const makeConfig = (seed: number, spreads: readonly [start: number, end: number]) => {
      const [spreadStart, spreadEnd] = spreads;
      const neighbourhood = { width, spreadStart, spreadEnd, pulsesToEnd: Math.ceil(train / 2) };
      const rule = { model: 'neighbourhood', window: 50, ...neighbourhood };
      return mnist.mnistConfig({ seed, neurons: units, epochs: 1, train, label, test, split, rule });
    };
    const images = mnist.imagesOf(mnist.loadMnist(), makeConfig(p.seed, [0, 0]));
    const { rows, columns } = images.train;
    const testImages = images.test.images.subarray(0, Math.min(1000, test) * rows * columns);
    const trainingImages = images.train.images.subarray(0, train * rows * columns);
    const { maps, accuracies, weights } = await context.measurePerSeed(async (seed) => {
      await context.reportProgress('map');
      const map = await trainAndTestLayer(makeConfig(seed, [p.spreadStart, p.spreadEnd]), images, context);
      await context.reportProgress('no neighbourhood');
      const control = await trainAndTestLayer(makeConfig(seed, [0, 0]), images, context);
      await context.reportProgress('other maps');
      const lattice = { ...p, units, weights: control.learned.weights };
      const weightsByKind: Record<MapKind, ArrayLike<number>> = {
        map: map.learned.weights,
        'no neighbourhood': control.learned.weights,
        'no neighbourhood, arranged afterwards': arrangeUnits(lattice, new RandomStream(seed, 'arranged')),
        'floating point': trainKohonenMap(trainingImages, train, lattice, new RandomStream(seed, 'kohonen')),
      };
      const accuracies = Object.entries({ map, 'no neighbourhood': control });
      return {
        maps: KINDS.map((kind) => {
          return { kind, ...topography(testImages, { weights: weightsByKind[kind], width, units }) };
        }),
        accuracies: accuracies.map(([kind, { accuracy }]) => ({ kind, accuracy })),
        weights: { ofMap: map.learned.weights },
      };
    });
    const errors = (kind: MapKind) => maps.values('topographicError', { kind });
    const own = errors('map');
    const alone = errors('no neighbourhood');
    const arranged = errors('no neighbourhood, arranged afterwards');
    const accuracyOf = (kind: MapKind) => accuracies.mean('accuracy', { kind });
    const chance = 1 - (4 * (width - 1) * (2 * width - 1)) / (width ** 2 * (width ** 2 - 1));
    return {
      figures: {
        'topographic error of a random order': { unit: '1', values: chance },
      },
      expectations: {
        'the topographic error is less than half that of a random order': isGreaterPerSeed(chance / 2, own),
        'the topographic error is smaller than if arranged afterwards': isGreaterPerSeed(arranged, own),
        "the topographic error is at most 0.1 larger than that of Kohonen's map": isGreaterPerSeed(
          errors('floating point').map((error) => error + 0.1),
          own,
        ),
        'the order costs less than 1 point of accuracy': accuracyOf('map') > accuracyOf('no neighbourhood') - 1,
        'control: without neighbourhood the order is random, within 0.1': areAllNear(alone, chance, 0.1),
      },
      pictures: {
        'self-organising-map': receptiveFields({
          weights: weights.rows[0]!.ofMap,
          rows,
          columns,
          neurons: units,
          fieldsPerRow: width,
          title: 'Map of digits',
          subtitle: `${width} x ${width} neurons as they lie on the lattice, seed ${p.seed}`,
          label: 'weight (mV)',
        }),
      },
    };
  },
});
