/**
 * A self-organising map of digits on memristive synapses: neurons lie on a lattice, the one that fires first is the best
 * matching unit, and its neighbours learn with it, less with distance and over a shrinking range. Controls: the same layer
 * without neighbourhood, as it is and with its neurons arranged afterwards by likeness; and Kohonen's map in floating point.
 * Source: R190 of the review Nanoscale Horiz. 2023, 8, 716; Kohonen 1982, doi:10.1007/BF00337288.
 * Run: memspike demo self-organising-map --out demos/self-organising-map
 * Expect: neurons side by side stand for like digits (topographic error below that of all neurons arranged afterwards), nearly as well
 *         as in floating point, at the accuracy of a layer without order.
 */
import { mean } from 'simple-statistics';
import type * as z from 'zod';
import { integer, number, object, Stream, topography } from '../../index.ts';
import { receptiveFields } from '../../look/plots/index.ts';
import {
  countsOf,
  imagesOf,
  type LabelledImages,
  type Learned,
  loadMnist,
  type Mnist,
  type MnistConfig,
  mnistConfig,
  mnistSchema,
  responsesOf,
  testLayer,
  trainLayer,
} from '../../mnist/index.ts';
import { demonstration, finished, perSeed, REPEATED, type Stage } from '../demonstration.ts';
import { tableOf, WHOLE } from '../findings.ts';
import { arranged, kohonen } from './controls.ts';

const parameters = object({
  ...REPEATED,
  width: integer({ default: 10, min: 2, max: 100, help: 'neurons a side of the lattice' }),
  spreadStart: number({
    default: 3,
    min: 0,
    exclusiveMin: true,
    help: 'sd of the neighbourhood at first, lattice steps',
  }),
  spreadEnd: number({ default: 0.3, min: 0, help: 'the same from half of training on' }),
  train: integer({ default: 30000, min: 10, help: 'training images, shown once' }),
  label: integer({ default: 5000, min: 1, help: 'training images shown again to learn the readout' }),
  test: integer({ default: 5000, min: 10, help: 'test images' }),
  split: mnistSchema.shape.split,
});
type Settings = z.output<typeof parameters>;

const KINDS = {
  map: 'map',
  control: 'no neighbourhood',
  arranged: 'no neighbourhood, arranged afterwards',
  software: 'floating point',
};
const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];

/** Images that topography is measured on. */
const MEASURED = 1000;

interface Outcome {
  readonly learned: Learned;
  readonly config: MnistConfig;
  readonly accuracy: number;
  readonly quantisationError: number;
  readonly topographicError: number;
}

function configOf(p: Settings, seed: number, neighbours: boolean): MnistConfig {
  const { width, spreadStart, spreadEnd, train, label, test, split } = p;
  const spread = neighbours ? { spreadStart, spreadEnd } : { spreadStart: 0, spreadEnd: 0 };
  const rule = { model: 'neighbourhood', window: 50, width, ...spread, pulsesToEnd: Math.ceil(train / 2) };
  return mnistConfig({ seed, neurons: width * width, epochs: 1, train, label, test, split, rule });
}

async function made(p: Settings, seed: number, neighbours: boolean, images: Mnist, stage: Stage): Promise<Outcome> {
  await stage.step(`seed ${seed}: ${neighbours ? 'map' : 'control'}`);
  const config = configOf(p, seed, neighbours);
  const { learned } = finished(await trainLayer(config, images.train, stage));
  const { accuracy } = finished(await testLayer(config, learned, images, stage));
  return { learned, config, accuracy: accuracy.logProbability, ...orderOf(p, learned.weights, images) };
}

function orderOf({ test, width }: Settings, weights: ArrayLike<number>, { test: { images, rows, columns } }: Mnist) {
  return topography(images.subarray(0, Math.min(MEASURED, test) * rows * columns), {
    ...{ weights, width, units: width ** 2 },
  });
}

