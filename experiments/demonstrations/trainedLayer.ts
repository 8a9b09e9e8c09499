import { effectiveConductances, READOUTS, type TiledOptions } from '../index.ts';
import * as mnist from '../training/unsupervised/index.ts';
import { type DemonstrationContext, type NeuronAndImageCounts, requireResult } from './demonstration.ts';

export const G_MAX = 1e-4; // conductance that represents the largest weight (1 mV), S

const COMPARED_IMAGE_COUNT = 200; // number of training images to fit gains, and of test images to measure current errors

/** Output currents of a crossbar for all images, image by image: I = Wᵀ x. Weights: inputs × outputs, row-major. */
export function computeCurrents(weights: ArrayLike<number>, inputs: ArrayLike<number>, columns: number): Float64Array {
  const rows = weights.length / columns;
  const currents = new Float64Array((inputs.length / rows) * columns);
  for (let n = 0, k = 0; n < inputs.length; n++, k = k + 1 === rows ? 0 : k + 1) {
    const v = inputs[n]!;
    if (v === 0) continue;
    const to = Math.floor(n / rows) * columns;
    for (let j = 0; j < columns; j++) currents[to + j]! += v * weights[k * columns + j]!;
  }
  return currents;
}

/** Relative error of currents, √(Σ (I - I_ideal)² / Σ I_ideal²), over outputs and images. */
export function computeCurrentError(currents: Float64Array, ideal: Float64Array): number {
  const product = (a: Float64Array, b: Float64Array) => a.reduce((sum, v, k) => sum + v * b[k]!, 0);
  const square = 1 - (2 * product(currents, ideal) - product(currents, currents)) / product(ideal, ideal);
  return Math.sqrt(Math.max(0, square)); // rounding can make it negative
}

export function fitOutputGains(currents: Float64Array, ideal: Float64Array, columns: number): Float64Array {
  const [fi, ff] = [new Float64Array(columns), new Float64Array(columns)];
  currents.forEach((v, k) => {
    fi[k % columns]! += v * ideal[k]!;
    ff[k % columns]! += v * v;
  });
  return fi.map((sum, j) => (ff[j]! > 0 ? sum / ff[j]! : 1));
}

export const applyOutputGains = <A extends Float32Array | Float64Array>(values: A, gains: Float64Array): A =>
  values.map((v, k) => v * gains[k % gains.length]!) as A;

type Images = Readonly<Record<'train' | 'test', mnist.LabelledImages>>;
type TestOptions = Parameters<typeof mnist.testLayer>[3];

export const measureAccuracy = async (
  config: mnist.MnistConfig,
  learned: mnist.Learned,
  images: Images,
  options: TestOptions,
): Promise<number> => requireResult(await mnist.testLayer(config, learned, images, options)).accuracy.logProbability;

export async function trainAndTestLayer(config: mnist.MnistConfig, images: Images, { signal }: DemonstrationContext) {
  const { layer, learned } = requireResult(await mnist.trainLayer(config, images.train, { signal }));
  return { layer, learned, accuracy: await measureAccuracy(config, learned, images, { signal }) };
}

export async function fitReadout(
  layer: Pick<TrainedLayer, 'config' | 'learned' | 'data'>,
  { signal }: DemonstrationContext,
) {
  const { config, learned, data } = layer;
  const responses = await mnist.responsesOf('label', config, learned, data.train, config.label, { signal });
  const counts = mnist.countsOf(requireResult(responses), config.neurons);
  return READOUTS.logProbability(counts, data.train.labels.subarray(0, config.label), config.label, config.neurons);
}

type Currents = Readonly<Record<'train' | 'test', Float64Array>>;

/** Relative errors of the test currents, as read (`error`) and with one gain per output, fitted to the training currents (`gainError`). */
export function compareCurrents(currents: Currents, ideal: Currents, columns: number) {
  const gains = fitOutputGains(currents.train, ideal.train, columns);
  const corrected = applyOutputGains(currents.test, gains);
  const error = computeCurrentError(currents.test, ideal.test);
  return { error, gainError: computeCurrentError(corrected, ideal.test), gains };
}

export type TrainedLayer = Awaited<ReturnType<typeof trainMnistLayer>>;

/** Trains a layer without labels. Returns the layer with functions that test it with other weights or through resistive lines. */
export async function trainMnistLayer(
  sizes: NeuronAndImageCounts,
  seed: number,
  { signal, reportProgress: report }: DemonstrationContext,
) {
  const { neurons, train, label, test } = sizes;
  const config = mnist.mnistConfig({ neurons, epochs: 1, train, label, test, seed });
  const data = mnist.imagesOf(mnist.loadMnist(), config);
  await report('training');
  const { learned } = requireResult(await mnist.trainLayer(config, data.train, { signal }));
  const rows = data.train.rows * data.train.columns;
  const conductances = Float64Array.from(learned.weights, (mV) => mV * G_MAX);
  const testWeights = (weights: Float32Array) => measureAccuracy(config, { ...learned, weights }, data, { signal });
  const currentsOf = (weights: Float32Array) => {
    const ofImages = ({ images }: mnist.LabelledImages) =>
      computeCurrents(weights, images.subarray(0, COMPARED_IMAGE_COUNT * rows), neurons);
    return { train: ofImages(data.train), test: ofImages(data.test) };
  };
  const ideal = currentsOf(learned.weights);
  /** Tests the layer on crossbar tiles of size `tile` with a line resistance of `lineResistance`, Ω per segment. */
  const readThroughLines = async (lineResistance: number, tile: TiledOptions['tile']) => {
    const effective = effectiveConductances({ rows, columns: neurons, conductances, lineResistance, tile });
    const weights = Float32Array.from(effective, (siemens) => siemens / G_MAX);
    const { gains, error, gainError } = compareCurrents(currentsOf(weights), ideal, neurons);
    const accuracy = await testWeights(weights);
    return { accuracy, gainAccuracy: await testWeights(applyOutputGains(weights, gains)), error, gainError };
  };
  return { config, data, learned, rows, columns: neurons, testWeights, readThroughLines };
}
