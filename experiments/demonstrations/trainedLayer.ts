import { effectiveConductances, type TiledOptions } from '../index.ts';
import { imagesOf, type LabelledImages, loadMnist, mnistConfig, testLayer, trainLayer } from '../mnist/index.ts';
import { applyGains, type CurrentErrors, computeCurrents, computeErrors, fitGains } from './currents.ts';
import { type LayerSize, type RunContext, requireResult } from './demonstration.ts';

/** Conductance of a weight of 1 mV, the largest one, S. */
export const G_MAX = 1e-4;

/** Number of training images that gains are fitted on, and of test images whose currents are compared. */
export const COMPARED_IMAGES = 200;

/** A layer read through resistive lines: errors of its currents and accuracy (%) with the log-probability readout. */
export interface LineResult extends CurrentErrors {
  readonly accuracy: number;
  /** Error and accuracy with one gain per output, fitted on training images. */
  readonly gainError: number;
  readonly gainAccuracy: number;
}

export type TrainedLayer = Awaited<ReturnType<typeof trainMnistLayer>>;

/** Trains a layer on MNIST without labels and returns functions that read it under other conditions. */
export async function trainMnistLayer(
  { neurons, train, label, test }: LayerSize,
  seed: number,
  { signal, step }: RunContext,
) {
  const config = mnistConfig({ neurons, epochs: 1, train, label, test, seed });
  const data = imagesOf(loadMnist(), config);
  await step(`seed ${seed}: training`);
  const { learned } = requireResult(await trainLayer(config, data.train, { signal }));
  const rows = data.train.rows * data.train.columns;
  const conductances = Float64Array.from(learned.weights, (mV) => mV * G_MAX);
  /** Accuracy (%) with these weights in labelling and test. */
  const testWeights = async (weights: Float32Array): Promise<number> =>
    requireResult(await testLayer(config, { ...learned, weights }, data, { signal })).accuracy.logProbability;
  const currentsOf = (weights: Float32Array, { images }: LabelledImages) =>
    computeCurrents(weights, images.subarray(0, COMPARED_IMAGES * rows), neurons);
  const ideal = { train: currentsOf(learned.weights, data.train), test: currentsOf(learned.weights, data.test) };
  /** Reads the layer in arrays of size `tile` with `lineResistance` Ω per segment. */
  const readThroughLines = async (lineResistance: number, tile: TiledOptions['tile']): Promise<LineResult> => {
    const effective = effectiveConductances({ rows, columns: neurons, conductances, lineResistance, tile });
    const weights = Float32Array.from(effective, (siemens) => siemens / G_MAX);
    const gains = fitGains(currentsOf(weights, data.train), ideal.train, neurons);
    const currents = currentsOf(weights, data.test);
    return {
      accuracy: await testWeights(weights),
      gainAccuracy: await testWeights(applyGains(weights, gains)),
      ...computeErrors(currents, ideal.test),
      gainError: computeErrors(applyGains(currents, gains), ideal.test).error,
    };
  };
  return { config, data, learned, rows, columns: neurons, testWeights, readThroughLines };
}
