/** Little programming noise is harmless, much is not; weights come from files as well. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { loadMnist } from '../../../experiments/data/mnist.ts';
import {
  importClassifier,
  programAndVerify,
  programWeights,
  testClassifier,
  trainClassifier,
} from '../../../experiments/demonstrations/exSitu/index.ts';

const { train, test: images } = loadMnist();
const classifier = trainClassifier(train, 2000, 1);
const score = (noise: number, ohm = 0) =>
  testClassifier({ ...classifier, weights: programWeights(classifier.weights, { noise }, ohm, 1) }, images, 1000);
const software = testClassifier(classifier, images, 1000);

test('perfect devices do as the software does, noise spoils it', () => {
  assert.ok(software > 75, `${software} %`);
  assert.is(score(0), software);
  assert.ok(score(0.01) > software - 3, `${score(0.01)} % of ${software} %`);
  assert.ok(score(0.5) < software - 20, `${score(0.5)} % of ${software} %`);
  assert.ok(score(0, 50) < software - 3, `${score(0, 50)} % of ${software} %`);
});

test('written by pulses: as accurate as the software within a narrow tolerance, and chance where nothing is pulsed', () => {
  const of = (tolerance: number) => {
    const { weights, ...told } = programAndVerify(classifier.weights, tolerance, 1);
    return { ...told, score: testClassifier({ ...classifier, weights }, images, 1000) };
  };
  const [narrow, wide, none] = [of(0.005), of(0.1), of(1)];
  assert.ok(narrow.score > software - 2 && narrow.missed < 0.5, JSON.stringify(narrow));
  assert.ok(wide.score < narrow.score - 10 && wide.pulses < narrow.pulses / 2, JSON.stringify(wide));
  assert.ok(none.pulses === 0 && none.score < 20, JSON.stringify(none));
});

test('a matrix with a row for the bias is the same classifier; one of another shape is refused', () => {
  const values = Float64Array.of(...classifier.weights, ...classifier.bias);
  const read = importClassifier({ values, rows: 785, columns: 10 }, 784, 'w.npy');
  assert.is(testClassifier(read, images, 200), testClassifier(classifier, images, 200));
  assert.throws(
    () => importClassifier({ values: values.subarray(0, 100), rows: 10, columns: 10 }, 784, 'w.npy'),
    (error: unknown) => error instanceof UserError && /w\.npy: .*got 10 × 10/.test(error.message),
  );
});

test.run();
