/** A selector in series: what it misses is one-sided and belongs to the device. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { estimateSelectorMissRate } from '../../../synapses/devices/array/readNoise.ts';
import { linear } from '../../../synapses/devices/index.ts';
import { bench, mean } from './bench.ts';

const READS = 400;
const DEVICES = 500;

/** Share of the reads at which each device is missed. */
function missedOf(weight: number): number[] {
  const selector = { voltage: 1, time: 10, spread: 0.1 };
  const b = bench(linear({ gMin: 0, selector }), { weight, columns: DEVICES });
  const missed = Array.from({ length: DEVICES }, () => 0);
  for (let n = 0; n < READS; n++) {
    b.devices.readRow(0, n);
    b.weights().forEach((w, k) => {
      if (w !== weight) missed[k]! += 1 / READS;
    });
  }
  return missed;
}

test('each conducting device is missed as often as its own switching voltage says, all together as the mean', () => {
  const missed = missedOf(1);
  assert.ok(missed.filter((share) => share > 0.95).length > 15, 'some always');
  assert.ok(missed.filter((share) => share < 0.05).length > 50, 'others never');
  const expected = estimateSelectorMissRate({ voltage: 1, time: 10 }, { spread: 0.1 }, { devices: 1e5, seed: 1 });
  assert.ok(Math.abs(mean(missed) - expected) < 0.06, `${mean(missed)}, not ${expected}`); // 4 sd over the devices
});

test('a device that blocks cannot be missed', () => {
  assert.ok(missedOf(0).every((share) => share === 0));
});

test.run();
