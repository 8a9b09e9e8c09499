/** Energy of a write is ∫ V I dt: by hand, and against many small steps of the same model. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PulseBench } from '../../../experiments/devices/pulseBench.ts';
import { linearDrift, linearDriftMemristor } from '../../../synapses/devices/linearDrift.ts';
import type { Memristor } from '../../../synapses/devices/memristor.ts';
import { vteam, vteamMemristor } from '../../../synapses/devices/vteam.ts';
import { yakopcic, yakopcicMemristor } from '../../../synapses/devices/yakopcic.ts';

const near = (found: number, expected: number, tolerance: number, what = '') =>
  assert.ok(Math.abs(found / expected - 1) < tolerance, `${what} ${found}, not ${expected}`);

const LOW = { uniform: [-1e9, -1e9] as [number, number] };

test('VTEAM: a pulse that saturates costs 14.4 pJ, not the 9.45 pJ of the mean of both ends', () => {
  const device = vteam({ writeVoltageUp: 0.3, writeTime: 1e-8 });
  const b = new PulseBench({ device, seed: 1, up: [[1]], weight: LOW });
  b.runTo(1);
  // from 1000 to 50 Ω at dx/dt = 10 (0.3/0.2 - 1)³ / 3 nm, R linear in time, then 50 Ω for the rest of 10 ns
  const speed = (10 * 0.5 ** 3) / 3e-9;
  const byHand = 0.09 * (Math.log(20) / (950 * speed) + (1e-8 - 1 / speed) / 50);
  near(byHand, 14.36e-12, 1e-3);
  near(b.devices.energy.write, byHand, 1e-9);
});

test('Yakopcic: at 2 V with b = 3 a pulse costs what its sinh current makes, 33 times the conductance that is read', () => {
  const p = { b: 3, aP: 0, writeVoltageUp: 2, writeTime: 1e-5, readVoltage: 0.1 }; // nothing moves
  const b = new PulseBench({ device: yakopcic(p), seed: 1, up: [[1]], weight: { uniform: [0.5, 0.5] } });
  const G = b.conductances()[0]!;
  b.runTo(1);
  const x = 0.5;
  near(b.devices.energy.write, 2 * 0.17 * x * Math.sinh(6) * 1e-5, 1e-9);
  near(b.devices.energy.write / (4 * G * 1e-5), Math.sinh(6) / 2 / (Math.sinh(0.3) / 0.1), 1e-9);
  near(Math.sinh(6) / 2 / (Math.sinh(0.3) / 0.1), 33.1, 1e-3);
});

/** By the rule of the middle over many steps, in pieces so that a kink costs little. */
function summed(m: Memristor, x: number, volts: number, seconds: number, steps: number): number {
  const h = seconds / steps;
  let [sum, state] = [0, x];
  for (let i = 0; i < steps; i++) {
    sum += m.current(m.stateAfter(state, volts, h / 2), volts) * h;
    state = m.stateAfter(state, volts, h);
  }
  return sum;
}

test('charge in closed form is that of many small steps: free, slowed down, at a bound, at rest', () => {
  const specimens: [string, Memristor, number, readonly (readonly [number, number, number])[]][] = [
    [
      'vteam',
      vteamMemristor(vteam.declaration.params.parse({})),
      4000,
      [
        [0, -0.25, 1e-9],
        [0.2, -1, 1e-9],
        [1, 0.25, 1e-6],
        [0.5, 0.01, 1e-9],
      ],
    ],
    [
      'linearDrift',
      linearDriftMemristor(linearDrift.declaration.params.parse({})),
      4000,
      [
        [0.1, 1, 0.01],
        [0.1, 1, 1],
        [0.8, -1, 1],
      ],
    ],
    ['with window', linearDriftMemristor(linearDrift.declaration.params.parse({ window: 2 })), 400, [[0.1, 1, 0.01]]],
    [
      'yakopcic',
      yakopcicMemristor(yakopcic.declaration.params.parse({ b: 3 })),
      400,
      [
        [0.1, 2, 1e-5],
        [0.1, 2, 1e-4],
        [0.9, -1, 1e-4],
        [0.5, 0.1, 1e-5],
      ],
    ],
    [
      'yakopcic, alpha 0',
      yakopcicMemristor(yakopcic.declaration.params.parse({ alphaP: 0, alphaN: 0 })),
      400,
      [[0.1, 2, 1e-4]],
    ],
  ];
  for (const [name, m, steps, cases] of specimens)
    for (const [x, volts, seconds] of cases)
      near(
        m.charge(x, volts, seconds),
        summed(m, x, volts, seconds, steps),
        2e-4,
        `${name} ${x} ${volts} V ${seconds} s`,
      );
});

test.run();
