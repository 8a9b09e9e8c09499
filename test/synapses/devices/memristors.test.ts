/** Devices driven by a voltage: closed forms against golden values and against integration; I-V loops. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { linearDrift, vteam, yakopcic } from '../../../synapses/devices/index.ts';
import { ivLoop, MEMRISTORS } from '../../../synapses/devices/ivLoop.ts';
import { integrateState } from '../../../synapses/devices/ode.ts';
import { bench } from './bench.ts';

const near = (found: number, expected: number, tolerance: number, what = '') =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${what} ${found}, not ${expected}`);

/** Classical Runge-Kutta with many equal steps: slow, and nothing in common with what it checks. */
function byHand(rate: (x: number) => number, x: number, seconds: number, steps = 20_000): number {
  const h = seconds / steps;
  const clip = (y: number) => Math.min(Math.max(y, 0), 1);
  for (let i = 0; i < steps; i++) {
    const a = rate(x);
    const b = rate(clip(x + (h / 2) * a));
    const c = rate(clip(x + (h / 2) * b));
    const d = rate(clip(x + h * c));
    x = clip(x + (h / 6) * (a + 2 * b + 2 * c + d));
  }
  return x;
}

test('integration: exponential decay, a field that depends on time, and a bound that is reached', () => {
  near(
    integrateState((x) => -3 * x, 0.9, 0, 1.5),
    0.9 * Math.exp(-4.5),
    1e-10,
  );
  near(
    integrateState((_x, t) => 0.2 * Math.cos(t), 0.5, 0, 7),
    0.5 + 0.2 * Math.sin(7),
    1e-9,
  );
  assert.is(
    integrateState(() => 5, 0.3, 0, 1),
    1,
  );
  assert.is(
    integrateState((x) => -1 / (x + 0.1), 0.3, 0, 1),
    0,
  );
  assert.is(
    integrateState(() => 1, 0.3, 2, 2),
    0.3,
  );
});

test('linear drift: 0.1 s and 0.5 s at 1 V from x = 0.1', () => {
  const m = MEMRISTORS.linearDrift!({});
  near(m.stateAfter(0.1, 1, 0.1), 0.172278428995, 1e-12);
  near(m.stateAfter(0.1, 1, 0.5), 0.567621446915, 1e-12);
  near(m.stateAfter(m.stateAfter(0.1, 1, 0.5), -1, 0.5), 0.1, 1e-12);
  near(
    m.stateAfter(0.1, 1, 0.5),
    integrateState((x) => m.rate(x, 1), 0.1, 0, 0.5),
    1e-9,
  );
  assert.is(m.stateAfter(0.9, 1, 100), 1);
  assert.is(m.stateAfter(0.9, -1, 100), 0);
});

test('linear drift: with a Joglekar window it slows down towards the bounds', () => {
  const free = MEMRISTORS.linearDrift!({});
  const m = MEMRISTORS.linearDrift!({ window: 2 });
  for (const [x, v, seconds] of [
    [0.1, 1, 0.3],
    [0.5, 1, 0.2],
    [0.9, -1, 0.4],
  ] as const) {
    near(
      m.stateAfter(x, v, seconds),
      byHand((y) => m.rate(y, v), x, seconds),
      1e-9,
    );
    assert.ok(Math.abs(m.stateAfter(x, v, seconds) - x) < Math.abs(free.stateAfter(x, v, seconds) - x));
  }
  assert.is(m.stateAfter(1, -1, 1), 1); // and stays at a bound
});

test('VTEAM: nothing moves between the thresholds, the rest in closed form', () => {
  const m = MEMRISTORS.vteam!({});
  assert.is(m.stateAfter(0.5, 0.019, 1), 0.5);
  assert.is(m.stateAfter(0.5, -0.199, 1), 0.5);
  near(m.stateAfter(0.5, 0.06, 1e-6), 0.5 - (5e-4 * 2 * 1e-6) / 3e-9, 1e-12);
  near(m.stateAfter(0.5, -0.3, 1e-10), 0.5 + (10 * 0.5 ** 3 * 1e-10) / 3e-9, 1e-12);
  near(m.current(1, 0.1), 0.1 / 50, 1e-15);
  near(m.current(0, 0.1), 0.1 / 1000, 1e-15);
});

