/** A few of the made measurements; `made.js` by itself judges all of them. */
// slow: fits hundreds of made devices; fit.test.ts fits one per model in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { judge, MADE } from './made.ts';

test('intervals hold what measurements were made from, and the model is found', () => {
  const some = MADE.filter((_, i) => i % 8 === 3);
  const found = some.map((one) => judge(one, 1));
  const held = found.flatMap((f) => f.held);
  const share = held.filter(([, ok]) => ok).length / held.length;
  assert.ok(share >= 0.85, `${share} of ${held.length}`); // nominal 95 %; a measurement's parameters miss together
  assert.ok(found.filter((f) => f.found).length >= 0.8 * some.length);
});

test.run();
