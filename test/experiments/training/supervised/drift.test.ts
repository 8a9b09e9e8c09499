/** Phase-change devices: the expected values of aihwkit's noise model (SCIENCE.md 3.8), and the test of a net over time. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import { RandomStream } from '../../../../core/random/random.ts';
import { createNetConfig } from '../../../../experiments/training/supervised/config.ts';
import type { Model } from '../../../../experiments/training/supervised/model.ts';
import {
  computeDriftExponent,
  computeProgrammingDeviation,
  programPcm,
  readPcmWeights,
  testDrift,
} from '../../../../experiments/training/supervised/pcmDrift.ts';

const [HOUR, DAY, YEAR] = [3600, 86_400, 365 * 86_400];
const near = (found: number, expected: number, tolerance: number, what = '') =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${what} ${found}, not ${expected} ± ${tolerance}`);
const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;

test('programming noise, drift exponents and mean drift at three conductances', () => {
  for (const [u, s, m, q, day, year] of [
    [0.1, 0.448, 0.0601, 0.0229, 0.616, 0.447],
    [0.5, 0.953, 0.049, 0.008, 0.665, 0.5],
    [1, 1.055, 0.049, 0.008, 0.665, 0.5],
  ] as const) {
    near(computeProgrammingDeviation(u), s, 6e-4);
    const nu = computeDriftExponent(u);
    near(nu.mean, m, 6e-5);
    near(nu.deviation, q, 6e-5);
    const random = new RandomStream(1, 'nu');
    const exponents = Float64Array.from({ length: 40_000 }, () => Math.abs(nu.mean + nu.deviation * random.normal()));
    for (const [seconds, expected] of [
      [DAY, day],
      [YEAR, year],
    ] as const)
      near(mean(exponents.map((n) => ((seconds + 20) / 20) ** -n)), expected, 1.5e-3, `u ${u}:`);
  }
});

test('normal weights: relative errors and global compensation from programming to a year', () => {
  const random = new RandomStream(2, 'weights');
  const weights = Float64Array.from({ length: 60_000 }, () => Math.min(Math.max(random.normal(), -2.5), 2.5));
  const pcm = programPcm(weights, 100, 1, 'test');
  const size = (values: Float64Array) => mean(values.map(Math.abs));
  const initial = readPcmWeights(pcm, 0, 0);
  const error = (values: Float64Array, factor: number) =>
    Math.sqrt(mean(values.map((w, k) => (factor * w - weights[k]!) ** 2)) / mean(weights.map((w) => w * w)));
  near(error(initial, 1), 0.099, 0.004);
  for (const [seconds, raw, compensated, alpha] of [
    [HOUR, 0.246, 0.113, 1.29],
    [DAY, 0.35, 0.13, 1.51],
    [YEAR, 0.51, 0.169, 2],
  ] as const) {
    const now = readPcmWeights(pcm, seconds, 1);
    near(error(now, 1), raw, 0.006, `${seconds} s, raw:`);
    near(size(initial) / size(now), alpha, 0.02);
    near(error(now, size(initial) / size(now)), compensated, 0.006, `${seconds} s, compensated:`);
  }
});

test('a net over time: scores that share a scale survive drift, biases need compensation; seeds repeat', () => {
  const stream = new RandomStream(3, 'net');
  const labels = Uint8Array.from({ length: 200 }, (_, i) => i % 2);
  const images = Uint8Array.from({ length: 200 * 16 }, (_, k) =>
    Math.max(0, Math.min(255, 128 + 90 * stream.normal() + (labels[Math.floor(k / 16)] === 1 ? 50 : -50))),
  );
  const weights = Float32Array.from({ length: 32 }, (_, k) => (k % 2 === 1 ? 1 : -1));
  const model: Model = {
    inputShape: { rows: 4, columns: 4, channels: 1 },
    stages: [{ kind: 'dense', inputCount: 16, outputCount: 2, weights, bias: Float32Array.of(8, -8) }],
  };
  const set = { images, labels, rows: 4, columns: 4, n: 200 };
  const run = (drift: object) => {
    const config = createNetConfig({ network: 'perceptron', drift });
    return testDrift(model, set, config.pixels, config.drift!, 1);
  };
  const [now, late] = run({ times: [1, YEAR] });
  assert.ok(now!.raw > 95 && Math.abs(now!.compensated - now!.raw) < 1, JSON.stringify(now));
  assert.ok(late!.raw < 70 && late!.compensated > 90, JSON.stringify(late)); // half the weights, the whole bias
  assert.ok(run({ times: [YEAR], compensation: 'column' })[0]!.compensated > 90);
  assert.equal(run({ times: [1, YEAR] }), [now, late]);
  assert.throws(
    () => createNetConfig({ network: 'mlp', drift: { times: [-1] } }),
    (e: Error) => e instanceof UserError && /drift\.times\.0 is -1, but must be a number > 0/.test(e.message),
  );
});

test.run();
