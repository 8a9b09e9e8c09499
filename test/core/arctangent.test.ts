/** The angle of a point against its formula at known places and against the engine's own. */
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { atan2 } from '../../core/elementary.ts';
import { runs } from '../support.ts';

test('on the axes, whatever the sign of zero', () => {
  for (const y of [0, -0, 1, -1, 1e-300, -1e300]) {
    for (const x of [0, -0, 2, -2, 1e-300, -1e300]) {
      if (x !== 0 && y !== 0) continue;
      assert.ok(Object.is(atan2(y, x), Math.atan2(y, x)), `${y} ${x}: ${atan2(y, x)}`);
    }
  }
});

test('within one unit in the last place of the engine, and odd in y', () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 });
  fc.assert(
    fc.property(finite, finite, (y, x) => {
      const angle = atan2(y, x);
      const error = Math.abs(angle - Math.atan2(y, x));
      return error <= 2 ** -52 * Math.abs(angle) && Object.is(atan2(-y, x), -angle);
    }),
    runs(20_000),
  );
});

test('the bits of fdlibm', () => {
  // Each branch once; the values are those of V8, which computes by fdlibm.
  for (const [y, x, angle] of [
    [0.3, 1, 0.2914567944778671],
    [0.6, 1, 0.5404195002705842],
    [1, 1, Math.PI / 4],
    [2, 1, 1.1071487177940904],
    [5, 1, 1.373400766945016],
    [1, -3, 2.819842099193151],
    [-1, -3, -2.819842099193151],
  ] as const)
    assert.is(atan2(y, x), angle);
});

test.run();