/** The digit that each neuron answers to most, of those training images that the readout is learned from. */
async function digits({ config, learned }: Outcome, train: LabelledImages, stage: Stage): Promise<string[]> {
  const responses = finished(await responsesOf('label', config, learned, train, config.label, stage));
  const counts = countsOf(responses, config.neurons);
  return Array.from({ length: config.neurons }, (_, j) => {
    const perDigit = Array.from({ length: 10 }, () => 0);
    for (let i = 0; i < config.label; i++) perDigit[train.labels[i]!]! += counts[i * config.neurons + j]!;
    const most = Math.max(...perDigit);
    return most > 0 ? String(perDigit.indexOf(most)) : '–';
  });
}

export default demonstration({
  name: 'self-organising-map',
  title: 'A self-organising map of digits on memristive synapses',
  claim: 'A memristor array learns a self-organising map in situ.',
  source: 'R190 of the review Nanoscale Horiz. 2023, 8, 716',
  parameters,
  steps: ({ seeds }) => 3 * seeds,
  async run(p, stage) {
    const images = imagesOf(loadMnist(), configOf(p, p.seed, true));
    const trials = await perSeed(p, async (seed) => {
      const map = await made(p, seed, true, images, stage);
      const control = await made(p, seed, false, images, stage);
      await stage.step(`seed ${seed}: other maps`);
      const lattice = { ...p, units: p.width ** 2 };
      const again = arranged({ ...lattice, weights: control.learned.weights }, new Stream(seed, 'arranged'));
      const { rows, columns } = images.train;
      const shown = images.train.images.subarray(0, p.train * rows * columns);
      const software = kohonen(shown, p.train, lattice, new Stream(seed, 'kohonen'));
      return { map, control, arranged: orderOf(p, again, images), software: orderOf(p, software, images) };
    });
    type Kind = keyof (typeof trials)[number];
    const of = (kind: Kind, key: 'quantisationError' | 'topographicError') => trials.map((one) => one[kind][key]);
    const accuracy = (kind: 'map' | 'control') => trials.map((one) => one[kind].accuracy);
    const maps = trials.map(({ map }) => map);
    const chance = 1 - (4 * (p.width - 1) * (2 * p.width - 1)) / (p.width ** 2 * (p.width ** 2 - 1));
    const captions = await digits(maps[0]!, images.train, stage);
    const { rows, columns } = images.train;
    return {
      figures: {
        ...Object.fromEntries(
          (Object.entries(KINDS) as [Kind, string][]).flatMap(([kind, name]) => [
            [`topographic error, ${name}`, { unit: '1', values: of(kind, 'topographicError') }],
            [`quantisation error, ${name}`, { unit: '1', values: of(kind, 'quantisationError') }],
          ]),
        ),
        'topographic error of a random order': { unit: '1', values: [chance] },
        'accuracy, map': { unit: '%', values: accuracy('map') },
        'accuracy, no neighbourhood': { unit: '%', values: accuracy('control') },
      },
      expectations: {
        'the topographic error is below that of neurons that learned without neighbourhood and were arranged afterwards':
          trials.every(({ map, arranged }) => map.topographicError < arranged.topographicError),
        "it is within 0.1 of that of Kohonen's map in floating point": trials.every(
          ({ map, software }) => map.topographicError < software.topographicError + 0.1,
        ),
        'the order costs no more than a point of accuracy': mean(accuracy('map')) > mean(accuracy('control')) - 1,
        'control: without neighbourhood the order is that of chance, to 0.1': of('control', 'topographicError').every(
          (error) => Math.abs(error - chance) < 0.1,
        ),
      },
      tables: {
        maps: tableOf(
          trials.flatMap((one, s) => NAMES.map((kind) => ({ ...one[kind], kind, seed: p.seed + s }))),
          { seed: WHOLE, kind: { names: NAMES }, topographicError: '1', quantisationError: '1' },
        ),
      },
      pictures: {
        'self-organising-map': receptiveFields({
          weights: maps[0]!.learned.weights,
          rows,
          columns,
          neurons: p.width ** 2,
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
