/** Trains of an exponential device that end before its bounds: the fit says that its range is what was visited. */
// slow: fits many devices; fit.test.ts fits one per model in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFittedSections, listFitNotes } from '../../../../experiments/devices/fit/deviceFile.ts';
import { fitted } from './known.ts';
import { exponentialStep } from './measured.ts';

test('an exponential device whose trains come to no bound: told, with the range visited', () => {
  const step = exponentialStep(0.05, 3, 0.04, 2);
  const fit = fitted({ step, pulses: [50, 50], down: 'there', relative: 0.02, seed: 1 });
  assert.is(fit.best, 'exponential');
  assert.equal(fit.undeterminedBounds, ['gMax']);
  let g = 0;
  for (let i = 0; i < 50; i++) g += 0.05 * Math.exp(-3 * g);
  const visited = 1e-6 + 9e-6 * g;
  assert.ok(
    Math.abs(fit.models.exponential.params.gMax! / visited - 1) < 0.02,
    `${fit.models.exponential.params.gMax}`,
  );
  assert.match(listFitNotes(fit).join(' '), /gMax is the highest measured conductance/);
  assert.match(createFittedSections(fit, 'pulses.csv').origin.summary, /gMax is the highest measured conductance/);
});

test('cycles that go on from one another come to neither bound', () => {
  const step = exponentialStep(0.05, 3, 0.04, 2);
  let start = 0.3; // one curve stands for all cycles, so that they have to be alike
  for (let i = 0; i < 600; i++) start += step(start, i % 60 < 30); // where cycles come to end
  const fit = fitted({ step, pulses: [30, 30], down: 'there', continued: true, start, relative: 0.001, seed: 1 });
  assert.is(fit.best, 'exponential');
  assert.equal(fit.undeterminedBounds, ['gMin', 'gMax']);
});

test('nothing is told where trains come to the bounds, or were set to them', () => {
  const strong = exponentialStep(0.08, 3, 0.06, 2);
  for (const [step, pulses, down] of [
    [strong, [95, 70], 'there'],
    [strong, [95, 70], 'top'],
    [exponentialStep(0.05, 3, 0.04, 2), [50, 50], 'top'],
  ] as const) {
    const fit = fitted({ step, pulses, down, relative: 0.02, seed: 1 });
    assert.is(fit.best, 'exponential');
    assert.equal(fit.undeterminedBounds, []);
    assert.equal(listFitNotes(fit), []);
  }
});

test.run();
