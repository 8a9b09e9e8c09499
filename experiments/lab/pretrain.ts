/**
 * Trains the network of the views Start and Draw, and writes it with the first test images to experiments/lab/site:
 *   node dist/experiments/lab/pretrain.js
 */
import { writeFileSync } from 'node:fs';
import { zlibSync } from 'fflate';
import { resolvePackagePath } from '../shipped.ts';
import * as mnist from '../training/unsupervised/index.ts';
import { computeMeanResponses } from '../training/unsupervised/readout/readout.ts';
import { packTrainedLayer, quantiseWeights } from '../training/unsupervised/trained.ts';
import { DigitClassifier } from './digitClassifier.ts';

const SITE = resolvePackagePath('experiments/lab/site/');
const LIMIT_IMAGES = 1000;
const SHOWN_IMAGES = 200;

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
const layer = { config, learned, responses, accuracy: accuracy.logProbability };
const classifier = new DigitClassifier(layer);
const pixelCount = train.rows * train.columns;
const limits = classifier.chooseRecognitionLimits(train.images, train.labels.subarray(0, LIMIT_IMAGES));
const bytes = packTrainedLayer({ ...layer, limits });
writeFileSync(`${SITE}digits.bin`, bytes);

const refused = { correct: 0, wrong: 0 };
for (let i = 0; i < test.n; i++) {
  const { predictedClass, margin, match } = classifier.classify(
    test.images.subarray(i * pixelCount, (i + 1) * pixelCount),
  );
  if (margin < limits.margin || match < limits.match)
    refused[predictedClass === test.labels[i] ? 'correct' : 'wrong']++;
}
console.log(`${bytes.length} bytes, ${accuracy.logProbability.toFixed(2)} % of the test images`, limits, refused);

/** Records of the test images: one byte for the label, then the pixels. */
const records = new Uint8Array(SHOWN_IMAGES * (1 + pixelCount));
for (let i = 0; i < SHOWN_IMAGES; i++) {
  records[i * (1 + pixelCount)] = test.labels[i]!;
  records.set(test.images.subarray(i * pixelCount, (i + 1) * pixelCount), i * (1 + pixelCount) + 1);
}
writeFileSync(`${SITE}testDigits.bin`, zlibSync(records, { level: 9 }));
