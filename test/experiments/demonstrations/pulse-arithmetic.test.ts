/** Pulses add up in either order, unless the device forgets in between or is too noisy. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

test('addition commutes, forgetting breaks it, noise spoils sums', async () => {
  const { figures, expectations } = await findingsOf('pulse-arithmetic', { seeds: 1 });
  for (const { text, shown } of expectations) assert.ok(shown, text);
  assert.is(figures['n1 + n2 against n2 + n1']!.values[0], 0);
  assert.ok(figures['right sums, nonlinearity 2.4, write noise 0.035']!.values[0]! < 0.5);
});

test('a device that hardly forgets adds in either order', async () => {
  const { figures, expectations } = await findingsOf('pulse-arithmetic', { seeds: 1, forgetting: 1e9 });
  assert.ok(figures['n1 + n2 against n2 + n1, device that forgets']!.values[0]! < 1e-4);
  assert.not.ok(expectations[2]!.shown);
});

test.run();
