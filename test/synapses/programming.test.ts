/** Programming an array: what is stored for what was asked. */
import fc from 'fast-check';
import { mean, sampleStandardDeviation } from 'simple-statistics';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import { programWeights } from '../../synapses/programming.ts';

const RANGE = { low: 0.2, high: 1.2 };
const many = (w: number, n = 20_000) => new Float64Array(n).fill(w);
const spreadOf = (values: Float64Array) => sampleStandardDeviation([...values]);
const near = (found: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(found - expected) < tolerance, `${found}, not ${expected}`);

test('without flaws it stores what was asked, within the range', () => {
  const weights = fc.array(fc.double({ min: -1, max: 2, noNaN: true }));
  fc.assert(
    fc.property(weights, (asked) => {
      programWeights(asked, RANGE, {}, 1).forEach((w, k) => {
        near(w, Math.min(Math.max(asked[k]!, RANGE.low), RANGE.high), 1e-12);
      });
    }),
  );
});

test('levels: the nearest of those there are', () => {
  const stored = programWeights([0.2, 0.44, 0.46, 0.7, 1.19], RANGE, { levels: 3 }, 1);
  [0.2, 0.2, 0.7, 0.7, 1.2].forEach((w, k) => {
    near(stored[k]!, w, 1e-12);
  });
});

test('noise, spread, flips and stuck devices have the statistics that were asked for', () => {
  const noisy = programWeights(many(0.7), RANGE, { noise: 0.05 }, 1);
  near(mean([...noisy]), 0.7, 0.002);
  near(spreadOf(noisy), 0.05, 0.002);
  const spread = programWeights(many(0.7), RANGE, { spread: 0.3 }, 1);
  near(mean([...spread]) - 0.2, 0.5, 0.01);
  near(spreadOf(spread) / 0.5, 0.3, 0.02);
  const share = (values: Float64Array, w: number) => values.filter((v) => Math.abs(v - w) < 1e-12).length / 20_000;
  near(share(programWeights(many(0.3), RANGE, { flips: 0.1 }, 1), 1.1), 0.1, 0.01);
  const stuck = programWeights(many(0.7), RANGE, { stuck: { low: 0.2, high: 0.1 } }, 1);
  near(share(stuck, 0.2), 0.2, 0.01);
  near(share(stuck, 1.2), 0.1, 0.01);
  near(share(stuck, 0.7), 0.7, 0.01);
});

test('draws belong to the device: the same seed the same bits, more noise the same stuck devices, other arrays others', () => {
  const stuck = { low: 0.3, high: 0 };
  const quiet = programWeights(many(0.7, 500), RANGE, { stuck }, 5);
  const noisy = programWeights(many(0.7, 500), RANGE, { stuck, noise: 0.1 }, 5);
  assert.equal(programWeights(many(0.7, 500), RANGE, { stuck, noise: 0.1 }, 5), noisy);
  quiet.forEach((w, k) => {
    assert.is(w === RANGE.low, noisy[k] === RANGE.low);
  });
  assert.not.equal(programWeights(many(0.7, 500), RANGE, { stuck }, 6), quiet);
  assert.not.equal(programWeights(many(0.7, 500), RANGE, { stuck }, 5, 'second'), quiet);
});

test('nonsense is refused by name', () => {
  for (const [how, words] of [
    [{ noise: -1 }, /noise/],
    [{ levels: 1 }, /levels/],
    [{ flips: 1.5 }, /flips/],
    [{ stuck: { low: 0.8, high: 0.8 } }, /stuck/],
  ] as const)
    assert.throws(
      () => programWeights([1], RANGE, how, 1),
      (error: unknown) => error instanceof UserError && words.test(error.message),
    );
});

test.run();
