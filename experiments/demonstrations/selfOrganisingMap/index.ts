/**
 * A self-organising map of digits on memristive synapses: neurons lie on a lattice, the one that fires first is the best
 * matching unit, and its neighbours learn with it, less with distance and over a shrinking range. The control is the same
 * layer without neighbourhood.
 * Source: R190 of the review Nanoscale Horiz. 2023, 8, 716; Kohonen 1982, doi:10.1007/BF00337288.
 * Run: memspike demo self-organising-map --out demos/self-organising-map
 * Expect: neurons side by side stand for like digits (topographic error far below that of the control).
 */
import type * as z from 'zod';
import { integer, number, object, topography } from '../../index.ts';
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
  const measured = images.test.images.subarray(0, Math.min(MEASURED, p.test) * images.test.rows * images.test.columns);
  const lattice = { weights: learned.weights, units: config.neurons, width: p.width };
  return { learned, config, accuracy: accuracy.logProbability, ...topography(measured, lattice) };
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
  steps: ({ seeds }) => 2 * seeds,
  async run(p, stage) {
    const images = imagesOf(loadMnist(), configOf(p, p.seed, true));
    const pairs = await perSeed(p, async (seed) => ({
      map: await made(p, seed, true, images, stage),
      control: await made(p, seed, false, images, stage),
    }));
    const [maps, controls] = [pairs.map(({ map }) => map), pairs.map(({ control }) => control)];
    const of = (runs: readonly Outcome[], key: 'accuracy' | 'quantisationError' | 'topographicError') =>
      runs.map((one) => one[key]);
    const chance = 1 - (4 * (p.width - 1) * (2 * p.width - 1)) / (p.width ** 2 * (p.width ** 2 - 1));
    const captions = await digits(maps[0]!, images.train, stage);
    const { rows, columns } = images.train;
    const both = [...maps, ...controls];
    return {
      figures: {
        'topographic error': { unit: '1', values: of(maps, 'topographicError') },
        'topographic error, control': { unit: '1', values: of(controls, 'topographicError') },
        'topographic error of a random order': { unit: '1', values: [chance] },
        'quantisation error': { unit: '1', values: of(maps, 'quantisationError') },
        'quantisation error, control': { unit: '1', values: of(controls, 'quantisationError') },
        accuracy: { unit: '%', values: of(maps, 'accuracy') },
        'accuracy, control': { unit: '%', values: of(controls, 'accuracy') },
      },
      expectations: {
        'the topographic error is less than half of that of the control': maps.every(
          (map, s) => map.topographicError < controls[s]!.topographicError / 2,
        ),
        'without neighbourhood the order is that of chance, to 0.1': controls.every(
          (control) => Math.abs(control.topographicError - chance) < 0.1,
        ),
      },
      tables: {
        maps: tableOf(
          both.map((one, i) => ({ ...one, seed: one.config.seed as number, neighbourhood: i < maps.length ? 1 : 0 })),
          { seed: WHOLE, neighbourhood: ['1', 'uint8'], topographicError: '1', quantisationError: '1', accuracy: '%' },
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
