/** Labels never reach the network: with shuffled ones it learns the same weights, and knows nothing of classes. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream, shuffle } from '../../../../core/random/random.ts';
import { evaluateReadouts } from '../../../../experiments/training/unsupervised/evaluate.ts';
import {
  imagesOf,
  loadMnist,
  mnistConfig,
  responsesOf,
  trainLayer,
} from '../../../../experiments/training/unsupervised/index.ts';

const config = mnistConfig({ neurons: 60, epochs: 1, train: 3000, label: 2000, test: 1000, split: 'validation' });
const { train, test: held } = imagesOf(loadMnist(), config);
const stream = new RandomStream(1, 'shuffled');
const shuffled = () => shuffle(train.labels.slice(0, 3000), (n) => stream.integerBelow(n));

test('shuffled labels: the same weights and thresholds to the last bit', async () => {
  const right = (await trainLayer(config, train))!.learned;
  const wrong = (await trainLayer(config, { ...train, labels: shuffled() }))!.learned;
  assert.equal(wrong, right);
  const initial = (await trainLayer({ ...config, epochs: 0 }, train))!.learned;
  assert.not.equal(right.weights, initial.weights);

  const labelling = (await responsesOf('label', config, right, train, 2000))!;
  const testing = (await responsesOf('test', config, right, held, 1000))!;
  const scored = (labels: Uint8Array) =>
    evaluateReadouts(
      config.neurons,
      { responses: labelling, labels: labels.subarray(0, 2000) },
      { responses: testing, labels: held.labels.subarray(0, 1000) },
      config.seed,
    ).accuracy;
  assert.ok(scored(train.labels).logProbability > 65);
  const chance = Array.from({ length: 40 }, () => scored(shuffled()));
  for (const readout of ['logProbability', 'maxRate', 'proportion', 'linear'] as const) {
    const mean = chance.reduce((sum, accuracy) => sum + accuracy[readout], 0) / chance.length;
    assert.ok(Math.abs(mean - 10) < 1.5, `${readout}: ${mean} %`);
  }
});

test.run();
