/** Noise of writing takes what is learned on a device, with labels and without; labels of other images teach nothing. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type DeviceVariant,
  trainWithLabels,
  trainWithoutLabels,
} from '../../../experiments/demonstrations/deviceDemands/index.ts';
import { loadMnist } from '../../../experiments/training/unsupervised/index.ts';
import { findingsOf } from './findingsOf.ts';

const data = loadMnist();
const context = { signal: new AbortController().signal, reportProgress: async () => {} };
const PLAIN: DeviceVariant = { model: 'neuroSim', nonlinearityUp: 1, nonlinearityDown: -1 };
const given = { device: PLAIN, data, neurons: 20, train: 1000, test: 300, seed: 1, context };

test('both learn, and writing that scatters over a third of the range leaves little', async () => {
  const noisy = { ...given, device: { ...PLAIN, writeNoise: 0.3 } };
  for (const learner of [trainWithLabels, trainWithoutLabels]) {
    const [plain, scattered] = [await learner(given), await learner(noisy)];
    assert.ok(plain > 45, `${learner.name}: ${plain} %`);
    assert.ok(scattered < plain - 15, `${learner.name}: ${plain} and ${scattered} %`);
  }
});

test('labels of other images teach nothing', async () => {
  const { train } = data;
  const moved = { ...data, train: { ...train, labels: train.labels.map((_, i, all) => all.at(i - 1)!) } };
  assert.ok((await trainWithLabels({ ...given, data: moved })) < 25);
});

test('all that is promised is there', async () => {
  const { figures, expectations, pictures } = await findingsOf('device-demands', {
    seeds: 1,
    neurons: 10,
    train: 100,
    label: 50,
    test: 50,
  });
  assert.ok(expectations.length >= 3);
  assert.is(Object.keys(figures).length, 9);
  assert.is(Object.keys(pictures).length, 2);
});

test.run();
