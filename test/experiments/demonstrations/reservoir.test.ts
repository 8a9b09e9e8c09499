/** Devices that forget within a few pulses tell patterns apart; those that forget at once or never do not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, train: 600, test: 300, split: 'validation' };

test('patterns are told apart, and digits recognised', async () => {
  const { figures, expectations } = await findingsOf('reservoir', SMALL);
  assert.ok(expectations.slice(0, 3).every(({ shown }) => shown));
  assert.ok(figures['MNIST accuracy']!.values[0]! > 60);
  assert.ok(figures['MNIST accuracy, devices that forget at once']!.values[0]! < 30);
});

test('a device that never forgets only counts', async () => {
  const { figures } = await findingsOf('reservoir', { ...SMALL, tau: 1e9 });
  assert.is(figures['patterns of 4 bits told apart']!.values[0], 5);
});

test.run();
