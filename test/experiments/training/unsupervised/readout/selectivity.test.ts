/** Orientation selectivity of tuning curves whose index is known. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { orientationSelectivity } from '../../../../../experiments/index.ts';

const degrees = Array.from({ length: 24 }, (_, i) => i * 7.5);

test('one orientation only, none, and a cosine', () => {
  const one = orientationSelectivity(
    degrees,
    degrees.map((d) => (d === 135 ? 3 : 0)),
  );
  assert.ok(Math.abs(one.selectivityIndex - 1) < 1e-12 && Math.abs(one.preferredOrientation - 135) < 1e-9);
  assert.ok(
    orientationSelectivity(
      degrees,
      degrees.map(() => 2),
    ).selectivityIndex < 1e-12,
  );
  const cosine = orientationSelectivity(
    degrees,
    degrees.map((d) => 1 + 0.6 * Math.cos((2 * (d - 30) * Math.PI) / 180)),
  );
  assert.ok(Math.abs(cosine.selectivityIndex - 0.3) < 1e-12 && Math.abs(cosine.preferredOrientation - 30) < 1e-9);
  assert.is(
    orientationSelectivity(
      degrees,
      degrees.map(() => 0),
    ).selectivityIndex,
    0,
  );
  assert.throws(() => orientationSelectivity(degrees, [1]), /got 24 and 1/);
});

test.run();