test('Yakopcic: pulses of constant voltage against plain integration, before and after the knees', () => {
  const m = MEMRISTORS.yakopcic!({});
  for (const [x, v, seconds] of [
    [0.11, 0.5, 1e-5],
    [0.11, 1, 6e-5],
    [0.5, 0.9, 5e-5],
    [0.9, -0.8, 1e-4],
    [0.3, -1, 1e-4],
  ] as const) {
    near(
      m.stateAfter(x, v, seconds),
      byHand((y) => m.rate(y, v), x, seconds),
      2e-6,
      `${x}, ${v} V:`,
    );
    near(
      m.stateAfter(m.stateAfter(x, v, seconds / 3), v, (2 * seconds) / 3),
      m.stateAfter(x, v, seconds),
      1e-9,
      'in two parts:',
    );
  }
  assert.is(m.stateAfter(0.4, 0.15, 1), 0.4);
  near(m.current(0.5, 0.4), 0.17 * 0.5 * Math.sinh(0.02), 1e-15);
  near(m.current(0.5, -0.4), -0.17 * 0.5 * Math.sinh(0.02), 1e-15);
});

test('as synapses: strength is the length of the pulse, up is more conductive, whatever the sign of the voltage', () => {
  for (const [name, device] of Object.entries({ vteam, linearDrift, yakopcic })) {
    const once = bench(device({}), { weight: 0.5 });
    const often = bench(device({}), { weight: 0.5 });
    const start = once.devices.conductance(0, 0);
    once.pulse(0.9);
    for (let i = 0; i < 3; i++) often.pulse(0.3);
    const up = once.devices.conductance(0, 0);
    assert.ok(up > start * 1.0001, `${name}: ${start} to ${up}`);
    near(often.devices.conductance(0, 0) / up, 1, 1e-8, name);
    once.pulse(-0.5);
    assert.ok(once.devices.conductance(0, 0) < up, name);
    for (let i = 0; i < 3; i++) once.pulse(-1e6);
    near(
      once.devices.weight(0, 0),
      name === 'vteam' ? 50 / 1000 : name === 'linearDrift' ? 100 / 16000 : 0,
      1e-6,
      name,
    );
    once.pulse(1e9);
    near(once.devices.weight(0, 0), 1, 1e-6, name);
  }
});

test('a scheme of longer pulses moves a device that is up already further', () => {
  const step = (timeStep: number) => {
    const b = bench(linearDrift({ schemePulses: 10, timeStep }), { weight: 0.5 });
    b.pulse(1);
    return b.weights()[0]! - 0.5;
  };
  const moved = step(0);
  const m = MEMRISTORS.linearDrift!({});
  const x = (16000 - 200) / 15900; // of half the largest conductance
  const G = (state: number) => 100 / (16000 - 15900 * state);
  near(moved, G(m.stateAfter(x, 1, 0.01)) - 0.5, 1e-9);
  const g = (0.5 - 100 / 16000) / (1 - 100 / 16000);
  near(step(0.001), G(m.stateAfter(x, 1, 0.01 + 0.001 * 10 * g)) - 0.5, 1e-9);
});

test('I-V loops are pinched at zero, turn the right way, and close with frequency', () => {
  const amplitude = { linearDrift: 1, vteam: 0.3, yakopcic: 0.5 };
  const period = { linearDrift: 4, vteam: 1e-6, yakopcic: 2e-3 };
  for (const name of ['linearDrift', 'vteam', 'yakopcic'] as const) {
    const m = MEMRISTORS[name]!({});
    const area = (factor: number) => {
      const loop = ivLoop(m, {
        amplitude: amplitude[name],
        period: period[name] * factor,
        cycles: 2,
        points: 50,
        start: 0.2,
      });
      assert.is(loop.length, 401);
      for (const { voltage, current, state } of loop) {
        if (voltage === 0) assert.is(Math.abs(current), 0);
        assert.ok(voltage * current >= 0 && state >= 0 && state <= 1);
      }
      near(loop[50]!.voltage, amplitude[name], 1e-12);
      near(loop[150]!.voltage, -amplitude[name], 1e-12);
      near(loop[400]!.time, 2 * period[name] * factor, 1e-12);
      let sum = 0; // of the lobe at positive voltage
      for (let i = 1; i <= 100; i++)
        sum += ((loop[i]!.current + loop[i - 1]!.current) / 2) * (loop[i]!.voltage - loop[i - 1]!.voltage);
      return Math.abs(sum) / (amplitude[name] * Math.max(...loop.map((p) => p.current)));
    };
    const [slow, fast] = [area(1), area(1e-3)];
    assert.ok(slow > 0.005 && fast < slow / 20, `${name}: ${slow}, ${fast}`);
  }
});

test('rOn must lie below rOff', () => {
  assert.throws(() => vteam({ rOn: 10, rOff: 5 }), /rOn must be below device\.rOff \(got 10 and 5\)/);
});

test.run();
