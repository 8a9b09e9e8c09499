/** Retention laws: temperature, the power law before and after t0, and limits. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BOLTZMANN_EV_PER_K, computeArrheniusFactor } from '../../../../synapses/devices/array/retention.ts';
import { ideal, linear } from '../../../../synapses/devices/index.ts';
import { bench } from '../bench.ts';

const assertNear = (found: number, expected: number, tolerance = 1e-12) =>
  assert.ok(Math.abs(found - expected) < tolerance, `${found}, not ${expected}`);

test('thermal activation: hotter devices relax faster, colder devices slower', () => {
  const energy = 0.8;
  const factor = Math.exp((energy / 8.617333262e-5) * (1 / 300 - 1 / 330));
  assert.ok(factor > 10);
  assertNear(computeArrheniusFactor(energy, 330, 300) / factor, 1, 1e-7);
  assertNear(computeArrheniusFactor(energy, 300, 330) * factor, 1, 1e-7);
  assert.is(computeArrheniusFactor(energy, 300, 300), 1);
  assertNear(BOLTZMANN_EV_PER_K, 8.617333262e-5, 1e-13);
  for (const model of ['exponential', 'stretched'] as const)
    for (const [temperature, rate] of [
      [330, factor],
      [300, 1],
    ] as const) {
      const retention = { model, tau: 1000, activationEnergy: energy, temperature };
      const { devices } = bench(ideal({ retention }), { weight: 1 });
      assertNear(devices.weight(0, 50), Math.exp((-50 / 1000) * rate), 1e-7);
    }
  const drift = { model: 'powerLaw', nu: 0.2, t0: 1000, activationEnergy: energy, temperature: 330 } as const;
  const { devices } = bench(linear({ gMin: 0, retention: drift }), { weight: 0.8 });
  assertNear(devices.weight(0, 2000), 0.8 * ((2000 / 1000) * factor) ** -0.2, 1e-7);
});

test('the power law leaves the state as it is until t0 after the last pulse', () => {
  const retention = { model: 'powerLaw', nu: 0.2, t0: 100 } as const;
  const b = bench(linear({ gMin: 0, retention }), { weight: 0.5 });
  for (const t of [0, 1, 50, 99.9, 100]) assert.is(b.devices.weight(0, t), 0.5, `${t} ms`);
  assertNear(b.devices.weight(0, 200), 0.5 * 2 ** -0.2);
  b.pulse(0.1, 1000);
  const programmed = b.devices.weight(0, 1000);
  for (const t of [1001, 1050, 1100]) assert.is(b.devices.weight(0, t), programmed, `${t} ms`);
  assertNear(b.devices.weight(0, 1400), programmed * 4 ** -0.2);
});

test('a power law with an exponent below 0 rises after t0, up to the upper end', () => {
  const retention = { model: 'powerLaw', nu: -0.2, t0: 100 } as const;
  const { devices } = bench(linear({ gMin: 0, retention }), { weight: 0.5 });
  assert.is(devices.weight(0, 50), 0.5);
  assertNear(devices.weight(0, 200), 0.5 * 2 ** 0.2);
  assert.is(devices.weight(0, 1e9), 1);
});

test.run();
