import { testLayer, trainLayer } from '../../mnist/index.ts';
import { finished } from '../demonstration.ts';
import { type Learner, layerOf } from './learner.ts';

/** The rule of `memspike mnist`, which never sees a label; the neurons are labelled afterwards and read by log-probability vote. */
export const unsupervised: Learner = {
  config: layerOf,
  async train(config, images, signal) {
    const { learned, layer } = finished(await trainLayer(config, images, { signal }));
    return { learned, end: layer.net.now };
  },
  accuracy: async (config, learned, images, signal) =>
    finished(await testLayer(config, learned, images, { signal })).accuracy.logProbability,
};
