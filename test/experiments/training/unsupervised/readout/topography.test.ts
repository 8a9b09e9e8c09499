/** Quantisation and topographic error of maps small enough to work out by hand. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { topography } from '../../../../../experiments/index.ts';

/** Two numbers onto four units in a row: directions 0°, 30°, 60°, 90° in this order. */
const row = (order: readonly number[]) =>
  [Math.cos, Math.sin].flatMap((f) => order.map((k) => 2 * f((k * Math.PI) / 6)));

test('an ordered row has no topographic error, a torn one has', () => {
  const vectors = [1, 0, 3, 0.3, 0, 2];
  const ordered = topography(vectors, { weights: row([0, 1, 2, 3]), units: 4, width: 4 });
  assert.is(ordered.topographicError, 0);
  const torn = topography(vectors, { weights: row([0, 3, 2, 1]), units: 4, width: 4 });
  assert.is(torn.topographicError, 2 / 3); // 0° and 30° lie at the ends, 90° beside 60°
});

test('units are neighbours if both their rows and their columns are', () => {
  /** Six units that the vector is ever less like, from the most alike on. */
  const alike = (order: readonly number[]) =>
    [Math.cos, Math.sin].flatMap((f) => [0, 1, 2, 3, 4, 5].map((unit) => f(order.indexOf(unit) * 0.2)));
  const torn = (best: number, second: number, width: number) => {
    const others = [0, 1, 2, 3, 4, 5].filter((unit) => unit !== best && unit !== second);
    const weights = alike([best, second, ...others]);
    return topography([1, 0], { weights, units: 6, width }).topographicError;
  };
  assert.is(torn(0, 3, 2), 0, 'diagonal');
  assert.is(torn(0, 4, 2), 1, 'the same column, two rows apart');
  assert.is(torn(0, 5, 3), 1, 'the next row, two columns apart');
  assert.is(torn(2, 3, 3), 1, 'the end of a row and the beginning of the next');
});

test('quantisation error is a distance between directions', () => {
  const lattice = { weights: row([0, 1, 2, 3]), units: 4, width: 2 };
  assert.is(topography([5, 0], lattice).quantisationError, 0);
  const halfway = topography([Math.cos(Math.PI / 12), Math.sin(Math.PI / 12)], lattice).quantisationError;
  assert.ok(Math.abs(halfway - 2 * Math.sin(Math.PI / 24)) < 1e-7);
  assert.throws(() => topography([1], lattice), /must hold whole vectors/);
});

test.run();
