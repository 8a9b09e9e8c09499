/** Accounts of several devices together. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { DeviceUsage } from '../../../../core/usage.ts';
import { sumDeviceEnergy, sumDeviceUsage } from '../../../../experiments/devices/energy/account.ts';

const ENERGY = { read: 1, write: 2, halfSelected: 4 };
const accounts = {
  devices: 1,
  reads: 1,
  writesUp: 1,
  writesDown: 0,
  skipped: 0,
  halfSelected: 3,
  hidden: 0,
  stuck: 0,
  wornOut: 0,
  energy: ENERGY,
  assumed: null,
  assumedRead: null,
  electrical: null,
  wear: null,
  writeEnergies: null,
  failures: null,
  programming: null,
} satisfies DeviceUsage;

test('totals hold reads, writes and half-selected devices', () => {
  assert.is(sumDeviceEnergy(ENERGY), 7);
  const { perSpike, perSynapticEvent, halfSelected } = sumDeviceUsage([accounts, accounts], 2, 7);
  assert.equal([halfSelected, perSpike, perSynapticEvent], [8, 7, 2]);
});

test('devices without a conductance have no total', () => {
  const unknown = { ...accounts, energy: { read: Number.NaN, write: Number.NaN, halfSelected: Number.NaN } };
  assert.is(sumDeviceUsage([unknown], 1, 1).perSpike, null);
});

test.run();
