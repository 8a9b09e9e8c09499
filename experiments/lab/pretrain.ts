/** Trains the first network of the view Draw and writes experiments/lab/site/digits.bin:   node dist/experiments/lab/pretrain.js */
import { writeFileSync } from 'node:fs';
import { packagePath } from '../shipped.ts';
import * as mnist from '../training/unsupervised/index.ts';
import { computeMeanResponses } from '../training/unsupervised/readout/readout.ts';
import { packTrainedLayer, quantiseWeights } from '../training/unsupervised/trained.ts';

const OUT = packagePath('experiments/lab/site/digits.bin');

const config = mnist.mnistConfig({ neurons: 200 });
const { train, test } = mnist.imagesOf(mnist.loadMnist(), config);
const trained = (await mnist.trainLayer(config, train))!;
const learned = { ...trained.learned, weights: quantiseWeights(trained.learned.weights) };
const { accuracy } = (await mnist.testLayer(config, learned, { train, test }))!;
const labelling = (await mnist.responsesOf('label', config, learned, train, config.label))!;
const responses = computeMeanResponses(
  mnist.countsOf(labelling, config.neurons),
  train.labels.subarray(0, config.label),
  config.label,
  config.neurons,
);
const bytes = packTrainedLayer({ config, learned, responses, accuracy: accuracy.logProbability });
writeFileSync(OUT, bytes);
console.log(`${OUT}: ${bytes.length} bytes, ${accuracy.logProbability.toFixed(2)} % of the test images`);
