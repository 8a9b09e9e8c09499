/** Nets in floating point and on crossbars: gradients against finite differences, both against each other, training, programming. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { RandomStream } from '../../../../core/random/random.ts';
import type { LabelledImages } from '../../../../experiments/data/dataSet.ts';
import { CrossbarNet } from '../../../../experiments/training/supervised/crossbarNet.ts';
import { FloatNet } from '../../../../experiments/training/supervised/floatNet.ts';
import { classifyOnCrossbars, trainInSitu } from '../../../../experiments/training/supervised/inSitu.ts';
import {
  countImageValues,
  createConvolutionGeometry,
  createDenseLayer,
  createPooling,
  hasWeights,
  type Model,
  type Pooling,
} from '../../../../experiments/training/supervised/model.ts';
import { requireSpikingNetSupport, testSpikingNet } from '../../../../experiments/training/supervised/spikingNet.ts';
import {
  classifyWithFloatNet,
  computeSoftmaxErrors,
  trainFloatNet,
} from '../../../../experiments/training/supervised/trainFloatNet.ts';
import { ideal, linear, softBound } from '../../../../synapses/devices/index.ts';

const numbers = (n: number, s: string, spread = 1) => {
  const stream = new RandomStream(s, 'numbers');
  return Float32Array.from({ length: n }, () => spread * (2 * stream.uniform() - 1));
};

/** 7 × 6 pixels, 3 kernels with added pixels, pooled, 4 kernels, one full layer. */
function small(pooling: Pooling['kind']): Model {
  const stream = new RandomStream(1, 'small');
  const input = { rows: 7, columns: 6, channels: 1 };
  const first = createConvolutionGeometry(input, 3, 3, 1);
  const pool = { ...createPooling(first.outputShape), kind: pooling };
  const second = createConvolutionGeometry(pool.outputShape, 4, 2, 0);
  return {
    inputShape: input,
    stages: [
      { ...first, weights: numbers(27, 'k1'), bias: numbers(3, 'b1') },
      { kind: 'relu', valueCount: countImageValues(first.outputShape) },
      pool,
      { ...second, weights: numbers(48, 'k2'), bias: numbers(4, 'b2') },
      { kind: 'relu', valueCount: countImageValues(second.outputShape) },
      createDenseLayer(countImageValues(second.outputShape), 5, 1, stream),
    ],
  };
}

for (const kind of ['maxPooling', 'averagePooling'] as const)
  test(`gradients with ${kind} are those of finite differences`, () => {
    const model = small(kind);
    const net = new FloatNet(model, 3);
    net.inputImages.set(numbers(net.inputImages.length, 'x'));
    const labels = [1, 4, 0];
    const last = net.stageStates.at(-1)!;
    const loss = () => {
      const z = net.forward(3);
      return labels.reduce((sum, label, i) => {
        const scores = Array.from(z.subarray(5 * i, 5 * i + 5));
        return sum + Math.log(scores.reduce((s, v) => s + Math.exp(v), 0)) - scores[label]!;
      }, 0);
    };
    const z = net.forward(3);
    labels.forEach((label, i) => {
      computeSoftmaxErrors(z, 5 * i, 5, label, last.outputErrors);
    });
    net.backward(3);
    const step = 2e-3;
    for (const room of net.stageStates.filter(({ stage }) => hasWeights(stage)))
      for (const [values, gradient] of [
        [room.weights, room.weightGradient],
        [room.bias, room.biasGradient],
      ] as const)
        for (let k = 0; k < values.length; k += 3) {
          const before = values[k]!;
          values[k] = before + step;
          const up = loss();
          values[k] = before - step;
          const down = loss();
          values[k] = before;
          const found = (up - down) / (2 * step);
          assert.ok(Math.abs(found - gradient[k]!) < 2e-2 * (1 + Math.abs(found)), `${found}, not ${gradient[k]}`);
        }
  });

