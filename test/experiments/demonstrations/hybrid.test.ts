/** The hybrid is binary until the switch; with a switch that never comes it stays so, and binary updates know two ends of the range only. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, train: 1000, test: 300, switch: 100, split: 'validation' };

test('the switch changes what comes after it, and nothing before; analog updates end ahead', async () => {
  const { figures, expectations } = await findingsOf('hybrid', SMALL);
  const value = (images: number, mode: string) => figures[`accuracy, images ${images}, ${mode}`]!.values[0]!;
  assert.is(value(100, 'hybrid'), value(100, 'binary'));
  assert.is.not(value(200, 'hybrid'), value(200, 'binary'));
  assert.ok(value(1000, 'analog') > value(1000, 'binary') + 5);
  assert.is(expectations[3]!.shown, value(1000, 'hybrid') >= value(1000, 'analog') - 0.5);
});

test('a switch that never comes leaves the hybrid binary', async () => {
  const { figures, expectations } = await findingsOf('hybrid', { ...SMALL, switch: 5000 });
  assert.is(figures['accuracy, images 1000, hybrid']!.values[0], figures['accuracy, images 1000, binary']!.values[0]);
  assert.not.ok(expectations[3]!.shown);
});

test.run();
