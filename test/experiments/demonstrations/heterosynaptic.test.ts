/** The third terminal decides what is written. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

test('scaled, stopped, turned round; before or after the pair', async () => {
  const { expectations } = await findingsOf('heterosynaptic', { seeds: 1, devices: 20 });
  for (const { text, shown } of expectations) assert.ok(shown, text);
});

test('a gate that closes at once lets nothing through', async () => {
  const { figures } = await findingsOf('heterosynaptic', { seeds: 1, devices: 20, tau: 1 });
  assert.ok(Math.abs(figures['Δw, gate, moment -100 ms']!.values[0]!) < 1e-12);
  assert.ok(figures['Δw, modulation 1, lag 10 ms']!.values[0]! > 0.005);
});

test.run();
