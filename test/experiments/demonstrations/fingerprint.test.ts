/** Devices that differ are a key, devices that do not are none. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, devices: 256, chips: 4, rounds: 2 };

test('a chip is like itself and unlike others', async () => {
  const { expectations } = await findingsOf('fingerprint', SMALL);
  for (const { text, shown } of expectations.slice(1)) assert.ok(shown, text);
});

test('without differences between devices there is no fingerprint', async () => {
  const { figures, expectations } = await findingsOf('fingerprint', { ...SMALL, deviceToDevice: 0 });
  assert.not.ok(expectations[1]!.shown);
  assert.ok(figures['mean distance, one chip']!.values[0]! > 0.4);
});

test.run();
