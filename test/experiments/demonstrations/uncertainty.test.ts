/** Votes of stochastic neurons tell wrong from right answers; without scatter there is nothing to tell them by. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, neurons: 50, epochs: 1, train: 8000, label: 3000, test: 500, passes: 6, split: 'validation' };

test('entropy separates errors, and confident errors are rarer than those of the twin', async () => {
  const { figures } = await findingsOf('uncertainty', SMALL);
  const value = (name: string) => figures[name]!.values[0]!;
  assert.ok(value('AUROC of the entropy of the votes') > 0.6);
  assert.ok(value('gain by refusing 10 %') > 1);
  assert.ok(value('wrong with at least 90 % of the votes') < value('wrong, deterministic twin') / 2);
});

test('thresholds that hardly scatter give votes that all agree', async () => {
  const { figures, expectations } = await findingsOf('uncertainty', { ...SMALL, sd: 1e-12 });
  assert.is(figures['AUROC of the entropy of the votes']!.values[0], 0.5);
  assert.ok(expectations.every(({ shown }) => !shown));
});

test.run();
