/** Intervals of means and of paired differences over seeds. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  describePairedDifference,
  estimateMean,
  estimatePairedDifference,
} from '../../../experiments/statistics/estimate.ts';

const test = suite('estimates over seeds');
const near = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-6, `${value}`);

test('the interval of a mean is that of Student t with n - 1 degrees of freedom', () => {
  const { mean, low, high } = estimateMean([1, 2, 3]);
  assert.is(mean, 2);
  near(high - mean, 4.302652729911275 / Math.sqrt(3)); // quantile 0.975 with two degrees of freedom; sd 1
  near(mean - low, high - mean);
});

test('one seed gives no interval, and none gives no mean', () => {
  assert.equal(estimateMean([5]), { mean: 5, low: Number.NaN, high: Number.NaN });
  assert.equal(estimateMean([]), { mean: Number.NaN, low: Number.NaN, high: Number.NaN });
});

test('a difference is paired: what seeds have in common takes no part, and pairs that are not whole are left out', () => {
  const reference = [10, 50, 90, Number.NaN, 7];
  const { mean, low, high } = estimatePairedDifference([11, 52, 93, 1, Number.NaN], reference);
  assert.is(mean, 2);
  near(high - mean, 4.302652729911275 / Math.sqrt(3));
  assert.ok(low < 0);
  assert.equal(estimatePairedDifference([1, 2], [1, 2]), { mean: 0, low: 0, high: 0 });
  assert.ok(Number.isNaN(estimatePairedDifference([1, 2], []).mean));
});

test('the description says if the interval includes 0, and that one seed has none', () => {
  const say = (mean: number, low: number, high: number) => describePairedDifference({ mean, low, high }, 'points');
  assert.is(say(2, 1, 3), '+2.0 points (95 % interval 1.0 to 3.0)');
  assert.is(say(-2, -3, -1), '-2.0 points (95 % interval -3.0 to -1.0)');
  assert.is(say(0.5, -0.4, 1.5), '+0.5 points (95 % interval -0.4 to 1.5), not significantly different');
  assert.is(say(0, 0, 0), '0.0 points (95 % interval 0.0 to 0.0), not significantly different');
  assert.is(say(1, Number.NaN, Number.NaN), '+1.0 points (one seed, no interval)');
  assert.is(say(Number.NaN, Number.NaN, Number.NaN), 'no pair of runs with the same seed');
});

test.run();
