/** Golden values of the device models. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { computeCurvePosition, computeCurveState } from '../../../core/kernels/devices.ts';
import {
  binary,
  exponential,
  linear,
  neuroSim,
  quantised,
  reconfigurable,
  secondOrder,
  softBound,
  stmLtm,
} from '../../../synapses/devices/index.ts';
import { createPulseCurve, solveCurvature } from '../../../synapses/devices/neuroSim.ts';
import { CONDUCTANCE_QUANTUM } from '../../../synapses/devices/quantised.ts';
import { bench, mean } from './bench.ts';

const near = (found: number, expected: number, tolerance: number, what = '') =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${what} ${found}, not ${expected}`);

test('NeuroSim: label to curvature, and the state in the middle of the pulses', () => {
  for (const [label, a, half] of [
    [0.5, 2.519876846, 0.549443],
    [1, 1.251652768, 0.598561],
    [2.4, 0.499181199, 0.731381],
    [3, 0.38682967, 0.78458],
    [4.88, 0.200303426, 0.923876],
    [6, 0.135619089, 0.97556],
  ] as const) {
    near(solveCurvature(label), a, 2e-9, `label ${label}:`);
    assert.is(solveCurvature(-label), -solveCurvature(label));
    near(computeCurveState(createPulseCurve(label), 0.5), half, 5e-7);
  }
  for (const label of [0.01, 9, -9, -0.01]) {
    const curve = createPulseCurve(label);
    const bulge = Math.max(
      ...Array.from({ length: 100001 }, (_, i) => Math.abs(computeCurveState(curve, i / 1e5) - i / 1e5)),
    );
    near(bulge, 0.07 * Math.SQRT2 * Math.abs(label), 1e-7);
  }
  assert.is(computeCurveState(createPulseCurve(0), 0.3), 0.3);
});

test('NeuroSim: the way back from the state to the pulse number, to 1e-9', () => {
  for (const label of [0, 0.01, 1, 2.4, 4.88, -0.5, -4.88, -6]) {
    const curve = createPulseCurve(label);
    for (let i = 0; i <= 200; i++)
      near(computeCurvePosition(curve, computeCurveState(curve, i / 200)), i / 200, 1e-9, `label ${label}, ${i}:`);
  }
});

test('NeuroSim: Ag:a-Si upwards from gMin, and downwards counted from gMax', () => {
  const up = bench(neuroSim({}), { weight: 3.0769 / 38.462 });
  const expected = new Map([
    [1, 3.912971218],
    [10, 10.70902782],
    [25, 19.57212238],
    [50, 29.41513043],
    [97, 38.462],
  ]);
  for (let p = 1; p <= 97; p++) {
    up.pulse(1);
    const found = up.devices.conductance(0, 0) * 1e9;
    if (expected.has(p)) near(found, expected.get(p)!, 5e-9, `${p} pulses:`);
  }
  const down = bench(neuroSim({}), { weight: 1 });
  near(down.devices.conductance(0, 0) * 1e9, 38.462, 1e-12);
  const falling = new Map([
    [99, 36.72701873],
    [90, 24.46024964],
    [75, 13.06166849],
    [50, 5.770558722],
    [0, 3.0769],
  ]);
  for (let p = 99; p >= 0; p--) {
    down.pulse(-1);
    if (falling.has(p)) near(down.devices.conductance(0, 0) * 1e9, falling.get(p)!, 6e-9, `p ${p}:`);
  }
});

test('NeuroSim: a non-identical scheme costs more energy the further up the device is', () => {
  const cost = (weight: number, voltageStepUp: number) => {
    const pulses = { writeVoltageUp: 3.2, writeTime: 3e-4, voltageStepUp };
    const b = bench(neuroSim({ gMin: 0, gMax: 1e-6, nonlinearityUp: 0, nonlinearityDown: 0, ...pulses }), { weight });
    b.pulse(1);
    return b.devices.usage.energy.write;
  };
  const G = (0.5 + 0.5 / 97) * 1e-6; // mean conductance of the 49th step
  near(cost(0.5, 0), 3.2 ** 2 * G * 3e-4, 1e-18);
  near(cost(0.5, 0.05), (3.2 + 0.05 * 48.5) ** 2 * G * 3e-4, 1e-18);
});

test('linear: equal steps, hard bounds', () => {
  const b = bench(linear({ gMin: 0, etaUp: 0.3, etaDown: 0.2 }), { weight: 0.5 });
  for (const [strength, expected] of [
    [1, 0.8],
    [1, 1],
    [-2, 0.6],
    [-1, 0.4],
    [-10, 0],
  ] as const) {
    b.pulse(strength);
    near(b.weights()[0]!, expected, 1e-15);
  }
});

test('a device in the general array moves as it does in the kernels', () => {
  for (const make of [exponential, softBound, linear]) {
    const plain = bench(make({ gMin: 1e-5 }), { weight: 0.4 });
    const general = bench(make({ gMin: 1e-5, endurance: { cycles: 1e9, wear: Infinity } }), { weight: 0.4 });
    assert.equal(
      [plain, general].map(({ devices }) => 'g' in devices.state),
      [false, true],
    );
    for (let n = 0; n < 200; n++) {
      for (const b of [plain, general]) {
        b.pulse(n % 3 === 0 ? -1.5 : 0.7);
        b.devices.readRow(0, n);
      }
      near(general.weights()[0]!, plain.weights()[0]!, 1e-13);
    }
    const [a, b] = [plain.devices.usage, general.devices.usage];
    near(b.energy.write / a.energy.write, 1, 1e-12);
    near(b.energy.read / a.energy.read, 1, 1e-12);
    assert.equal([b.reads, b.writesUp, b.writesDown], [a.reads, a.writesUp, a.writesDown]);
  }
});

test('second-order: two pulses that do not overlap change the weight by sign(Δt) alpha (e^(kappa T) - 1)', () => {
  for (const kappa of [0, 0.5, 1.3]) {
    for (const dt of [0.5, 3, 10, 40]) {
      for (const sign of [1, -1]) {
        const b = bench(secondOrder({ gMin: 0, kappa, alpha: 0.02, heat: 0.8, tauHeat: 10 }), { weight: 0.5 });
        b.pulse(-sign, 100);
        b.pulse(sign, 100 + dt);
        const expected = sign * 0.02 * (Math.exp(kappa * 0.8 * Math.exp(-dt / 10)) - 1);
        near(b.weights()[0]! - 0.5, expected, 1e-14, `kappa ${kappa}, ${dt} ms:`);
      }
    }
  }
});

test('second-order: the faster a train, the more each pulse writes', () => {
  const grown = [1, 5, 20, 100].map((interval) => {
    const b = bench(secondOrder({ gMin: 0, alpha: 1e-3 }));
    for (let n = 0; n < 10; n++) b.pulse(1, n * interval);
    return b.weights()[0]!;
  });
  for (let i = 1; i < grown.length; i++) assert.ok(grown[i]! < grown[i - 1]!, grown.join());
  near(grown[3]!, 0.01, 1e-5);
});

test('STM to LTM: s after pulses every 2 s and every 20 s; only the first become permanent', () => {
  const train = (interval: number, n: number) => {
    const b = bench(stmLtm({ gMin: 0 }));
    const seen = Array.from({ length: n }, (_, i) => {
      b.pulse(1, i * interval);
      return b.devices.weight(0, i * interval);
    });
    return { seen, later: b.devices.weight(0, n * interval + 1e7) };
  };
  const often = train(2000, 3);
  for (const [i, s] of [0.3, 0.471933, 0.570471].entries()) near(often.seen[i]!, s, 5e-7);
  assert.is(often.later, 0);
  const l = (0.3 * (0.626943 - 0.6)) / 0.4; // the fourth pulse crosses the threshold
  const four = train(2000, 4);
  near(four.seen[3]!, l + (1 - l) * 0.626943, 1e-6);
  near(four.later, l, 1e-6);
  const seldom = train(20_000, 60);
  near(seldom.seen.at(-1)!, 0.331394, 1e-6);
  assert.is(seldom.later, 0);
});

test('STM to LTM: after a rest the long-term part is there and the short-term part is not', () => {
  const b = bench(stmLtm({ gMin: 0 }), { weight: 0.2 });
  b.pulse(1, 0);
  near(b.devices.weight(0, 0), 0.2 + 0.8 * 0.3, 1e-15);
  b.devices.resetDynamicState(0);
  near(b.devices.weight(0, 0), 0.2, 1e-15);
});

test('STM to LTM: a downward pulse takes its shares from both parts, below the threshold too', () => {
  const b = bench(stmLtm({ gMin: 0, etaS: 0.3, etaL: 0.2 }), { weight: 0.2 });
  b.pulse(1, 0);
  b.pulse(-0.5, 0);
  const [l, s] = [0.2 * (1 - 0.1), 0.3 * (1 - 0.15)];
  near(b.devices.weight(0, 0), l + (1 - l) * s, 1e-15);
  near(b.devices.weight(0, 1e7), l, 1e-15);
});

test('binary: the share of devices that are on settles at q pSet / (q pSet + (1 - q) pReset)', () => {
  const n = 4000;
  for (const [q, pSet, pReset] of [
    [0.5, 0.002, 0.0007],
    [0.2, 0.02, 0.03],
  ] as const) {
    const expected = (q * pSet) / (q * pSet + (1 - q) * pReset);
    const b = bench(binary({ gMin: 0, pSet: pSet * 10, pReset: pReset * 10 }), { weight: expected, columns: n });
    near(mean(b.weights()), expected, 4 * Math.sqrt((expected * (1 - expected)) / n)); // as drawn at the start
    const trace = new Float64Array(n);
    for (let step = 0; step < 200; step++) {
      for (let k = 0; k < n; k++) trace[k] = (k * 0.754877666 + step * 0.569840291) % 1 < q ? 1 : -1;
      b.devices.pulseRow(0, trace, 1, 0, step);
    }
    assert.ok(b.weights().every((w) => w === 0 || w === 1));
    near(mean(b.weights()), expected, 4 * Math.sqrt((expected * (1 - expected)) / n), `q ${q}:`);
  }
  near((0.5 * 0.002) / (0.5 * 0.002 + 0.5 * 0.0007), 0.740740741, 1e-9);
});

test('quantised: whole quanta of 77.48 µS, the mean step as the strength says', () => {
  near(CONDUCTANCE_QUANTUM, 77.480917e-6, 5e-13);
  const n = 20_000;
  const b = bench(quantised({ quantaMin: 0, quantaMax: 16, pUp: 0.6 }), { weight: 0.25, columns: n });
  b.pulse(2); // 1.2 quanta on average
  const quanta = b.weights().map((w) => w * 16);
  assert.equal([...new Set(quanta)].sort(), [5, 6]);
  near(mean(quanta), 5.2, 4 * Math.sqrt(0.16 / n));
  near(b.devices.conductance(0, 0), quanta[0]! * CONDUCTANCE_QUANTUM, 1e-18);
  b.pulse(-100);
  assert.ok(b.weights().every((w) => w === 0));
});

test('reconfigurable: the same pulses stay or fade, by mode', () => {
  const at = (mode: 'volatile' | 'nonVolatile', relaxation: number) => {
    const b = bench(reconfigurable({ gMin: 0, mode, relaxation, etaUp: 0.5 }));
    b.pulse(1, 0);
    b.pulse(1, 50);
    return b.devices.weight(0, 150);
  };
  near(at('nonVolatile', 100), 0.75, 1e-15);
  near(at('volatile', Infinity), 0.75, 1e-15);
  const m = 0.5 * Math.exp(-0.5);
  near(at('volatile', 100), (m + 0.5 * (1 - m)) * Math.exp(-1), 1e-15);
});

test.run();
