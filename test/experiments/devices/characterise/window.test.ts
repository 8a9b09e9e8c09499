/** Trains of pulses on devices whose window function is 0 at the bounds, from which no pulse leads away. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { measureLtpLtd } from '../../../../experiments/devices/characterise/parts/pulseTrain.ts';
import { countPulsesThroughRange, type SpecimenSet } from '../../../../experiments/devices/characterise/specimens.ts';
import { loadDevice } from '../../../../experiments/devices/load.ts';

const directory = mkdtempSync(join(tmpdir(), 'memspike-window-'));
test.after(() => rmSync(directory, { recursive: true }));

function specimen(device: object): SpecimenSet {
  const file = join(directory, 'device.json');
  writeFileSync(file, JSON.stringify({ memspike: 1, device }));
  return { loaded: loadDevice(file), deviceCount: 1, seed: 1, pulseCount: 20 };
}

test('LTP of a model whose window is 0 at the bound begins off it, goes through the range and says so', () => {
  const joglekar = { ...specimen({ model: 'linearDrift', window: 2 }), pulseCount: 200 };
  const part = measureLtpLtd(joglekar);
  assert.match(part.title, /200 pulses each way, off the bounds \(window 0\)$/);
  assert.match(String(part.summary.begins), /^just off the bounds, where the model's window function is 0/);
  const conductance = part.columns.conductance!.values;
  assert.ok(conductance[200]! > 100 * conductance[0]!, `${conductance[0]} S to ${conductance[200]} S`);
  for (const window of [1, 2, 5]) {
    const { loaded } = specimen({ model: 'linearDrift', window });
    const pulses = countPulsesThroughRange(loaded);
    assert.ok(pulses < 1000, `${window}: ${pulses}`);
    const whole = measureLtpLtd({ loaded, deviceCount: 1, seed: 1, pulseCount: pulses });
    assert.match(whole.title, /pulses each way, off/);
    assert.ok(Number(whole.summary.traversed) > 0.9, `${window}: ${whole.summary.traversed}`);
    assert.ok(Number(whole.summary.afterLtd) < 0.2 * Number(whole.summary.highest)); // it does not stick to the upper bound
  }
  const slow = specimen({ model: 'linearDrift', window: 2, writeTime: 1e-4 });
  assert.is(countPulsesThroughRange(slow.loaded), 1000);
  assert.match(
    measureLtpLtd({ ...slow, pulseCount: 1000 }).title,
    /1000 pulses each way \(0\.0\d+ % of its range\), off/,
  );
  assert.not.match(measureLtpLtd(specimen({ model: 'softBound' })).title, /bound/);
});

test.run();
