/**
 * A self-organising map of digits on memristive synapses: neurons lie on a lattice, the neuron that fires first is the best
 * matching unit, and its neighbours learn with it, less with distance and over a shrinking range. Controls: the layer without
 * neighbourhood, as it is and with its neurons rearranged by similarity; and Kohonen's map in floating point (Kohonen 1982,
 * doi:10.1007/BF00337288).
 */
import type * as z from 'zod';
import { integer, number, object, Stream, topography } from '../../index.ts';
import { receptiveFields } from '../../look/plots/index.ts';
import {
  countsOf,
  imagesOf,
  type LabelledImages,
  loadMnist,
  type Mnist,
  type MnistConfig,
  mnistConfig,
  mnistSchema,
  responsesOf,
  testLayer,
  trainLayer,
} from '../../mnist/index.ts';
import { defineDemonstration, mapSeeds, type RunContext, requireResult, SEED_PARAMS } from '../demonstration.ts';
import { mergeRecords, percent, ResultGrid, ratio } from '../findings.ts';
import { arrangeUnits, trainKohonen } from './controls.ts';

const parameters = object({
  ...SEED_PARAMS,
  width: integer({ default: 10, min: 2, max: 100, help: 'number of neurons per side of the lattice' }),
  spreadStart: number({
    default: 3,
    min: 0,
    exclusiveMin: true,
    help: 'initial sd of the neighbourhood, lattice steps',
  }),
  spreadEnd: number({ default: 0.3, min: 0, help: 'sd of the neighbourhood after half of training, lattice steps' }),
  train: integer({ default: 30000, min: 10, help: 'number of training images, each shown once' }),
  label: integer({ default: 5000, min: 1, help: 'number of training images for the readout' }),
  test: integer({ default: 5000, min: 10, help: 'number of test images' }),
  split: mnistSchema.shape.split,
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

function makeConfig(p: Settings, seed: number, hasNeighbours: boolean): MnistConfig {
  const { width, spreadStart, spreadEnd, train, label, test, split } = p;
  const spread = hasNeighbours ? { spreadStart, spreadEnd } : { spreadStart: 0, spreadEnd: 0 };
  const rule = { model: 'neighbourhood', window: 50, width, ...spread, pulsesToEnd: Math.ceil(train / 2) };
  return mnistConfig({ seed, neurons: width * width, epochs: 1, train, label, test, split, rule });
}

async function trainMap(p: Settings, seed: number, hasNeighbours: boolean, images: Mnist, context: RunContext) {
  await context.step(`seed ${seed}: ${hasNeighbours ? 'map' : 'control'}`);
  const config = makeConfig(p, seed, hasNeighbours);
  const { learned } = requireResult(await trainLayer(config, images.train, context));
  const { accuracy } = requireResult(await testLayer(config, learned, images, context));
  return { config, learned, accuracy: accuracy.logProbability };
}
type TrainedMap = Awaited<ReturnType<typeof trainMap>>;

/** Digit that each neuron responds to most in the labelling images; – if a neuron does not respond. */
async function labelNeurons({ config, learned }: TrainedMap, train: LabelledImages, context: RunContext) {
  const responses = requireResult(await responsesOf('label', config, learned, train, config.label, context));
  const counts = countsOf(responses, config.neurons);
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
  steps: ({ seeds }) => 3 * seeds,
  async run(p, context) {
    const images = imagesOf(loadMnist(), makeConfig(p, p.seed, true));
    const { rows, columns } = images.train;
    const units = p.width ** 2;
    const testImages = images.test.images.subarray(0, Math.min(MEASURED_IMAGES, p.test) * rows * columns);
    const trainingImages = images.train.images.subarray(0, p.train * rows * columns);
    const runs = await mapSeeds(p, async (seed) => {
      const map = await trainMap(p, seed, true, images, context);
      const control = await trainMap(p, seed, false, images, context);
      await context.step(`seed ${seed}: other maps`);
      const lattice = { ...p, units, weights: control.learned.weights };
      const weights: Record<Kind, ArrayLike<number>> = {
        map: map.learned.weights,
        control: control.learned.weights,
        arranged: arrangeUnits(lattice, new Stream(seed, 'arranged')),
        software: trainKohonen(trainingImages, p.train, lattice, new Stream(seed, 'kohonen')),
      };
      const results = KIND_KEYS.map((kind) => {
        const options = { weights: weights[kind], width: p.width, units };
        const { topographicError, quantisationError } = topography(testImages, options);
        return { seed, kind, topographicError, quantisationError };
      });
      return { map, results, mapAccuracy: map.accuracy, controlAccuracy: control.accuracy };
    });
    const grid = new ResultGrid(runs.flatMap(({ results }) => results));
    const errors = (kind: Kind) => grid.values('topographicError', { kind });
    const accuracies = new ResultGrid(runs);
    const chance = 1 - (4 * (p.width - 1) * (2 * p.width - 1)) / (p.width ** 2 * (p.width ** 2 - 1));
    const first = runs[0]!.map;
    const captions = await labelNeurons(first, images.train, context);
    return {
      figures: {
        ...mergeRecords(KIND_KEYS, (kind) => ({
          [`topographic error, ${KINDS[kind]}`]: ratio(errors(kind)),
          [`quantisation error, ${KINDS[kind]}`]: ratio(grid.values('quantisationError', { kind })),
        })),
        'topographic error of a random order': ratio(chance),
        'accuracy, map': percent(accuracies.values('mapAccuracy')),
        'accuracy, no neighbourhood': percent(accuracies.values('controlAccuracy')),
      },
      expectations: {
        'the topographic error is smaller than without neighbourhood, arranged afterwards': errors('map').every(
          (error, s) => error < errors('arranged')[s]!,
        ),
        "the topographic error is at most 0.1 larger than that of Kohonen's map": errors('map').every(
          (error, s) => error < errors('software')[s]! + 0.1,
        ),
        'the order costs less than 1 point of accuracy':
          accuracies.mean('mapAccuracy') > accuracies.mean('controlAccuracy') - 1,
        'control: without neighbourhood the order is random, within 0.1': errors('control').every(
          (error) => Math.abs(error - chance) < 0.1,
        ),
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
