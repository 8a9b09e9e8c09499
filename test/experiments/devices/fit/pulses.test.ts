/** Voltage and length of pulses: what trains tell of them, and what a device file says. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  addPulseSettings,
  averagePulseSettings,
  createPulseParams,
  type Direction,
  type Train,
} from '../../../../experiments/devices/fit/import/trains.ts';

const train = (direction: Direction, more: Partial<Train> = {}): Train => ({
  device: '1',
  cycle: '1',
  direction,
  first: 0,
  elapsed: [0, 1, 2, 3, 5],
  conductance: [1, 2, 3, 4, 5],
  ...more,
});

test('pulses told beside a file go along with its trains, growing in equal steps a pulse', () => {
  const [up, down] = addPulseSettings([train('up'), train('down')], {
    up: { voltage: [1, 2], width: [1e-3, 1e-3] },
    down: { voltage: [-1, -1] },
  });
  assert.equal(up!.voltage, [1, 1.2, 1.4, 1.6, 2]);
  assert.equal(up!.width, [1e-3, 1e-3, 1e-3, 1e-3, 1e-3]);
  assert.equal(down!.voltage, [-1, -1, -1, -1, -1]);
  assert.is(down!.width, undefined);
  assert.equal(averagePulseSettings([up!, down!]), {
    up: { pulseCount: 5, voltage: [1, 2], width: [1e-3, 1e-3] },
    down: { pulseCount: 5, voltage: [-1, -1] },
  });
});

test('a voltage that is read back with noise is one setting; a train that does not tell leaves its direction open', () => {
  const noisy = train('up', { voltage: [2, 2.02, 1.98, 2.01, 1.99] });
  assert.equal(averagePulseSettings([noisy]).up.voltage, [2, 2]);
  assert.is(averagePulseSettings([noisy, train('up')]).up.voltage, undefined);
});

test('device files have voltage and length of each direction; pulses that grow have the root of the mean square', () => {
  const width = [1e-2, 1e-2] as const;
  const steady = { up: { voltage: [4, 4], width }, down: { voltage: [-2, -2], width } } as const;
  assert.equal(createPulseParams('neuroSim', steady), { writeTime: 1e-2, writeVoltageUp: 4, writeVoltageDown: 2 });
  assert.equal(createPulseParams('softBound', steady), { writeTime: 1e-2, writeVoltageUp: 4, writeVoltageDown: 2 });
  const same = { up: steady.up, down: { ...steady.down, voltage: [-4, -4] as const } };
  assert.equal(createPulseParams('linear', same), { writeTime: 1e-2, writeVoltage: 4 });
  const unequal = { up: { voltage: [4, 4], width: [1, 1] }, down: { voltage: [-2, -2], width: [3, 3] } } as const;
  const both = { writeTime: 1, writeTimeDown: 3, writeVoltageUp: 4, writeVoltageDown: 2 };
  assert.equal(createPulseParams('softBound', unequal), both);
  assert.equal(createPulseParams('neuroSim', unequal), both);
  assert.equal(createPulseParams('linear', { up: { voltage: [3, 3] }, down: {} }), { writeVoltageUp: 3 });
  const growing = { up: { voltage: [1, 2], pulseCount: 10 }, down: { voltage: [-1, -1], pulseCount: 10 } } as const;
  assert.equal(createPulseParams('neuroSim', growing), { writeVoltageUp: 1, voltageStepUp: 0.1, writeVoltageDown: 1 });
  const mean = Array.from({ length: 10001 }, (_, i) => (1 + i / 1e4) ** 2).reduce((a, b) => a + b) / 10001;
  const { writeVoltageUp, writeVoltageDown } = createPulseParams('softBound', growing);
  assert.ok(Math.abs(writeVoltageUp! ** 2 - mean) < 1e-4);
  assert.is(writeVoltageDown, 1);
  assert.equal(createPulseParams('softBound', { up: {}, down: {} }), {});
});

test.run();
