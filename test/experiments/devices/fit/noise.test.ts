/** Noise that was found is written into the device file and simulated. */
// slow: statistics over many fits; fit.test.ts fits one per model in `npm test`
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stringify } from 'yaml';
import { CounterRandom } from '../../../../core/random/random.ts';
import { createFittedSections } from '../../../../experiments/devices/fit/deviceFile.ts';
import { findLargestConductance, type Train } from '../../../../experiments/devices/fit/import/trains.ts';
import { mergeDeviceFile } from '../../../../experiments/devices/fit/kinds/mergeDeviceFile.ts';
import {
  estimateInitialNoise,
  fitPulses,
  type PulseFit,
} from '../../../../experiments/devices/fit/statistics/fitPulses.ts';
import { loadDevice } from '../../../../experiments/devices/load.ts';
import { trainsOf } from './made.ts';
import { type Measurement, softBoundStep } from './measured.ts';
import { decileChanges, momentsOf } from './tableDeciles.ts';

const file = join(mkdtempSync(join(tmpdir(), 'memspike-noise-')), 'device.yaml');
const writeDevice = (fit: PulseFit) => {
  const { parts, origin } = createFittedSections(fit, 'made.csv');
  writeFileSync(file, stringify(mergeDeviceFile(undefined, parts, {}, origin).file));
};
const near = (found: number, expected: number, within: number, what: string) =>
  assert.ok(Math.abs(found / expected - 1) < within, `${what}: ${found}, expected ${expected}`);

test('reading, step and devices: in the file, and in simulated trains as in measured ones', () => {
  const step = softBoundStep(0.05, 0.08);
  const made = { step, pulses: [50, 50] as const, devices: 12, cycles: 4, between: 0.15, cycleToCycle: 0.3 };
  const trains = trainsOf({ ...made, absolute: 0.005, seed: 7 });
  const fit = fitPulses(trains);
  writeDevice(fit);
  const device = loadDevice(file).device as Record<string, unknown>;
  const range = (device.gMax as number) - (device.gMin as number);
  const { sd, of } = device.readNoise as { sd: number; of: string };
  assert.is(of, 'range');
  near(sd * range, 0.005 * 9e-6, 0.1, 'readNoise');
  near(device.cycleToCycle as number, 0.3, 0.1, 'cycleToCycle');
  near(device.rangeSpread as number, 0.15, 0.5, 'rangeSpread'); // sd of the truth: 21 %
  near(device.stepSpread as number, 0.15, 0.5, 'stepSpread');
  assert.ok((device.stepCorrelation as number) < 0.7, 'stepCorrelation');
  const all = decileChanges(trains, fit.simulatedTrains);
  assert.is(all.length, 20);
  assert.is(
    all.reduce((sum, { measured }) => sum + measured.length, 0),
    12 * 4 * 2 * 50,
  );
  for (const [k, { direction, measured, simulated }] of all.entries()) {
    near(momentsOf(simulated).sd, momentsOf(measured).sd, 0.5, `${direction} ${k}`); // one draw of 12 devices against another
  }
});

const LONG = { step: softBoundStep(0.01, 0.015), pulses: [400, 400] as const, devices: 1, cycles: 1, seed: 3 };

test('one train in each direction: scatter of readings is told, and steps are not where readings hide them', () => {
  const { noise, readNoise: reading } = fitPulses(trainsOf({ ...LONG, absolute: 0.05, cycleToCycle: 0.3 }));
  assert.is(reading.kind, 'absolute');
  near(reading.sd, 0.05 * 9e-6, 0.12, 'reading'); // of two trains of 400: sd 5 %
  assert.equal([noise.stepSd, noise.trainGainSd, noise.startSd], [{ up: 0, down: 0 }, null, null]);
});

test('readings whose scatter lasts for a few of them are not taken for steps', () => {
  const random = new CounterRandom(5, 'flicker');
  const trains = trainsOf({ ...LONG, absolute: 0.03 }).map((train, t) => {
    let slow = 0;
    const conductance = train.conductance.map((g, i) => {
      slow = 0.8 * slow + 0.02 * 9e-6 * random.normal(t, i);
      return g + slow;
    });
    return { ...train, conductance };
  });
  assert.equal(fitPulses(trains).noise.stepSd, { up: 0, down: 0 });
});

