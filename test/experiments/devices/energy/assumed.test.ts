/** Energies are marked wherever nobody told the pulse, whatever the model; given pulses have no mark. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { computeNetworkEnergy, describeWeightProgramming } from '../../../../experiments/devices/energy/account.ts';
import { loadDevice, overrideDeviceParameters } from '../../../../experiments/devices/load.ts';
import { PulseBench } from '../../../../experiments/devices/pulseBench.ts';
import { describeAssumedPulse } from '../../../../experiments/look/energyText.ts';
import { createModel } from '../../../../experiments/network/models.ts';
import { collectKeyFigures } from '../../../../experiments/report/runFacts.ts';
import { createMnistConfig } from '../../../../experiments/training/unsupervised/steps.ts';

const bench = (device: { model: string } & Record<string, unknown>) =>
  new PulseBench({
    device: createModel('device', device),
    seed: 1,
    up: [[1, 2]],
    down: [[3]],
    weight: { uniform: [0.5, 0.5] },
  });

function energy(device: { model: string } & Record<string, unknown>) {
  const b = bench(device);
  b.runTo(10);
  return computeNetworkEnergy(b.net);
}

const RANGE = { gMin: 1e-6, gMax: 1e-4 };
const MODELS = ['linear', 'softBound', 'exponential', 'power', 'neuroSim', 'binary', 'secondOrder', 'stmLtm'];

test('a pulse that nobody told is one of 1 V and 100 ns in every model, and marked', () => {
  for (const model of MODELS) {
    const found = energy({ model, ...RANGE });
    assert.equal(found.assumed, { voltage: 1, time: 1e-7 }, model);
    assert.match(found.scale!, /; assumed 1 V, 100 ns; assumed read 0\.1 V, 10 ns$/);
  }
});

test('pulses that are told are not marked; what is left out of them is', () => {
  for (const model of MODELS) {
    const both = { writeVoltageUp: 3.2, writeVoltageDown: 2.8, writeTime: 3e-4 };
    const found = energy({ model, ...RANGE, ...both });
    assert.not.ok('assumed' in found, model);
    assert.not.match(found.scale!, /assumed \d/);
    assert.equal(energy({ model, ...RANGE, writeVoltageUp: 3.2 }).assumed, { time: 1e-7 });
    assert.equal(energy({ model, ...RANGE, writeTime: 1e-3 }).assumed, { voltage: 1 });
  }
  assert.not.ok('assumed' in energy({ model: 'neuroSim' })); // Ag:a-Si, with its own pulses
  assert.equal(energy({ model: 'vteam' }).assumed, { voltage: 0.25, time: 1e-9 });
  assert.not.ok('assumed' in energy({ model: 'vteam', writeVoltageUp: 0.3, writeTime: 1e-8 }));
  assert.is(describeAssumedPulse({ voltage: 1, time: 1e-7 }), 'assumed 1 V, 100 ns');
  assert.is(describeAssumedPulse({ time: 3e-4 }), 'assumed 300 µs');
});

test('default values of the read pulse are marked in account, text and report, unless sources say that they are known', () => {
  const model = { model: 'softBound', ...RANGE, writeVoltage: 2, writeTime: 1e-6 };
  assert.equal(energy(model).assumedRead, { voltage: 0.1, time: 1e-8 });
  assert.equal(energy({ ...model, readVoltage: 0.2 }).assumedRead, { time: 1e-8 });
  assert.equal(energy({ ...model, assumedRead: 'readTime' }).assumedRead, { time: 1e-8 });
  assert.equal(energy({ ...model, readVoltage: 0.2, assumedRead: 'readPulse' }).assumedRead, {
    voltage: 0.2,
    time: 1e-8,
  });
  const known = energy({ ...model, readVoltage: 0.2, readTime: 1e-7 });
  assert.not.ok('assumedRead' in known);
  assert.not.match(known.scale!, /assumed/);
  assert.is(
    describeWeightProgramming({ devices: 1, pulses: 2, missed: 0, energy: 1e-9 }, energy(model)).includes(
      '(assumed read 0.1 V, 10 ns)',
    ),
    true,
  );
});

test('a device file with a source for a default read voltage is not marked; an override is known', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'memspike-read-')), 'mine.yaml');
  const entry = 'parameter: device.readVoltage';
  const write = (list: string) =>
    writeFileSync(file, `memspike: 1\ndevice: { model: softBound, readVoltage: 0.1 }\n${list}`);
  write(`derived:\n  - { ${entry}, formula: measured }\n`);
  assert.is(loadDevice(file).device.assumedRead, 'readTime');
  write(`assumed:\n  - { ${entry}, why: guessed }\n`);
  const { device } = loadDevice(file);
  assert.is(device.assumedRead, undefined); // as by default
  assert.is(overrideDeviceParameters(device, { readVoltage: 0.1 }).assumedRead, 'readTime');
  assert.is(overrideDeviceParameters(device, { readVoltage: 0.1, readTime: 1e-8 }).assumedRead, 'none');
  assert.is(overrideDeviceParameters(device, { readVoltage: 0.3 }).assumedRead, undefined);
});

test('upward and downward pulses cost what their own voltage and length make', () => {
  const given = { writeVoltageUp: 3, writeVoltageDown: 2, writeTime: 1e-6, writeTimeDown: 2e-6 };
  const b = bench({ model: 'linear', gMin: 1e-7, gMax: 1e-5, etaUp: 0.1, etaDown: 0.1, ...given });
  const g = [0];
  const spent = [0];
  for (const t of [0, 1, 2, 3]) {
    b.runTo(t);
    g[t] = b.conductances()[0]!;
    spent[t] = b.devices.energy.write;
  }
  const of = (t: number, volts: number, seconds: number) => (volts * volts * seconds * (g[t - 1]! + g[t]!)) / 2;
  for (const [t, volts, seconds] of [
    [1, 3, 1e-6],
    [2, 3, 1e-6],
    [3, 2, 2e-6],
  ] as const)
    assert.ok(Math.abs((spent[t]! - spent[t - 1]!) / of(t, volts, seconds) - 1) < 1e-9, `pulse ${t}`);
});

test('a preset whose file assumes the pulse is marked until parameters of its own tell it', () => {
  const { device } = loadDevice('ag-hfox-pt');
  assert.is(device.assumed, 'writePulse');
  assert.equal(energy({ ...device }).assumed, { voltage: 1, time: 1e-7 });
  assert.is(overrideDeviceParameters(device, { writeVoltageUp: 2 }).assumed, 'writeTime');
  assert.not.ok('assumed' in overrideDeviceParameters(device, { writeVoltageUp: 2, writeTime: 1e-6 }));
  const told = { writeVoltageUp: 2, writeVoltageDown: 2, writeTime: 1e-6 };
  assert.is(createMnistConfig({ device: told }, 'ag-hfox-pt').device.assumed, undefined);
  assert.is(createMnistConfig({}, 'ag-hfox-pt').device.assumed, 'writePulse');
  assert.is(loadDevice('neurosim-ag-a-si').device.assumed, undefined);
  assert.is(loadDevice('hfse2').device.assumed, undefined); // quoted upwards, length from the quoted energy
});

test('a report marks energies that rest on an assumed pulse', () => {
  const [figure] = collectKeyFigures({ energy: energy({ model: 'softBound', ...RANGE }) } as never);
  assert.is(figure!.label, 'energy of the devices');
  assert.match(figure!.note!, /writing .*J; assumed 1 V, 100 ns; assumed read 0\.1 V, 10 ns$/);
});

test.run();
