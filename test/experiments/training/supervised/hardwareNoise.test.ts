/** Hardware-aware training: injected errors by hand and in the mean, exact weights without errors, resumed runs, and what it gains. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../../core/declare/errors.ts';
import type { StateArrays } from '../../../../core/kernels/arena.ts';
import { RandomStream } from '../../../../core/random/random.ts';
import { createNetConfig } from '../../../../experiments/training/supervised/config.ts';
import { createNoiseInjector, type HardwareNoise } from '../../../../experiments/training/supervised/hardwareNoise.ts';
import { createUntrainedModel, hasWeights, type Model } from '../../../../experiments/training/supervised/model.ts';
import { trainFloatNet } from '../../../../experiments/training/supervised/trainFloatNet.ts';

const OFF: HardwareNoise = { noise: 0, levels: undefined, stuckLow: 0, stuckHigh: 0, lineLoss: 0, clip: 0 };
const near = (found: number, expected: number, tolerance: number) =>
  assert.ok(Math.abs(found - expected) <= tolerance, `${found}, not ${expected} ± ${tolerance}`);
const inject = (p: Partial<HardwareNoise>, weights: Float32Array, columns = 1, batch = 0) => {
  const out = new Float32Array(weights.length);
  createNoiseInjector({ ...OFF, ...p }, columns, 1, 'test').inject(weights, batch, out);
  return out;
};

test('levels, stuck devices and IR drop by hand', () => {
  const weights = Float32Array.of(-2, -0.9, 0.1, 1.2);
  assert.equal(Array.from(inject({ levels: 5 }, weights)), [-2, -1, 0, 1]);
  assert.equal(Array.from(inject({ stuckLow: 1 }, weights)), [0, 0, 0, 0]);
  assert.equal(Array.from(inject({ stuckHigh: 1 }, weights)), [0, 0, 0, 0]); // G+ = G-
  // 2 × 2: device (0, 0) has segments 1 + 2, (0, 1) 2 + 2, (1, 0) 1 + 1, (1, 1) 2 + 1
  [3, 4, 2, 3].forEach((segments, k) => {
    const held = [(1 + weights[k]! / 2) / 2, (1 - weights[k]! / 2) / 2];
    const [plus, minus] = held.map((g) => g / (1 + 0.01 * g * segments));
    near(inject({ lineLoss: 0.01 }, weights, 2)[k]!, 2 * (plus! - minus!), 1e-6);
  });
});

test('noise and stuck shares in the mean; a new draw per batch; clipping', () => {
  const weights = new Float32Array(50_000).fill(0.5);
  weights[0] = 1;
  const noisy = inject({ noise: 0.1 }, weights);
  const errors = noisy.map((w, k) => w - weights[k]!);
  near(errors.reduce((a, e) => a + e, 0) / 50_000, 0, 0.002);
  near(Math.sqrt(errors.reduce((a, e) => a + e * e, 0) / 50_000), 0.1, 0.002);
  assert.not.equal(Array.from(inject({ noise: 0.1 }, weights, 1, 1).subarray(0, 9)), Array.from(noisy.subarray(0, 9)));
  const stuck = inject({ stuckLow: 0.02, stuckHigh: 0.03 }, weights);
  near(stuck.filter((w) => Math.abs(w - 0.5) > 1e-6).length / 50_000, 1 - 0.95 ** 2, 0.004);
  const clipped = Float32Array.of(3, -3, 0.5, 0, 0, 0, 0, 0);
  createNoiseInjector({ ...OFF, clip: 1 }, 1, 1, 'test').clipWeights(clipped);
  near(clipped[0]!, Math.sqrt(18.25 / 8), 1e-6);
  assert.is(clipped[2], 0.5);
});

const stream = new RandomStream(4, 'images');
const labels = Uint8Array.from({ length: 300 }, (_, i) => i % 3);
const images = Uint8Array.from({ length: 300 * 36 }, (_, k) =>
  Math.max(0, Math.min(255, 110 + 60 * stream.normal() + (k % 3 === Math.floor(k / 36) % 3 ? 70 : 0))),
);
const set = { images, labels, rows: 6, columns: 6, n: 300 };
const sizes = { hidden: [12], kernels: [2], kernelSize: 3, pooling: 'max' as const };
const initial = createUntrainedModel('mlp', { rows: 6, columns: 6, channels: 1 }, 3, sizes, 1);
const descent = { epochs: 3, batch: 20, rate: 0.05, momentum: 0.9, shift: 0, seed: 1 };
const scaling = { mean: 0, sd: 1 };
const weightsOf = ({ stages }: Model) => stages.filter(hasWeights).map(({ weights }) => Array.from(weights));

test('without errors the weights are those of plain training; with errors a resumed run has the same bits', async () => {
  const plain = await trainFloatNet(initial, set, scaling, descent, () => {});
  assert.equal(
    weightsOf(await trainFloatNet(initial, set, scaling, { ...descent, hardware: OFF }, () => {})),
    weightsOf(plain),
  );
  const hardware = { ...OFF, noise: 0.1, clip: 2.5 };
  let live: StateArrays = {};
  const saved: { state: Map<string, number[]>; imageCount: number }[] = [];
  const noisy = await trainFloatNet(
    ...([initial, set, scaling, { ...descent, hardware }] as const),
    (imageCount) => {
      saved.push({ imageCount, state: new Map(Object.entries(live).map(([key, a]) => [key, Array.from(a)])) });
    },
    (state) => {
      live = state;
      return { imageCount: 0, correctCount: 0 };
    },
  );
  assert.not.equal(weightsOf(noisy), weightsOf(plain));
  const { imageCount, state } = saved[0]!;
  assert.ok(imageCount < 900);
  const resumed = await trainFloatNet(
    ...([initial, set, scaling, { ...descent, hardware }] as const),
    () => {},
    (arrays) => {
      for (const [key, array] of Object.entries(arrays)) (array as Float32Array).set(state.get(key)!);
      return { imageCount, correctCount: 0 };
    },
  );
  assert.equal(weightsOf(resumed), weightsOf(noisy));
});

test('bad input is refused in one sentence', () => {
  assert.throws(
    () => createNetConfig({ network: 'mlp', floatingPoint: { hardware: { stuckLow: 1.2 } } }),
    (e: Error) =>
      e instanceof UserError && /hardware\.stuckLow is 1\.2, but must be a number >= 0 and <= 1/.test(e.message),
  );
});

test.run();