/** Trains up and down of devices with curves of different shapes, about which steps scatter by 13 %. */
function makeDissimilarDevices(pulses: number, devices: number, readSd: (level: number) => number) {
  const random = new CounterRandom(1, 'dissimilar');
  let draw = 0;
  const normal = () => random.normal(draw++, 0);
  return Array.from({ length: devices }, (_, d) => {
    const gMax = Math.exp(0.1 * normal());
    return (['up', 'down'] as const).map((direction): Train => {
      const [bend, lead] = [1.5 * Math.exp(0.4 * normal()), 0.5 * Math.abs(normal())];
      const step = (3.2 / pulses) * Math.exp(0.3 * normal()) * 1.5 ** lead;
      let h = 0;
      const conductance = Array.from({ length: pulses + 1 }, (__, i) => {
        if (i > 0) h = Math.min(1, h + step * (1 - h) ** bend * (0.2 + h) ** lead * (1 + 0.13 * normal()));
        const level = 0.1 + 0.9 * (direction === 'up' ? h : 1 - h);
        return 1e-6 * gMax * (level + readSd(level) * normal());
      });
      const elapsed = [...conductance.keys()];
      return { device: `${d}`, cycle: '1', direction, conductance, first: 0, elapsed };
    });
  }).flat();
}
const DISSIMILAR = [
  ['alike in all states', 40, 96, () => 0.003],
  ['2 % at gMin, 0.06 % at gMax', 40, 96, (level: number) => 0.0022 - 0.0016 * level],
  ['long trains', 100, 24, () => 0.001],
] as const;
for (const [what, pulses, devices, readSd] of DISSIMILAR)
  test(`misfit of devices that no curve fits is not step noise: ${what}`, () => {
    const trains = makeDissimilarDevices(pulses, devices, readSd);
    const unit = findLargestConductance(trains);
    const { stepSd: step, kind, readSd: reading } = estimateInitialNoise(trains, unit);
    assert.is(kind, 'absolute');
    near(step.up, 0.13, 0.2, 'up');
    near(step.down, 0.13, 0.2, 'down');
    near(reading * unit, 1e-6 * readSd(0.55), 0.2, 'reading');
  });

/** The parameters in the device file of a fit to what is made. */
const written = (made: Measurement) => {
  const fit = fitPulses(trainsOf(made));
  writeDevice(fit);
  return { fit, device: loadDevice(file).device as Record<string, number> };
};
const CYCLES = { step: softBoundStep(0.03, 0.04), pulses: [40, 40] as const, devices: 1, cycles: 24, seed: 2 };

test('steps that scatter otherwise upwards than downwards, under the noise of reading', () => {
  const { device } = written({ ...CYCLES, cycleToCycle: 0.25, cycleToCycleDown: 0.08, absolute: 0.002 });
  near(device.cycleToCycle!, 0.25, 0.1, 'up');
  near(device.cycleToCycleDown!, 0.08, 0.2, 'down');
});

test('what all steps of a cycle have in common is told from what each has', () => {
  const { fit, device } = written({ ...CYCLES, cycleToCycle: 0.15, cycleToCycleDown: 0, gain: 0.2 });
  near(fit.noise.stepSd.up, 0.15, 0.1, 'step');
  near(fit.noise.trainGainSd!.up, 0.2, 0.35, 'gain'); // of 24 cycles: sd 15 %
  near(device.cycleToCycle!, Math.hypot(fit.noise.stepSd.up, fit.noise.trainGainSd!.up), 1e-4, 'both');
  near(device.cycleCorrelation!, (fit.noise.trainGainSd!.up / device.cycleToCycle!) ** 2, 0.05, 'share');
  assert.ok(device.cycleToCycleDown! <= 0.005, `${device.cycleToCycleDown}`); // the smallest limit that is tried
});

test.run();