test('ideal devices give the scores and gradients of floating point, convolutions and biases too', () => {
  const model = small('maxPooling');
  const float = new FloatNet(model, 1);
  const options = { startsMidRange: true, hasInitialWeights: true, imageInterval: 1, seed: 1 };
  const net = new CrossbarNet({ ...options, model, device: ideal({ wMin: -1, wMax: 1 }) });
  const image = Float64Array.from(numbers(42, 'x'));
  float.inputImages.set(image);
  const expected = float.forward(1);
  const found = net.forward(image);
  found.forEach((v, k) => {
    assert.ok(Math.abs(v - expected[k]!) < 1e-5, `${v}, not ${expected[k]}`);
  });
  computeSoftmaxErrors(expected, 0, 5, 2, float.stageStates.at(-1)!.outputErrors);
  computeSoftmaxErrors(found, 0, 5, 2, net.stageStates.at(-1)!.outputErrors);
  float.backward(1);
  net.backward(image, 0);
  net.addGradients(0);
  net.stageStates.forEach(({ gradientSum, stage }, n) => {
    if (!hasWeights(stage)) return;
    const { weightGradient, biasGradient } = float.stageStates[n]!;
    weightGradient.forEach((g, k) => {
      assert.ok(Math.abs(g - gradientSum[k]!) < 1e-4, `stage ${n}, ${k}: ${gradientSum[k]}, not ${g}`);
    });
    assert.ok(Math.abs(biasGradient[0]! - gradientSum[weightGradient.length]!) < 1e-4);
  });
});

/** Images of 6 × 6 with a bright row or column, which is the class. */
function bars(n: number, seed: number): LabelledImages {
  const stream = new RandomStream(seed, 'bars');
  const labels = Uint8Array.from({ length: n }, () => stream.integerBelow(4));
  const images = Uint8Array.from({ length: n * 36 }, (_, k) => {
    const [label, pixel] = [labels[Math.floor(k / 36)]!, k % 36];
    const line = label < 2 ? Math.floor(pixel / 6) : pixel % 6;
    return stream.integerBelow(line === 1 + 3 * (label % 2) ? 256 : 90);
  });
  return { n, rows: 6, columns: 6, images, labels };
}
const scaling = { mean: 0, sd: 1 };
const right = (found: Uint8Array, { labels }: LabelledImages) =>
  found.reduce((n, c, i) => n + (c === labels[i] ? 1 : 0), 0) / labels.length;

function bareNet(): Model {
  const input = { rows: 6, columns: 6, channels: 1 };
  const first = createConvolutionGeometry(input, 4, 3, 0);
  const pool = createPooling(first.outputShape);
  const stream = new RandomStream(2, 'bars');
  return {
    inputShape: input,
    stages: [
      { ...first, weights: numbers(36, 'k', 0.4), bias: new Float32Array(4) },
      { kind: 'relu', valueCount: countImageValues(first.outputShape) },
      pool,
      createDenseLayer(countImageValues(pool.outputShape), 4, 1, stream),
    ],
  };
}

test('a convolutional net learns in floating point, is programmed, and learns on devices, online or in batches', async () => {
  const [train, held] = [bars(800, 1), bars(200, 2)];
  const descent = { epochs: 3, batch: 16, rate: 0.05, momentum: 0.9, shift: 0, seed: 1 };
  const trained = await trainFloatNet(bareNet(), train, scaling, descent, () => {});
  const float = right(classifyWithFloatNet(trained, held, scaling), held);
  assert.ok(float > 0.97, `${float}`);
  const options = { startsMidRange: true, imageInterval: 1, seed: 1 };
  const device = softBound({ reading: 'differential', etaUp: 0.005, etaDown: 0.005 });
  const exSitu = new CrossbarNet({ ...options, hasInitialWeights: false, model: trained, device });
  const programmed = exSitu.program(trained, { tolerance: 0.005 });
  assert.ok(programmed.every(({ missed, clipped, pulses }) => missed === 0 && clipped === 0 && pulses > 0));
  assert.ok(right(await classifyOnCrossbars(exSitu, held, scaling, () => {}), held) > float - 0.02);
  for (const batch of [1, 8]) {
    const net = new CrossbarNet({ ...options, hasInitialWeights: true, weightRange: 1, model: bareNet(), device });
    await trainInSitu(
      net,
      train,
      scaling,
      { epochs: 2, batch, rate: batch * 0.02, seed: 1, firstTrainedStage: 0 },
      () => {},
    );
    assert.ok(right(await classifyOnCrossbars(net, held, scaling, () => {}), held) > 0.95);
  }
});

