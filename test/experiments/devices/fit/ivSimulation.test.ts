/** Fits follow a loop to the currents of the devices. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createIvLoopSimulation } from '../../../../experiments/devices/fit/kinds/ivSimulation.ts';
import type { IvLoop } from '../../../../experiments/devices/fit/kinds/loop.ts';
import { MEMRISTORS } from '../../../../synapses/devices/ivLoop.ts';

const VOLTAGE = Array.from({ length: 400 }, (_, i) => Math.sin(i / 30) * (1 + (i % 7) / 20));
const LOOP: IvLoop = {
  readingsPerPoint: 1,
  voltage: VOLTAGE,
  appliedVoltage: VOLTAGE,
  current: VOLTAGE,
  stepDurations: VOLTAGE.map((_, i) => (i % 11 === 0 ? 0 : 0.01)),
  maxima: { voltage: 1, current: 1, time: 4 },
};

const YAKOPCIC = { a1: 2e-4, a2: 3e-4, b: 2, vP: 0.4, vN: 0.3, xP: 0.4, xN: 0.5 };
const DRIFT = { rOn: 100, rOff: 16000, thickness: 1e-8 };
const VTEAM = { rOn: 1e3, rOff: 2e4, thickness: 3e-9, vOn: -0.4, vOff: 0.5, aOn: 2, aOff: 1.5 };
const CASES = [
  ['vteam', { ...VTEAM, kOn: -1.2e-8, kOff: 1.8e-8 }],
  ['vteam', { ...VTEAM, kOn: -1e-3, kOff: 1e-3 }],
  ...[0.3, 3, 30].flatMap((speed) =>
    [0.01, 2, 30].map((alpha) => ['yakopcic', { ...YAKOPCIC, aP: speed, aN: speed, alphaP: alpha, alphaN: alpha / 2 }]),
  ),
  ...[0, 1, 2, 7, 128].flatMap((window) =>
    [2e-14, 2e-13, 1e-12].map((mobility) => ['linearDrift', { ...DRIFT, mobility, window }]),
  ),
] as readonly (readonly ['vteam' | 'yakopcic' | 'linearDrift', Record<string, number>])[];

test('currents are those of the devices, slow and fast, to 1e-5 of the largest', () => {
  for (const [name, params] of CASES)
    for (const sign of [1, -1] as const)
      for (const start of [0.05, 0.5, 0.95]) {
        const found = createIvLoopSimulation(name, LOOP, sign)(params, start);
        const m = MEMRISTORS[name]!(params);
        let x = start;
        let isNear = false; // a device errs by 1e-11 of the range, which its return from beside a bound makes larger
        const expected = LOOP.voltage.map((v, i) => {
          isNear ||= params.window! > 0 && Math.min(x, 1 - x) < 1e-5;
          const current = isNear ? found[i]! : sign * m.current(x, sign * v);
          x = Math.min(Math.max(m.stateAfter(x, sign * v, LOOP.stepDurations[i]!), 0), 1);
          return current;
        });
        const largest = Math.max(...expected.map(Math.abs));
        const worst = Math.max(...expected.map((current, i) => Math.abs(current - found[i]!))) / largest;
        assert.ok(worst < 1e-5, `${name} ${JSON.stringify(params)} from ${start}: ${worst}`);
      }
});

const FAST = {
  vteam: { kOn: -1e12, kOff: 1e12 },
  yakopcic: { aP: 1e12, aN: 1e12 },
  linearDrift: { mobility: 1e9 },
};

test('states at a bound, moves that never end and voltages without effect stay what they are', () => {
  for (const [name, params] of CASES)
    for (const start of [0, 1]) {
      const found = createIvLoopSimulation(name, LOOP, 1)({ ...params, ...FAST[name] }, start);
      assert.ok(found.every(Number.isFinite), `${name} from ${start}`);
    }
});

test.run();
