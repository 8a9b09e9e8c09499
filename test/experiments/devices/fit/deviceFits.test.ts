/** Trains that continue from each other: parameters by device, bounds that trains do not reach, scatter that is hidden. */
// slow: fits devices with trains from their own start levels; fit.test.ts fits one per model in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFittedSections, listFitNotes } from '../../../../experiments/devices/fit/deviceFile.ts';
import { DIRECTIONS } from '../../../../experiments/devices/fit/import/trains.ts';
import { fitDevices } from '../../../../experiments/devices/fit/statistics/deviceFits.ts';
import { fitPulses, type PulseFit } from '../../../../experiments/devices/fit/statistics/fitPulses.ts';
import { findLargestStepNoise } from '../../../../experiments/devices/fit/statistics/predictionErrors.ts';
import { fitted } from './known.ts';
import { trainsOf } from './made.ts';
import { exponentialStep, softBoundStep } from './measured.ts';

const CONTINUED = { down: 'there', continued: true, cycleToCycle: 0.1, relative: 0.01 } as const;

test('several devices without reset: the interval of gMin holds the truth, which the mean curve misses', () => {
  const step = softBoundStep(0.07, 0.055);
  const fit = fitted({ ...CONTINUED, step, pulses: [60, 60], devices: 6, cycles: 3, between: 0.1, seed: 4 });
  assert.is(fit.best, 'softBound');
  const { params, ci } = fit.models.softBound;
  assert.ok(Math.abs(params.gMin! / 1e-6 - 1) < 0.15, `${params.gMin}`);
  const [low, high] = ci.gMin!;
  assert.ok(low < 1e-6 && 1e-6 < high && high - low < 5e-7, `${low} to ${high}`);
  for (const [name, truth] of Object.entries({ gMax: 1e-5, etaUp: 0.07, etaDown: 0.055 }))
    assert.ok(ci[name]![0] < truth && truth < ci[name]![1], `${name}: ${ci[name]}`);
});

test('simulated trains of the picture start where the measured ones do', () => {
  const step = softBoundStep(0.07, 0.055);
  const made = { ...CONTINUED, step, pulses: [60, 60] as const, devices: 4, cycles: 3, between: 0.2, seed: 5 };
  const trains = trainsOf(made);
  const fit = fitPulses(trains);
  for (const [t, { conductance }] of fit.simulatedTrains.entries()) {
    const measured = trains[t]!.conductance[0]!;
    assert.ok(Math.abs(conductance[0]! - measured) < 0.06 * measured + 1e-7, `${conductance[0]} and ${measured}`);
  }
});

test('a bound that no train reaches: interval open on that side, and a note', () => {
  const step = exponentialStep(0.05, 3, 0.08, 2);
  const fit = fitted({ ...CONTINUED, step, pulses: [30, 60], devices: 1, cycles: 3, seed: 2 });
  assert.is(fit.best, 'exponential');
  assert.equal(fit.undeterminedBounds, ['gMax']);
  const { ci } = fit.models.exponential;
  assert.ok(ci.gMax![0] < 1e-5 && ci.gMax![1] === Infinity, `${ci.gMax}`);
  assert.ok(ci.gMin![0] > 0.5e-6 && ci.gMin![1] < 2e-6, `${ci.gMin}`);
  assert.match(listFitNotes(fit).join(' '), /gMax is the highest measured conductance.*open on that side/);
});

test('largest step noise that the readings allow, from the likelihood: little above the true value', () => {
  const trains = trainsOf({
    ...{ step: softBoundStep(0.09, 0.1), pulses: [60, 60], cycles: 8, cycleToCycle: 0.2, relative: 0.01, seed: 3 },
  });
  const { candidates, noise, largestReading: unit } = fitPulses(trains);
  const devices = fitDevices(candidates.softBound, trains, unit, noise);
  for (const direction of DIRECTIONS) {
    const limit = findLargestStepNoise(candidates.softBound, devices, unit, noise, direction);
    assert.ok(limit > 0.19 && limit < 0.25, `${direction}: ${limit}`);
  }
});

test('scatter of one direction that is not identifiable: that of the other one up to the limit, as assumed', () => {
  const noise = { kind: 'relative', reading: 0.01, step: { up: 0.2, down: 0 }, gain: null, start: null } as const;
  const of = (limit: number, unmeasured: 'down' | null = null) => {
    const fit = {
      ...{ best: 'softBound', models: { softBound: { params: { gMin: 1e-6, gMax: 1e-5 } } }, undeterminedBounds: [] },
      ...{ noise, noiseLimit: { up: 0.25, down: limit }, between: null, reading: { kind: 'relative', sd: 0.01 } },
      ...{ unmeasured, quality: { verdict: 'describes', shareOfRange: 0.01, reasons: [] } },
    } as unknown as PulseFit;
    const { parts, assumed } = createFittedSections(fit, 'pulses.csv');
    return [parts.device!.cycleToCycle, parts.device!.cycleToCycleDown, assumed['device.cycleToCycleDown']];
  };
  assert.equal(of(0.3), [0.2, 0.2, 'not identifiable from the readings, at most 30 %; value of steps up']);
  assert.equal(of(0.03), [0.2, 0.03, 'not identifiable from the readings, at most 3 %; upper limit']);
  assert.equal(of(0, 'down'), [0.2, 0.2, 'pulses down were not measured; value of steps up']);
});

test.run();
