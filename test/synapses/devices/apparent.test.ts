/** What is read of a device beside its state: drawn with each pulse, kept until the next one, never part of the state. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeCheckpoint, encodeCheckpoint } from '../../../core/checkpoint/codec.ts';
import { load, save } from '../../../core/checkpoint/state.ts';
import { CounterRandom } from '../../../core/random/random.ts';
import { lif, poisson } from '../../../neurons/index.ts';
import { linear, softBound } from '../../../synapses/devices/index.ts';
import { pairStdp } from '../../../synapses/rules/pairStdp.ts';
import { type KernelSet, newNetwork } from '../../core/kernels/oracle/index.ts';
import { bench, mean, sd } from './bench.ts';

const N = 8000;
const SD = 0.05;
const near = (found: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found}, not ${expected}`);
const STEPS = { gMin: 1e-5, gMax: 1e-4, etaUp: 0.05, etaDown: 0.05 };

const goesOn = (writeNoise: number) => () => {
  const range = 0.9; // from 0.1 to 1
  const [plain, noisy] = [{}, { apparentNoise: SD }].map((noise) =>
    bench(softBound({ ...STEPS, ...noise, writeNoise }), { weight: 0.5, columns: 40 }),
  );
  const [first, later] = ['apparentNoise/start', 'writeNoise'].map(
    (purpose) => new CounterRandom(1, `bench/${purpose}`),
  );
  const beside = (z: (k: number) => number) => {
    const states = plain!.weights();
    for (const [k, w] of noisy!.weights().entries()) near(w, states[k]! + SD * range * z(k), 1e-15);
  };
  beside((k) => first!.normal(k, 0));
  for (let n = 0; n < 6; n++) {
    for (const { pulse } of [plain!, noisy!]) pulse(n < 4 ? 1 : -0.5, n);
    beside((k) => later!.secondNoise(k, n));
  }
  const shown = noisy!.weights();
  noisy!.devices.readRow(0, 7);
  noisy!.devices.refreshWeights(8);
  assert.equal(noisy!.weights(), shown); // nothing is drawn by a read
  assert.is(noisy!.devices.hasSteadyWeights, true);
  shown.forEach((w, k) => {
    assert.is(noisy!.devices.weight(k, 9), w);
    near(noisy!.devices.conductance(k, 9), w * 1e-4, 1e-18);
  });
};
test('a normal draw a pulse lies on a state that goes on without it', goesOn(0));
test('and so it does where the noise of writes is drawn with it', goesOn(0.02));

test('the golden draw of the first device', () => {
  const b = bench(linear({ ...STEPS, etaUp: 0, apparentNoise: SD }), { weight: 0.5 });
  b.pulse(1);
  near(b.weights()[0]!, 0.5278987480812889, 1e-15);
});

test('the same sd in every state, of all devices; independent from pulse to pulse', () => {
  for (const weight of [0.4, 0.8]) {
    const p = { ...STEPS, etaUp: 0, stepSpread: 0.2, apparentNoise: SD };
    const b = bench(linear(p), { weight, columns: N });
    const seen = [0, 1, 2].map((n) => {
      if (n > 0) b.pulse(1, n);
      return b.weights().map((w) => w - weight);
    });
    for (const off of seen) {
      near(mean(off), 0, (4 * SD) / Math.sqrt(N));
      near(sd(off), SD * 0.9, SD * 0.03);
    }
    for (const [a, c] of [
      [0, 1],
      [1, 2],
    ] as const)
      near(mean(seen[a]!.map((x, k) => x * seen[c]![k]!)), 0, (4 * SD ** 2) / Math.sqrt(N));
  }
});

test('no current flows backwards, and beside a reference weights go below 0', () => {
  const alone = bench(linear({ ...STEPS, gMin: 0, apparentNoise: 0.3 }), { weight: 0, columns: N });
  near(alone.weights().filter((w) => w === 0).length / N, 0.5, 0.03);
  assert.ok(alone.weights().every((w) => w >= 0));
  alone.pulse(-1);
  near(alone.weights().filter((w) => w === 0).length / N, 0.5, 0.03);
  const beside = bench(linear({ ...STEPS, reading: 'referenceColumn', apparentNoise: SD }), { weight: 0, columns: N });
  near(sd(beside.weights()), SD, SD * 0.03);
  const wild = bench(linear({ ...STEPS, reading: 'referenceColumn', apparentNoise: 5 }), { weight: 0, columns: 100 });
  for (let k = 0; k < 100; k++) assert.ok(wild.devices.conductance(k, 0) >= -1e-20);
});

test('reads cost what devices show; stuck ones show their state; what fades takes it along', () => {
  const b = bench(linear({ ...STEPS, readVoltage: 1, readTime: 1, apparentNoise: SD }), { weight: 0.5, columns: 100 });
  b.pulse(1);
  b.devices.readRow(0, 1);
  const total = Array.from({ length: 100 }, (_, k) => b.devices.conductance(k, 1)).reduce((sum, g) => sum + g, 0);
  near(b.devices.usage.energy.read / total, 1, 1e-12);

  const stuck = bench(linear({ ...STEPS, gMin: 0, stuck: { high: 1 }, apparentNoise: SD }), {
    weight: 0.5,
    columns: 9,
  });
  stuck.pulse(-1);
  assert.equal(new Set(stuck.weights()), new Set([1]));

  const fading = bench(linear({ ...STEPS, retention: { tau: 10 }, apparentNoise: SD }), { weight: 0.5, columns: 100 });
  const [before] = [fading.weights()];
  fading.devices.readRow(0, 10);
  for (const [k, w] of fading.weights().entries()) near(before[k]! - w, 0.4 * (1 - Math.exp(-1)), 1e-12);
});

test('normalise scales what is shown', () => {
  const b = bench(linear({ ...STEPS, apparentNoise: SD }), { weight: 0.3, rows: 8, columns: 2 });
  b.devices.normaliseWeights(3, 0);
  near(
    [0, 1, 2, 3, 4, 5, 6, 7].reduce((sum, row) => sum + b.weights(row)[1]!, 0),
    3,
    1e-12,
  );
});

test('kernels, precision and a checkpoint change no bit', () => {
  const made = (kernels: KernelSet, precision: 'f32' | 'f64', more: object) => {
    const net = newNetwork(kernels, { seed: 5 });
    const input = net.population('input', poisson({ size: 9, rate: 200 }));
    const output = net.population('output', lif({ size: 11, precision, threshold: 3 }));
    const { devices, edges } = net.projection(input, output, {
      connect: { all: { weight: { uniform: [0.3, 0.9] } } },
      device: softBound({ ...STEPS, writeNoise: 0.01, apparentNoise: SD, ...more }),
      rule: pairStdp({ aPlus: 0.5, aMinus: 0.5 }),
    });
    const end = () => {
      net.run(200 - net.now);
      const { energy, writesUp, writesDown } = devices!.usage;
      return JSON.stringify([[...edges.weights!], energy, writesUp, writesDown]);
    };
    return { net, end };
  };
  const others = { deviceToDevice: 0.2, gMinSpread: 0.2, stuck: { low: 0.1 }, endurance: { cycles: 60 } };
  for (const precision of ['f32', 'f64'] as const) {
    for (const more of [
      {},
      { reading: 'referenceColumn' },
      others,
      { retention: { tau: 50 } },
      { selection: 'half', disturb: { threshold: 0.3, thresholdSpread: 0.5, share: 0.2 } },
    ]) {
      const whole = made('simd', precision, more).end();
      assert.is(made('oracle', precision, more).end(), whole);
      const first = made('simd', precision, more);
      first.net.run(77);
      const { snapshot } = decodeCheckpoint(encodeCheckpoint(save(first.net), {}), 'test');
      const second = made('oracle', precision, more);
      load(second.net, snapshot);
      assert.is(second.end(), whole);
    }
  }
});

test.run();
