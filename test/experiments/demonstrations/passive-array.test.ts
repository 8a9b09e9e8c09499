/** Half-select disturb costs accuracy; controls without disturbed devices learn the same weights as an array with transistors. */
// slow: trains 16 layers
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, neurons: 30, many: 40, train: 1000, label: 500, test: 500, split: 'validation' };
const figureName = (array: string, threshold = 0.66) =>
  `accuracy lost, ${array}, neurons 30, threshold ${threshold}, on off 100`;

test('V/2 loses accuracy at a low threshold; selectors, equal thresholds and a share of 0 lose none', async () => {
  const { figures } = await findingsOf('passive-array', SMALL);
  assert.ok(figures[figureName('V/2', 0.5)]!.values[0]! > 3);
  assert.is(figures[figureName('V/2 with selectors')]!.values[0], 0);
  assert.is(figures[figureName('V/2, equal thresholds')]!.values[0], 0);
});

test('full steps and widely spread thresholds lose much, at V/3 less than at V/2', async () => {
  const { figures } = await findingsOf('passive-array', { ...SMALL, share: 1, spread: 0.9 });
  const [half, third] = ['V/2', 'V/3'].map((array) => figures[figureName(array)]!.values[0]!);
  assert.ok(third! > 3 && half! > third!, `${half}, ${third} points`);
  assert.is(figures[figureName('V/2 with selectors')]!.values[0], 0);
});

test.run();
