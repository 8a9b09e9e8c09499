/** Oriented bars are learned; without pulses, or with all cells stuck, they are not. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { trainLayer } from '../../../experiments/demonstrations/orientation/index.ts';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, neurons: 12, presentations: 800 };

test('learning makes neurons selective, and many stuck cells undo it', async () => {
  const { figures } = await findingsOf('orientation', SMALL);
  const value = (name: string) => figures[name]!.values[0]!;
  assert.ok(value('selectivity after learning') > value('selectivity before learning') + 0.2);
  assert.ok(value('selectivity after learning') > value('selectivity, 80 % stuck') + 0.2);
});

test('a rule that never pulses leaves every weight as it was, and the control fails', async () => {
  const settings = { ...SMALL, seed: 1, rate: 3000, pSet: 0.15, pReset: 0.1 };
  const { naive, learned } = trainLayer({ ...settings, pSet: 0, pReset: 0 }, 1, 0);
  assert.equal(learned.weights, naive.weights);
  const pulsed = trainLayer(settings, 1, 0);
  assert.equal(pulsed.naive.weights, naive.weights);
  assert.not.equal(pulsed.learned.weights, naive.weights);
  const { expectations } = await findingsOf('orientation', { ...SMALL, pSet: 0, pReset: 0 });
  assert.not(expectations[0]!.shown);
});

test.run();
