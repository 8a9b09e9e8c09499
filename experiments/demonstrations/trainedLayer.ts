import { effectiveConductances, type TiledOptions } from '../index.ts';
import { imagesOf, loadMnist, mnistConfig, testLayer, trainLayer } from '../mnist/index.ts';
import { finished, type Stage } from './demonstration.ts';

/** Largest conductance of a device, S: that of a weight of 1 mV. */
export const G_MAX = 1e-4;

/** Output neurons; images to train, label and test with. */
export type LayerSize = Readonly<Record<'neurons' | 'train' | 'label' | 'test', number>>;

/** A layer that has learned MNIST without labels, to be read in other ways than it was trained. */
export async function trainedLayer({ neurons, train, label, test }: LayerSize, seed: number, { signal, step }: Stage) {
  const config = mnistConfig({ neurons, epochs: 1, train, label, test, seed });
  const data = imagesOf(loadMnist(), config);
  await step(`seed ${seed}: training`);
  const { learned } = finished(await trainLayer(config, data.train, { signal }));
  const rows = data.train.rows * data.train.columns;
  const conductances = Float64Array.from(learned.weights, (mV) => mV * G_MAX);
  return {
    ...{ config, data, learned, rows, columns: neurons },
    /** Weights as arrays of this size are read, with lines of this resistance (Ω a segment). */
    throughLines: (lineResistance: number, tile: TiledOptions['tile']): Float32Array => {
      const effective = effectiveConductances({ rows, columns: neurons, conductances, lineResistance, tile });
      return Float32Array.from(effective, (siemens) => siemens / G_MAX);
    },
    /** Percent (log-probability vote) of the layer with these weights at labelling and test. */
    accuracyOf: async (weights: Float32Array): Promise<number> =>
      finished(await testLayer(config, { ...learned, weights }, data, { signal })).accuracy.logProbability,
  };
}
