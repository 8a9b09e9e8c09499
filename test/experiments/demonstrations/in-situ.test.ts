/** Weights are written into the same flawed devices that learn in place; steps that differ up and down hinder learning, not writing. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trainLayer } from '../../../experiments/demonstrations/inSitu/index.ts';
import { SoftmaxLayer } from '../../../experiments/demonstrations/softmaxLayer.ts';
import { loadMnist, softBound } from '../../../experiments/index.ts';
import { findingsOf } from './findingsOf.ts';

test('in place is ahead for stuck devices, written closely for spread; a coarse look is no look', async () => {
  const { figures, expectations } = await findingsOf('in-situ', {
    seeds: 1,
    train: 1500,
    test: 500,
    split: 'validation',
  });
  const value = (name: string) => figures[name]!.values[0]!;
  assert.ok(value('ideal devices') > 75);
  assert.ok(
    value('accuracy, 20 % stuck devices, tolerance 0') > value('accuracy, 20 % stuck devices, tolerance 0.01') + 3,
  );
  assert.ok(
    value('accuracy, spread of ranges 0.5, tolerance 0.01') >
      value('accuracy, spread of ranges 0.5, tolerance 0.2') + 2,
  );
  assert.ok(expectations.at(-1)!.shown, expectations.at(-1)!.text);
});

test('spread of steps hinders learning where steps up and down differ, and hardly where they are alike', () => {
  const { train, test: asked } = loadMnist();
  const after = (flaw: Parameters<typeof trainLayer>[2]) =>
    trainLayer({ train }, { train: 5000, test: 500, seed: 1 }, flaw).measureAccuracy(asked, 500);
  const alike = after('spread of steps 0.5, the same up and down');
  const apart = after('spread of steps 0.5, up and down apart');
  assert.ok(alike > 80 && apart < alike - 2, `${alike} %, up and down apart ${apart} %`);
});

test('what is learned comes from the labels: with those of other images the layer knows nothing', () => {
  const { train, test: asked } = loadMnist();
  const after = (images: typeof train) => {
    const layer = new SoftmaxLayer(images, {
      device: softBound({ reading: 'differential', etaUp: 0.005, etaDown: 0.005 }),
      seed: 1,
    });
    layer.trainOnImages(images, 1000, 0.03, 1);
    return layer.measureAccuracy(asked, 300);
  };
  const mixed = { ...train, labels: train.labels.map((_, i) => train.labels[(i + 1) % train.n]!) };
  assert.ok(after(train) > 65 && after(mixed) < 30);
});

test.run();
