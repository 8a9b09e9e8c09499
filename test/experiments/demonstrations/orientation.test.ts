/** Oriented bars are learned; without pulses, or with most cells stuck, they are not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, neurons: 12, presentations: 800 };

test('learning makes neurons selective, and many stuck cells undo it', async () => {
  const { figures } = await findingsOf('orientation', SMALL);
  const selectivity = (state: string, stuck: number) => figures[`selectivity, ${state}, stuck ${stuck}`]!.values[0]!;
  assert.ok(selectivity('after learning', 0) > selectivity('before learning', 0) + 0.2);
  assert.ok(selectivity('after learning', 0) > selectivity('after learning', 0.8) + 0.2);
});

test('under a rule that never pulses the control fails', async () => {
  const { expectations } = await findingsOf('orientation', { ...SMALL, pSet: 0, pReset: 0 });
  assert.not(expectations[0]!.shown);
});

test.run();
