/** Bounds that trains do not reach, scatter that is hidden, and simulated trains of the picture. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createFittedSections, listFitNotes } from '../../../../experiments/devices/fit/deviceFile.ts';
import { fitPulses, type PulseFit } from '../../../../experiments/devices/fit/statistics/fitPulses.ts';
import { fitted } from './known.ts';
import { trainsOf } from './made.ts';
import { exponentialStep, softBoundStep } from './measured.ts';

const CONTINUED = { down: 'there', continued: true, cycleToCycle: 0.1, relative: 0.01 } as const;

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

test('scatter of one direction that is not identifiable: that of the other one up to the limit, as assumed', () => {
  const noise = {
    kind: 'relative',
    readSd: 0.01,
    stepSd: { up: 0.2, down: 0 },
    trainGainSd: null,
    startSd: null,
  } as const;
  const of = (limit: number, unmeasured: 'down' | null = null) => {
    const fit = {
      ...{ best: 'softBound', models: { softBound: { params: { gMin: 1e-6, gMax: 1e-5 } } }, undeterminedBounds: [] },
      ...{ noise, noiseLimit: { up: 0.25, down: limit }, between: null, readNoise: { kind: 'relative', sd: 0.01 } },
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
