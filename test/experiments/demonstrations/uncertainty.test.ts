/** Votes of stochastic neurons tell wrong from right answers; without scatter there is nothing to tell them by. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findingsOf } from './findingsOf.ts';

const SMALL = { seeds: 1, neurons: 50, epochs: 1, train: 8000, label: 3000, test: 500, passes: 6, split: 'validation' };
const WRONG = 'of these wrong';
const TWIN = 'accuracy, deterministic twin with as many spikes';
const TWIN_WRONG = 'wrong among as many answers of the twin, by its margin';

test('entropy separates errors, and expectations compare with the margin of the twin', async () => {
  const { figures, expectations } = await findingsOf('uncertainty', SMALL);
  const value = (name: string) => figures[name]!.values[0]!;
  assert.ok(value('AUROC of the entropy of the votes') > 0.6);
  assert.ok(value('gain by refusing 10 %') > 1);
  const isSeparating = value('AUROC of the entropy of the votes') > 0.8;
  const twin = value(TWIN);
  const controls = [
    value('AUROC of the entropy of the votes') > value("AUROC of the twin's margin"),
    value('gain by refusing 10 %') > value("gain by refusing 10 %, twin's margin"),
    value('accuracy, majority of the passes') > twin,
    value(WRONG) < value(TWIN_WRONG),
  ];
  assert.equal(
    expectations.map(({ shown }) => shown),
    [isSeparating, ...controls.map((control) => (isSeparating ? control : null))],
  );
  assert.ok(twin > value('accuracy, one pass') + 2, 'the twin has as many spikes as all passes together');
  // The twin is sure of some answers only: of its errors not all are made with confidence.
  assert.ok(value('at least 90 % of the votes') < 100);
  assert.ok(value(TWIN_WRONG) < 100 - twin);
});

test('thresholds that hardly scatter give votes that all agree', async () => {
  const { figures, expectations } = await findingsOf('uncertainty', { ...SMALL, sd: 1e-12 });
  const value = (name: string) => figures[name]!.values[0]!;
  assert.is(value('AUROC of the entropy of the votes'), 0.5);
  assert.is(value('at least 90 % of the votes'), 100);
  assert.ok(value(WRONG) > value(TWIN_WRONG), 'the twin has more spikes');
  assert.ok(expectations.every(({ shown }) => !shown));
});

test.run();
