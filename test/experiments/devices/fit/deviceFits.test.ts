/** Parameters by device of trains that continue from each other; largest step noise by likelihood. */
// slow: fits devices with trains from their own start levels; fit.test.ts fits one per model in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DIRECTIONS } from '../../../../experiments/devices/fit/import/trains.ts';
import { fitDevices } from '../../../../experiments/devices/fit/statistics/deviceFits.ts';
import { fitPulses } from '../../../../experiments/devices/fit/statistics/fitPulses.ts';
import { findStepNoiseLimit } from '../../../../experiments/devices/fit/statistics/predictionErrors.ts';
import { fitted } from './known.ts';
import { trainsOf } from './made.ts';
import { softBoundStep } from './measured.ts';

test('several devices without reset: the interval of gMin holds the truth, which the mean curve misses', () => {
  const step = softBoundStep(0.07, 0.055);
  const fit = fitted({
    ...{ step, pulses: [60, 60], down: 'there', continued: true, devices: 6, cycles: 3 },
    ...{ between: 0.1, cycleToCycle: 0.1, relative: 0.01, seed: 4 },
  });
  assert.is(fit.best, 'softBound');
  const { params, ci } = fit.models.softBound;
  assert.ok(Math.abs(params.gMin! / 1e-6 - 1) < 0.15, `${params.gMin}`);
  const [low, high] = ci.gMin!;
  assert.ok(low < 1e-6 && 1e-6 < high && high - low < 5e-7, `${low} to ${high}`);
  for (const [name, truth] of Object.entries({ gMax: 1e-5, etaUp: 0.07, etaDown: 0.055 }))
    assert.ok(ci[name]![0] < truth && truth < ci[name]![1], `${name}: ${ci[name]}`);
});

test('largest step noise that the readings allow, from the likelihood: little above the true value', () => {
  const trains = trainsOf({
    ...{ step: softBoundStep(0.09, 0.1), pulses: [60, 60], cycles: 8, cycleToCycle: 0.2, relative: 0.01, seed: 3 },
  });
  const { candidates, noise } = fitPulses(trains);
  const devices = fitDevices(candidates.softBound, trains, noise);
  for (const direction of DIRECTIONS) {
    const limit = findStepNoiseLimit(candidates.softBound, devices, noise, direction);
    assert.ok(limit > 0.19 && limit < 0.25, `${direction}: ${limit}`);
  }
});

test.run();
