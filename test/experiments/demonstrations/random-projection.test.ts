/** Device differences project images at random; without them there is nothing to read. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, train: 400, test: 200, largest: 100 };

test('a larger layer tells more', async () => {
  const { figures, expectations } = await findingsOf('random-projection', SMALL);
  assert.ok(expectations[0]!.shown, expectations[0]!.text);
  assert.ok(figures['accuracy, neurons 100']!.values[0]! > 45);
});

test('devices that do not differ tell nothing', async () => {
  const { figures } = await findingsOf('random-projection', { ...SMALL, spread: 0 });
  assert.ok(figures['accuracy, neurons 100']!.values[0]! < 20);
});

test.run();
