import { effectiveConductances, type TiledOptions } from '../index.ts';
import { imagesOf, type LabelledImages, loadMnist, mnistConfig, testLayer, trainLayer } from '../mnist/index.ts';
import { amplified, type CurrentErrors, currentsOf, errorsOf, gainsOf } from './currents.ts';
import { finished, type Stage } from './demonstration.ts';

/** Largest conductance of a device, S: that of a weight of 1 mV. */
export const G_MAX = 1e-4;

/** Output neurons; images to train, label and test with. */
export type LayerSize = Readonly<Record<'neurons' | 'train' | 'label' | 'test', number>>;

/** Training images that gains are found with, and test images whose currents are compared. */
export const COMPARED = 200;

/** What lines make of a layer. Accuracy in percent, log-probability vote; with one gain per output that was found on training images. */
export interface ThroughLines extends CurrentErrors {
  readonly accuracy: number;
  readonly gainError: number;
  readonly gainAccuracy: number;
}

/** A layer that has learned MNIST without labels, to be read in other ways than it was trained. */
export async function trainedLayer({ neurons, train, label, test }: LayerSize, seed: number, { signal, step }: Stage) {
  const config = mnistConfig({ neurons, epochs: 1, train, label, test, seed });
  const data = imagesOf(loadMnist(), config);
  await step(`seed ${seed}: training`);
  const { learned } = finished(await trainLayer(config, data.train, { signal }));
  const rows = data.train.rows * data.train.columns;
  const conductances = Float64Array.from(learned.weights, (mV) => mV * G_MAX);
  /** Percent (log-probability vote) of the layer with these weights at labelling and test. */
  const accuracyOf = async (weights: Float32Array): Promise<number> =>
    finished(await testLayer(config, { ...learned, weights }, data, { signal })).accuracy.logProbability;
  const currents = (weights: Float32Array, { images }: LabelledImages) =>
    currentsOf(weights, images.subarray(0, COMPARED * rows), neurons);
  const ideal = { train: currents(learned.weights, data.train), test: currents(learned.weights, data.test) };
  return {
    ...{ config, data, learned, rows, columns: neurons, accuracyOf },
    /** The layer in arrays of this size, with lines of this resistance (Ω a segment). */
    throughLines: async (lineResistance: number, tile: TiledOptions['tile']): Promise<ThroughLines> => {
      const effective = effectiveConductances({ rows, columns: neurons, conductances, lineResistance, tile });
      const weights = Float32Array.from(effective, (siemens) => siemens / G_MAX);
      const gains = gainsOf(currents(weights, data.train), ideal.train, neurons);
      const found = currents(weights, data.test);
      return {
        ...errorsOf(found, ideal.test),
        accuracy: await accuracyOf(weights),
        gainError: errorsOf(amplified(found, gains), ideal.test).error,
        gainAccuracy: await accuracyOf(amplified(weights, gains)),
      };
    },
  };
}
