/** A neighbourhood puts like neurons side by side; without one their order is that of chance. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

test('the map is ordered, the control is not', async () => {
  const small = { seeds: 1, width: 7, spreadStart: 2, train: 6000, label: 1000, test: 300, split: 'validation' };
  const { figures } = await findingsOf('self-organising-map', small);
  const error = (name: string) => figures[name]!.values[0]!;
  assert.ok(error('topographic error') < 0.75 * error('topographic error, control'));
  assert.ok(error('topographic error, control') > 0.55);
});

test.run();
