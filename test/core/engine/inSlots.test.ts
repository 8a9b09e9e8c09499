/** Arrivals in order of time, however they are spread. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inSlots } from '../../../core/engine/inSlots.ts';

const START = 5;
const spread = fc.double({ min: START, max: START + 3, noNaN: true });
/** Most at a few instants, so that slots are crowded. */
const crowded = fc.constantFrom(START, START + 0.5, START + 2 ** -26, START + 1e6);

test('arrivals in slots are sorted as by time and then as they are told apart', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(spread, crowded), { minLength: 1, maxLength: 300 }), fc.nat(), (list, seed) => {
      const times = Float64Array.from(list);
      const rank = (k: number) => (k * 7919 + seed) % 101;
      const apart = (a: number, b: number) => rank(a) - rank(b) || a - b;
      const order = new Uint32Array(list.length + 5);
      inSlots(times, order, new Uint32Array(list.length + 1).fill(9), START, list.length, apart);
      const expected = [...list.keys()].sort((a, b) => times[a]! - times[b]! || apart(a, b));
      assert.equal([...order.subarray(0, list.length)], expected);
    }),
    { numRuns: 500 },
  );
});

test.run();
