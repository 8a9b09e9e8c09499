import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { accuracy, confusionMatrix, wilsonInterval } from '../../../experiments/training/unsupervised/readout/index.ts';

const LABELS = Uint8Array.of(0, 1, 1, 2);
const PREDICTIONS = Uint8Array.of(0, 1, 2, 2);

test('accuracy is in percent', () => {
  assert.is(accuracy(LABELS, PREDICTIONS), 75);
});

test('the confusion matrix has true classes in rows', () => {
  assert.equal([...confusionMatrix(LABELS, PREDICTIONS, 3)], [1, 0, 0, 0, 1, 1, 0, 0, 1]);
  assert.is(confusionMatrix(LABELS, PREDICTIONS).length, 100);
  assert.throws(() => confusionMatrix(LABELS, PREDICTIONS, 2), 'image 2 has label 1 and prediction 2, expected 0 to 1');
});

test('Wilson intervals match published values and keep their bounds', () => {
  // Newcombe, Statist. Med. 17, 857 (1998), table I: 81/263, 15/148, 0/20, 1/29.
  const cases = [
    [81, 263, 25.53, 36.62],
    [15, 148, 6.24, 16.05],
    [0, 20, 0, 16.11],
    [1, 29, 0.61, 17.18],
    [20, 20, 83.89, 100],
  ] as const;
  for (const [hits, trials, low, high] of cases) {
    const interval = wilsonInterval(hits, trials);
    assert.ok(Math.abs(interval.low - low) < 0.006, `${hits}/${trials}: ${interval.low}`);
    assert.ok(Math.abs(interval.high - high) < 0.006, `${hits}/${trials}: ${interval.high}`);
  }
});

test('nonsense is refused', () => {
  assert.throws(() => accuracy(LABELS, PREDICTIONS.subarray(1)), '4 labels and 3 predictions');
  assert.throws(() => accuracy(new Uint8Array(0), new Uint8Array(0)), 'at least one');
  assert.throws(() => wilsonInterval(0, 0), 'at least one trial');
  assert.throws(() => wilsonInterval(3, 2), '3 hits in 2 trials');
});

test.run();
