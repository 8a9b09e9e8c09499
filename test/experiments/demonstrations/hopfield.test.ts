/** Patterns are recalled, random cues are not; the energy falls as long as devices are equal. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

test('recall, its limits, and the energy', async () => {
  const { expectations } = await findingsOf('hopfield', { seeds: 1, recalls: 10 });
  for (const { text, shown } of expectations) assert.ok(shown, text);
});

test.run();
