/** Patterns are learned by presentations, and not without them. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

test('patterns find neurons of their own; delays follow the hazard', async () => {
  const { expectations } = await findingsOf('fully-memristive', { seeds: 1 });
  for (const { text, shown } of expectations) assert.ok(shown, text);
});

test('a single presentation teaches nothing', async () => {
  const { figures } = await findingsOf('fully-memristive', { seeds: 1, presentations: 1 });
  assert.ok(figures['patterns recognised, after']!.values[0]! < 50);
});

test.run();
