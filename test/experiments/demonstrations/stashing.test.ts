/** Hidden synapses save energy of training; a criterion that nothing meets hides none and saves none. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, neurons: 20, train: 3000, label: 500, test: 300, split: 'validation' };

test('hiding saves energy', async () => {
  const { figures } = await findingsOf('stashing', SMALL);
  assert.ok(figures['hidden for good: energy saved']!.values[0]! > 10);
});

test('a criterion that nothing meets saves nothing', async () => {
  const { figures } = await findingsOf('stashing', { ...SMALL, pulses: 60000 });
  assert.is(figures['hidden for good: energy saved']!.values[0], 0);
  assert.is(figures['hidden for good: accuracy lost']!.values[0], 0);
});

test.run();
