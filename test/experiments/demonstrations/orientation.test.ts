/** Oriented bars are learned; without pulses, or with all cells stuck, they are not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, neurons: 12, presentations: 800 };

test('learning makes neurons selective, and many stuck cells undo it', async () => {
  const { figures } = await findingsOf('orientation', SMALL);
  const value = (name: string) => figures[name]!.values[0]!;
  assert.ok(value('selectivity after learning') > value('selectivity before learning') + 0.2);
  assert.ok(value('selectivity after learning') > value('selectivity, 80 % stuck') + 0.2);
});

test('a rule that never pulses teaches nothing', async () => {
  const { figures, expectations } = await findingsOf('orientation', { ...SMALL, pSet: 0, pReset: 0 });
  const [before, after] = ['before', 'after'].map((when) => figures[`selectivity ${when} learning`]!.values[0]!);
  assert.ok(Math.abs(after! - before!) < 0.2);
  assert.not(expectations[0]!.shown);
});

test.run();
