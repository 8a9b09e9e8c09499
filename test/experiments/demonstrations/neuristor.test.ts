/** Spikes of a Mott oscillator, and none where there can be none. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

test('threshold, rate, refractoriness and gain', async () => {
  const { expectations } = await findingsOf('neuristor');
  for (const { text, shown } of expectations) assert.ok(shown, text);
});

test('a device that the supply keeps metallic never oscillates', async () => {
  const { tables } = await findingsOf('neuristor', { hold: 0.3, resistanceOn: 0.04 });
  assert.ok(tables.rates!.rate!.values.every((rate) => rate === 0));
});

test.run();