/** A net with averages that tells bars apart, on pairs of linear devices. */
async function barsOnPairs() {
  const [train, held] = [bars(800, 1), bars(100, 2)];
  const begun = bareNet();
  const stages = begun.stages.map((stage) =>
    stage.kind === 'maxPooling' ? { ...stage, kind: 'averagePooling' as const } : stage,
  );
  const descent = { epochs: 3, batch: 16, rate: 0.05, momentum: 0.9, shift: 0, seed: 1 };
  const model = await trainFloatNet({ ...begun, stages }, train, scaling, descent, () => {});
  const net = new CrossbarNet({ ...asIs, model, device: linear({ reading: 'differential' }) });
  const joules = () => net.layers.reduce((sum, layer) => sum + layer.accounts.devices.energy.read, 0);
  const before = joules();
  const predictions = await classifyOnCrossbars(net, held, scaling, () => {});
  return { train, held, net, predictions, energyPerImage: (joules() - before) / held.n };
}
const asIs = { startsMidRange: true, hasInitialWeights: true, imageInterval: 1, seed: 1 };

test('as spikes a net says the same the longer it is shown, convolutions and averages too; reads cost what rows conduct', async () => {
  const { train, held, net, predictions, energyPerImage } = await barsOnPairs();
  const settings = { rate: 500, duration: 800, readings: 4, percentile: 99.9, images: 100 };
  const found = await testSpikingNet(net, settings, { train, test: held, scaling }, 1, async () => {});
  assert.is(found.crossbars.accuracy, 100 * right(predictions, held));
  const energy = found.crossbars.energy!; // of the test images that are shown, not of training images
  assert.ok(Math.abs(energy / energyPerImage - 1) < 1e-9, `${energy}, ${energyPerImage}`);
  const [first, last] = [found.readings[0]!, found.readings.at(-1)!];
  assert.ok(Math.abs(last.accuracy - found.crossbars.accuracy) <= 4, JSON.stringify(found));
  assert.ok(found.readings.every(({ energy }) => energy! > 0));
  assert.ok(first.spikes < last.spikes / 6 && last.energy! > found.crossbars.energy!);
});

test('spikes refuse what they do not know', async () => {
  const { net } = await barsOnPairs();
  const ok = { pixels: { mean: 0 } };
  requireSpikingNetSupport(net, ok);
  requireSpikingNetSupport(net, { ...ok, lines: { word: 0, bit: 0 } });
  const device = linear({ reading: 'differential', readNoise: { sd: 0.1 } });
  const slices = { count: 2, levels: 4 };
  const refuses = (run: () => void, pattern: RegExp) => assert.throws(run, pattern);
  refuses(() => requireSpikingNetSupport(net, { pixels: { mean: 0.5 } }), /spiking needs pixels.mean 0/);
  refuses(() => requireSpikingNetSupport(net, { ...ok, slices }), /does not support slices/);
  refuses(() => requireSpikingNetSupport(net, { ...ok, lines: { word: 1, bit: 0 } }), /does not support lines/);
  refuses(
    () => requireSpikingNetSupport(new CrossbarNet({ ...asIs, model: net.model, device }), ok),
    /constant weights/,
  );
  refuses(
    () => requireSpikingNetSupport(new CrossbarNet({ ...asIs, model: bareNet(), device }), ok),
    /does not support max pooling/,
  );
  const bare = { ...net.model, stages: net.model.stages.filter(({ kind }) => kind !== 'relu') };
  refuses(() => requireSpikingNetSupport(new CrossbarNet({ ...asIs, model: bare, device }), ok), /stage 1 has none/);
});

test('the last layer that is trained in situ makes up for what noise and stuck devices take', async () => {
  const [train, held] = [bars(800, 1), bars(200, 2)];
  const descent = { epochs: 3, batch: 16, rate: 0.05, momentum: 0.9, shift: 0, seed: 1 };
  const trained = await trainFloatNet(bareNet(), train, scaling, descent, () => {});
  const device = linear({ reading: 'differential', stuck: { low: 0.1, high: 0.1 } });
  const options = { startsMidRange: true, imageInterval: 1, seed: 3 };
  const net = new CrossbarNet({ ...options, hasInitialWeights: false, model: trained, device });
  net.program(trained, { noise: 0.2 });
  const kernels = Array.from(net.layers[0]!.weights);
  const before = right(await classifyOnCrossbars(net, held, scaling, () => {}), held);
  await trainInSitu(net, train, scaling, { epochs: 2, batch: 1, rate: 0.05, seed: 1, firstTrainedStage: 3 }, () => {});
  const after = right(await classifyOnCrossbars(net, held, scaling, () => {}), held);
  assert.ok(1 - after < (1 - before) / 2, `${before} before, ${after} after`);
  assert.equal(Array.from(net.layers[0]!.weights), kernels); // what is programmed stays
});

test.run();
