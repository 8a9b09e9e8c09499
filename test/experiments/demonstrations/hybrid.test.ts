/** The hybrid is coarse until the switch; with one gain for all the three ways are the same. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, neurons: 20, train: 2000, switch: 500, label: 300, test: 300, split: 'validation' };

test('the switch changes what comes after it, and nothing before', async () => {
  const { figures } = await findingsOf('hybrid', SMALL);
  const early = (mode: string) => figures[`accuracy after 100 images, ${mode}`]!.values[0]!;
  const late = (mode: string) => figures[`accuracy after 2000 images, ${mode}`]!.values[0]!;
  assert.is(early('hybrid'), early('coarse'));
  assert.is.not(late('hybrid'), late('coarse'));
  assert.is.not(late('hybrid'), late('fine'));
});

test('equal gains make no difference', async () => {
  const { figures } = await findingsOf('hybrid', { ...SMALL, coarse: 1, fine: 1 });
  const late = (mode: string) => figures[`accuracy after 2000 images, ${mode}`]!.values[0]!;
  assert.is(late('coarse'), late('fine'));
  assert.is(late('hybrid'), late('fine'));
});

test.run();
