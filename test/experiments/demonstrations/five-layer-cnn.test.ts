/** Copies of kernels average what is wrong with them, as crossbars do; training in place mends the rest, if labels are right. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  averageKernels,
  measureKernelError,
  programChip,
  testChip,
  trainLastLayer,
} from '../../../experiments/demonstrations/fiveLayerCnn/index.ts';
import { loadMnist } from '../../../experiments/index.ts';
import { trainFloat, untrained } from '../../../experiments/training/supervised/index.ts';
import { findingsOf } from './findingsOf.ts';

const sizes = { hidden: [], kernels: [4, 6], kernelSize: 3, pooling: 'max' } as const;
const begun = untrained('cnn', { rows: 28, columns: 28, channels: 1 }, 10, sizes, 1);
const { train, test: all } = loadMnist();
const first = (images: typeof train, n: number) => ({ ...images, n });

test('a small version shows copies and hybrid training; 96 % takes more images', async () => {
  const small = { seeds: 1, train: 3000, inPlace: 500, test: 300 };
  const { expectations, figures } = await findingsOf('five-layer-cnn', small);
  assert.ok(expectations.length >= 5);
  for (const { text, shown } of expectations) assert.ok(shown || /96 %|three copies are/.test(text), text);
  assert.ok(
    figures['accuracy, noise 0.2, hybrid, three copies']!.values[0]! >
      figures['accuracy, noise 0.2, ex situ, one copy']!.values[0]!,
  );
});

test('currents of copies added up are those of the mean kernels', () => {
  const chips = ['a', 'b', 'c'].map((seed) => programChip(begun, 0.1, 0.02, seed));
  const mean = averageKernels(chips.map((chip) => chip.getTrainedModel()));
  const pixels = 28 * 28;
  const image = Float64Array.from({ length: pixels }, (_, i) => train.images[i]! / 255);
  const kernelsEnd = begun.stages.findIndex(({ kind }) => kind === 'relu');
  const added = chips.map((chip) => Float64Array.from(chip.forward(image, kernelsEnd)));
  const together = programChip(mean, 0, 0, 'd').forward(image, kernelsEnd);
  const exact = added[0]!.map((_, k) => added.reduce((sum, one) => sum + one[k]!, 0) / 3);
  const most = Math.max(...exact.map(Math.abs));
  exact.forEach((v, k) => {
    assert.ok(Math.abs(v - together[k]!) < 0.06 * most); // written to 0.5 % of the range, nine weights
  });
  const worst = measureKernelError(chips[0]!.getTrainedModel(), begun);
  assert.ok(measureKernelError(mean, begun) < 0.75 * worst);
  assert.ok(
    measureKernelError(averageKernels([chips[0]!.getTrainedModel(), chips[0]!.getTrainedModel()]), begun) === worst,
  ); // copies that err alike
});

test('wrong labels teach the last layer nothing', async () => {
  const scaling = { mean: 0, sd: 1 };
  const descent = { epochs: 1, batch: 32, rate: 0.05, momentum: 0.9, shift: 0, seed: 1 } as const;
  const model = await trainFloat(begun, first(train, 3000), scaling, descent, () => {});
  const some = first(train, 1000);
  const after = (labels: Uint8Array) => {
    const chip = programChip(model, 0.2, 0.02, 'chip');
    const kernels = chip.getTrainedModel();
    trainLastLayer(chip, kernels, { ...some, labels });
    return testChip(chip, kernels, first(all, 500));
  };
  const right = after(some.labels);
  assert.ok(right > 80);
  assert.ok(after(some.labels.map((label) => (label * 7 + 3) % 10)) < 20);
});

test.run();
