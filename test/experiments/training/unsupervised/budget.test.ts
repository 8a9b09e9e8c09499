/** What the recipe makes of the number of neurons and of presentations, and that a small training learns by it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { labState, toMnistSettings } from '../../../../experiments/lab/page/state.ts';
import type { Mapping } from '../../../../experiments/network/config/override.ts';
import {
  imagesOf,
  loadMnist,
  mnistConfig,
  testLayer,
  trainLayer,
} from '../../../../experiments/training/unsupervised/index.ts';
import { scaleSettingsToWins } from '../../../../experiments/training/unsupervised/recipes.ts';
import { slowTest } from '../../../support.ts';

/** Numbers of a configuration that depend on the budget. */
function numbersOf(given: Mapping): number[] {
  const { neuron, homeostasis, device } = mnistConfig(given);
  const { alphaUp, alphaDown } = device as unknown as Record<string, number>;
  return [neuron.threshold, homeostasis.gain, homeostasis.anneal, homeostasis.increment, alphaUp!, alphaDown!];
}

test('4 epochs of 60,000 have the numbers that were chosen for them, to the bit', () => {
  for (const [neurons, gain, increment] of [
    [50, 0.625, 0.00625],
    [100, 1.25, 0.0125],
    [400, 5, 0.05],
    [1600, 20, 0.2],
  ] as const) {
    assert.equal(numbersOf({ neurons }), [45, gain, 100, increment, 0.12, 0.009]);
  }
  for (const epochs of [3, 4]) {
    assert.equal(numbersOf({ neurons: 6400, epochs }), [70, 64, 30, 0.05, 0.1, 0.0131]);
  }
});

test('fewer presentations have the numbers of the formula', () => {
  const close = (found: readonly number[], wanted: readonly number[]) =>
    assert.ok(
      found.every((value, i) => Math.abs(value / wanted[i]! - 1) < 1e-3),
      `${found} is not ${wanted}`,
    );
  close(numbersOf({ neurons: 100, epochs: 1, train: 10_000 }), [45, 30, 100, 0.3, 0.12, 0.009]);
  close(numbersOf({ neurons: 400, epochs: 1, train: 2000 }), [60.719, 36, 5, 0.3, 0.25377, 0.019033]);
  close(numbersOf({ neurons: 1600, epochs: 1, train: 2000 }), [69.745, 54, 1.25, 0.3, 0.35889, 0.026917]);
  // less than one win a neuron is as one
  close(numbersOf({ neurons: 1600, epochs: 1, train: 10 }), [71.32, 60, 1, 0.3, 0.37947, 0.02846]);
});

test('presentations are epochs × images, whatever the split: 4 epochs of 2,500 are 10,000', () => {
  const once = numbersOf({ neurons: 100, epochs: 1, train: 10_000 });
  assert.equal(numbersOf({ neurons: 100, train: 2500 }), once);
  assert.equal(numbersOf({ neurons: 100, epochs: 2, train: 5000, split: 'validation' }), once);
  assert.equal(numbersOf({ neurons: 400, epochs: 1 }), numbersOf({ neurons: 400, epochs: 2, train: 30_000 }));
  assert.equal(numbersOf({ split: 'validation' }), numbersOf({ train: 50_000 }));
});

test('--label defaults to --train, and without it to all training images', () => {
  assert.is(mnistConfig({ train: 2500 }).label, 2500);
  assert.is(mnistConfig({ train: 2500, label: 100 }).label, 100);
  assert.is(mnistConfig({}).label, 60_000);
  assert.is(mnistConfig({ split: 'validation' }).label, 50_000);
  const learn = { ...labState.value.learn, train: 20_000 }; // what the lab trains with
  assert.is(mnistConfig(toMnistSettings(learn)).label, 20_000);
});

test('what is told wins over the formula, and leaves the rest to it', () => {
  const told = { neurons: 100, epochs: 1, train: 2000, homeostasis: { gain: 1 }, device: { alphaUp: 0.2 } };
  const [threshold, gain, anneal, increment, alphaUp, alphaDown] = numbersOf(told);
  const formula = scaleSettingsToWins(100, 2000);
  assert.equal([gain, alphaUp], [1, 0.2]);
  assert.equal(
    [threshold, anneal, increment],
    [formula.neuron.threshold, formula.homeostasis.anneal, formula.homeostasis.increment],
  );
  assert.is(alphaDown, formula.device.alphaDown);
});

test('every number is usable and none jumps, from one image to a million', () => {
  for (const neurons of [1, 50, 400, 6400]) {
    let last: number[] | undefined;
    for (let presentations = 1; presentations < 1e6; presentations *= 1.05) {
      const { neuron, homeostasis: h, device: d } = scaleSettingsToWins(neurons, presentations);
      const found = [neuron.threshold, h.gain, h.anneal, h.increment, d.alphaUp, d.alphaDown];
      found.forEach((value, i) => {
        assert.ok(value > 0 && Number.isFinite(value), `${found}`);
        if (last) assert.ok(Math.abs(value / last[i]! - 1) < 0.06, `${found} after ${last}`);
      });
      last = found;
    }
  }
});

// Trains; the formulas above are tested in short runs.
slowTest(test, '2,000 images teach 50 neurons three quarters of the digits', async () => {
  const size = { epochs: 1, train: 2000, label: 2000, test: 2000 };
  const config = mnistConfig({ neurons: 50, split: 'validation', ...size });
  const images = imagesOf(loadMnist(), config);
  const trained = await trainLayer(config, images.train);
  const { accuracy } = (await testLayer(config, trained!.learned, images))!;
  assert.ok(accuracy.logProbability > 75, `${accuracy.logProbability} %`);
});

test.run();
