/** Devices that forget within a few pulses tell patterns and orders apart; those that forget at once or never do not. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, train: 600, test: 300, split: 'validation' };

test('patterns are told apart, digits recognised, and only those that forget know the order', async () => {
  const { figures, expectations } = await findingsOf('reservoir', SMALL);
  const value = (name: string) => figures[name]!.values[0]!;
  assert.ok(expectations.slice(0, 4).every(({ shown }) => shown));
  assert.ok(value('MNIST, three time constants') > 60);
  assert.ok(value('order, three time constants') > value('order, devices that only count') + 50);
});

test('a device that never forgets only counts', async () => {
  const { figures } = await findingsOf('reservoir', { ...SMALL, tau: 1e9 });
  assert.is(figures['distinct states after patterns, bits 4, tau 1000000000 ms']!.values[0], 5);
  assert.ok(figures['order, three time constants']!.values[0]! < 25, 'three that count know no more than one');
});

test('three devices alike know no more of the order than one', async () => {
  const { figures } = await findingsOf('reservoir', { ...SMALL, factor: 1 });
  const [one, alike] = ['one time constant', 'three time constants'].map(
    (name) => figures[`order, ${name}`]!.values[0]!,
  );
  assert.ok(Math.abs(alike! - one!) < 4, `${one}, ${alike}`);
});

test.run();
