/** Noise that was found is written into the device file and simulated. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deciles } from '../../../../experiments/devices/fit/deciles.ts';
import { deviceFile } from '../../../../experiments/devices/fit/deviceFile.ts';
import { fitPulses } from '../../../../experiments/devices/fit/fit.ts';
import { loadDevice } from '../../../../experiments/devices/load.ts';
import { trainsOf } from './made.ts';
import { softBoundStep } from './measured.ts';

const file = join(mkdtempSync(join(tmpdir(), 'memspike-noise-')), 'device.yaml');
const near = (found: number, expected: number, within: number, what: string) =>
  assert.ok(Math.abs(found / expected - 1) < within, `${what}: ${found}, expected ${expected}`);

test('reading, step and devices: in the file, and in simulated trains as in measured ones', () => {
  const step = softBoundStep(0.05, 0.08);
  const made = { step, pulses: [50, 50] as const, devices: 12, cycles: 4, between: 0.15, cycleToCycle: 0.3 };
  const trains = trainsOf({ ...made, absolute: 0.005, seed: 7 });
  const fit = fitPulses(trains);
  writeFileSync(file, deviceFile(fit, 'made.csv'));
  const device = loadDevice(file).device as Record<string, unknown>;
  const range = (device.gMax as number) - (device.gMin as number);
  const { sd, of } = device.readNoise as { sd: number; of: string };
  assert.is(of, 'range');
  near(sd * range, 0.005 * 9e-6, 0.1, 'readNoise');
  near(device.cycleToCycle as number, 0.3, 0.1, 'cycleToCycle');
  near(device.rangeSpread as number, 0.15, 0.5, 'rangeSpread'); // sd of the truth: 21 %
  near(device.stepSpread as number, 0.15, 0.5, 'stepSpread');
  assert.ok((device.stepCorrelation as number) < 0.7, 'stepCorrelation');
  const all = deciles(trains, fit.simulation);
  assert.is(all.length, 20);
  assert.is(
    all.reduce((sum, { steps }) => sum + steps, 0),
    12 * 4 * 2 * 50,
  );
  for (const { direction, from, measured, simulated } of all) {
    near(simulated!, measured!, 0.5, `${direction} from ${from}`); // one draw of 12 devices against another
  }
});

test.run();
