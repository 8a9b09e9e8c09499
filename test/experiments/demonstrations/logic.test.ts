/** Truth tables are right on equal devices, not without the load, and less often the more devices differ. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

test('what is expected shows in a few rows of devices, and very different devices add less reliably', async () => {
  const { expectations, figures, tables } = await findingsOf('logic', { seeds: 2, rows: 30 });
  assert.is(expectations.length, 5);
  for (const { text, shown } of expectations) assert.ok(shown, text);
  assert.is(figures['control: implication without the load']!.values[0], 0.75);
  const { spread, right } = tables.truth!;
  const sumOf = (wanted: number) =>
    right!.values.reduce((sum, v, k) => sum + (spread!.values[k] === wanted ? v : 0), 0);
  assert.ok(sumOf(0.3) < sumOf(0.1) - 0.4); // implication and half adder of two seeds
});

test.run();
