/** Timing without overlap needs a second-order device. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

test('second order has a window and a rate dependence, first order neither', async () => {
  const { expectations } = await findingsOf('second-order', { seeds: 1 });
  for (const { text, shown } of expectations) assert.ok(shown, text);
});

test('with kappa 0 the effect is gone', async () => {
  const { expectations, figures } = await findingsOf('second-order', { seeds: 1, kappa: 0, cycleToCycle: 0 });
  assert.equal(
    expectations.filter(({ text }) => text.startsWith('second order')).map(({ shown }) => shown),
    [false, false],
  );
  assert.ok(Math.abs(figures['change of state, second order, lag 10 ms']!.values[0]!) < 1e-12);
});

test.run();
