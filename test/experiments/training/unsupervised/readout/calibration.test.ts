/** Votes, AUROC, rejection and reliability on cases worked out by hand. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { accuracyAfterRejection, auroc, reliability, votesOf } from '../../../../../experiments/index.ts';

test('votes: shares, the lowest of equals, entropy in bit', () => {
  const {
    predictions,
    confidence,
    entropy,
    classShares: shares,
  } = votesOf([Uint8Array.of(1, 3, 2), Uint8Array.of(1, 2, 2), Uint8Array.of(1, 3, 0), Uint8Array.of(1, 2, 1)], 4);
  assert.equal([...predictions], [1, 2, 2]);
  assert.equal([...confidence], [1, 0.5, 0.5]);
  assert.equal([...entropy], [0, 1, 1.5]);
  assert.equal([...shares.slice(4, 8)], [0, 0, 0.5, 0.5]);
  assert.throws(() => votesOf([Uint8Array.of(4)], 4), /image 0 has answer 4/);
  assert.throws(() => votesOf([Uint8Array.of(1), Uint8Array.of(1, 2)]), /got 1, 2/);
});

test('AUROC counts pairs, ties by half', () => {
  assert.is(auroc([3, 4], [1, 2]), 1);
  assert.is(auroc([1, 2], [3, 4]), 0);
  assert.is(auroc([1, 1], [1, 1, 1]), 0.5);
  assert.is(auroc([2, 3], [1, 2]), 3.5 / 4);
  assert.throws(() => auroc([], [1]), /got 0 and 1/);
});

test('rejection refuses the uncertain first and shares what is equal', () => {
  const right = [true, true, false, false];
  assert.is(accuracyAfterRejection(right, [0, 1, 2, 3], 0), 50);
  assert.is(accuracyAfterRejection(right, [0, 1, 2, 3], 0.5), 100);
  assert.is(accuracyAfterRejection(right, [3, 2, 1, 0], 0.5), 0);
  assert.is(accuracyAfterRejection(right, [1, 1, 1, 1], 0.5), 50);
  assert.throws(() => accuracyAfterRejection(right, [1], 0.5), /got lengths 4 and 1/);
});

test('reliability bins and their error', () => {
  const { bins, calibrationError: expectedError } = reliability([true, true, false, false], [1, 0.95, 0.9, 0.2], 10);
  assert.equal(
    bins.map(({ answerCount: count }) => count),
    [1, 3],
  );
  assert.is(bins[0]!.accuracy, 0);
  assert.ok(Math.abs(expectedError - (0.2 + 3 * Math.abs(2 / 3 - 0.95)) / 4) < 1e-12);
});

test.run();
