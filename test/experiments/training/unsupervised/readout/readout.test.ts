import seedrandom from 'seedrandom';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../../core/declare/errors.ts';
import {
  accuracy,
  READOUTS,
  type ReadoutName,
  type SpikeCounts,
} from '../../../../../experiments/training/unsupervised/readout/index.ts';

const names = Object.keys(READOUTS) as ReadoutName[];
const train = (name: ReadoutName, counts: SpikeCounts, labels: readonly number[], neurons: number, seed = 'a') =>
  READOUTS[name](counts, Uint8Array.from(labels), labels.length, neurons, seedrandom.alea(seed));

/** Three classes, neurons 0–2 prefer one each, neuron 3 answers all alike, neuron 4 is silent. */
const LABELS = [0, 0, 1, 1, 1, 2, 2];
const COUNTS = Uint16Array.from(
  [
    [5, 1, 0, 2, 0],
    [7, 0, 0, 2, 0],
    [0, 4, 1, 2, 0],
    [1, 6, 0, 2, 0],
    [0, 5, 1, 2, 0],
    [0, 0, 8, 2, 0],
    [0, 1, 6, 2, 0],
  ].flat(),
);

for (const name of names) {
  test(`${name} learns separable responses`, () => {
    assert.equal([...train(name, COUNTS, LABELS, 5).predictAll(COUNTS)], LABELS);
  });

  test(`${name}: predict at an offset and predictAll agree, whatever the integer type`, () => {
    const readout = train(name, Uint32Array.from(COUNTS), LABELS, 5);
    const all = readout.predictAll(Uint32Array.from(COUNTS));
    for (let i = 0; i < LABELS.length; i++) assert.is(readout.predict(COUNTS, i * 5), all[i]);
  });

  test(`${name}: no spike, or only spikes of neurons silent in training, gives the most frequent class`, () => {
    const readout = train(name, COUNTS, LABELS, 5);
    assert.equal([...readout.predictAll(Uint16Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 9))], [1, 1]);
    const tied = train(name, Uint16Array.of(1, 0, 0, 1), [2, 1], 2);
    assert.is(tied.predict(Uint16Array.of(0, 0), 0), 1);
  });

  test(`${name}: training without a single spike still predicts`, () => {
    assert.is(train(name, new Uint16Array(6), [3, 3, 1], 2).predict(Uint16Array.of(4, 4), 0), 3);
  });

  test(`${name} gives the same answer twice`, () => {
    const noisy = Uint16Array.from({ length: 40 * 6 }, (_, i) => (i * 7919) % 5);
    const labels = Array.from({ length: 40 }, (_, i) => (i * 31) % 4);
    assert.equal(train(name, noisy, labels, 6).predictAll(noisy), train(name, noisy, labels, 6).predictAll(noisy));
  });

  test(`${name} refuses arrays that do not fit`, () => {
    const refuses = (act: () => unknown, part: string) =>
      assert.throws(act, (error: Error) => error instanceof UserError && error.message.includes(part));
    refuses(() => train(name, new Uint16Array(0), [], 5), 'must be >= 1');
    refuses(() => train(name, COUNTS, LABELS, 4), 'need 28 spike counts and 7 labels');
    refuses(() => train(name, COUNTS, LABELS, 5).predictAll(COUNTS.subarray(1)), 'multiple of 5');
  });
}

test('logProbability follows its formula', () => {
  // R: neuron 0 (3, 1), neuron 1 (1, 2); eps = 0.002 of 4 and of 3. Spikes 2 and 3.
  const readout = train('logProbability', Uint16Array.of(3, 1, 1, 2), [0, 1], 2);
  const score = (c: number): number => {
    const [a, b] = [[3, 1][c]!, [1, 2][c]!];
    return 2 * Math.log((a + 0.008) / (4 + 0.016)) + 3 * Math.log((b + 0.006) / (3 + 0.012));
  };
  assert.is(readout.predict(Uint16Array.of(2, 3), 0), score(0) > score(1) ? 0 : 1);
  assert.is(readout.predict(Uint16Array.of(2, 3), 0), 0);
  assert.is(readout.predict(Uint16Array.of(1, 3), 0), 1);
});

test('maxRate takes the mean over the neurons of a class, not their sum', () => {
  // Neurons 0 and 1 belong to class 0, neuron 2 to class 1.
  const readout = train('maxRate', Uint16Array.of(4, 4, 0, 0, 0, 4), [0, 1], 3);
  assert.is(readout.predict(Uint16Array.of(2, 2, 3), 0), 1);
  assert.is(readout.predict(Uint16Array.of(3, 4, 3), 0), 0);
});

test('proportion shares each spike among the classes', () => {
  // Neuron 0 votes 0.75 : 0.25, neuron 1 votes 0.4 : 0.6.
  const readout = train('proportion', Uint16Array.of(3, 2, 1, 3), [0, 1], 2);
  assert.is(readout.predict(Uint16Array.of(1, 2), 0), 0); // 1.55 : 1.45
  assert.is(readout.predict(Uint16Array.of(1, 3), 0), 1); // 1.95 : 2.05
});

test('responses are means per class: a frequent class has no louder voice', () => {
  const counts = Uint16Array.of(2, 1, 2, 1, 2, 1, 1, 3);
  assert.is(train('proportion', counts, [0, 0, 0, 1], 2).predict(Uint16Array.of(0, 1), 0), 1);
});

test('linear solves what no label assignment can: a class told by the absence of a neuron', () => {
  const counts = Uint16Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? 3 : i % 4 === 1 ? 1 : 4));
  const labels = Array.from({ length: 100 }, (_, i) => i % 2);
  assert.is(accuracy(Uint8Array.from(labels), train('linear', counts, labels, 2).predictAll(counts)), 100);
});

test('linear draws its order from the generator only', () => {
  const noisy = Uint16Array.from({ length: 60 * 8 }, (_, i) => (i * 7919) % 7);
  const labels = Array.from({ length: 60 }, (_, i) => (i * 17) % 5);
  let draws = 0;
  const random = () => {
    draws++;
    return 0.5;
  };
  READOUTS.linear(noisy, Uint8Array.from(labels), 60, 8, random);
  assert.is(draws, 20 * 59);
});

test('the step of linear falls: the last images do not outweigh what more of them say', () => {
  const counts = Uint16Array.from([1, 1, 1, 1, 1]);
  const inOrder = () => 1 - Number.EPSILON; // leaves the order as it is: those of class 1 are the last of each epoch
  const readout = READOUTS.linear(counts, Uint8Array.from([0, 0, 0, 1, 1]), 5, 1, inOrder);
  assert.equal([...readout.predictAll(counts)], [0, 0, 0, 0, 0]);
});

test.run();
