/** Bit slicing: digits add up to the weights, and signed inputs give exact sums with offset and differential cells. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import { RandomStream } from '../../core/random/random.ts';
import { createNetConfig } from '../../experiments/training/supervised/config.ts';
import { CrossbarNet, createCrossbarNet } from '../../experiments/training/supervised/crossbarNet.ts';
import { createUntrainedModel, hasWeights, type Model } from '../../experiments/training/supervised/model.ts';
import { splitIntoSlices } from '../../synapses/crossbar/index.ts';
import { ideal, linear } from '../../synapses/devices/index.ts';

const random = new RandomStream(1, 'slices');
const draw = (n: number) => Float64Array.from({ length: n }, () => 2 * random.uniform() - 1);

test('digits by hand: 3 slices of 4 levels, offset and differential', () => {
  const options = { count: 3, levels: 4 };
  const factors = [3 / 63, 12 / 63, 48 / 63];
  // offset: (1 + 0.2)/2 × 63 = 37.8, rounded 38 = 2·16 + 1·4 + 2; differential: 0.2 × 63 = 12.6, rounded 13 = 0·16 + 3·4 + 1
  for (const [isSigned, digits] of [
    [false, [2, 1, 2]],
    [true, [1, 3, 0]],
  ] as const)
    splitIntoSlices([0.4, -0.4], 2, options, isSigned).forEach(({ factor, weights }, s) => {
      assert.ok(Math.abs(factor - factors[s]!) < 1e-15);
      const expected = 2 * factors[s]! * (isSigned ? digits[s]! / 3 : (2 * digits[s]!) / 3 - 1);
      assert.ok(Math.abs(weights[0]! - expected) < 1e-15, `slice ${s}: ${weights[0]}, not ${expected}`);
      if (isSigned) assert.is(weights[1], -weights[0]!);
    });
});

/** Perceptron 4 × 4 → 3 with random weights, and its exact outputs with weights rounded to `top` + 1 integers. */
function createPerceptron(isSigned: boolean, top: number) {
  const shape = { rows: 4, columns: 4, channels: 1 };
  const sizes = createNetConfig({ network: 'perceptron' });
  const model = createUntrainedModel('perceptron', shape, 3, sizes, 1);
  const stage = model.stages.find(hasWeights)!;
  stage.weights.set(draw(48));
  stage.bias.set(draw(3).map((b) => b / 2)); // one word line of biases
  const round = (w: number) =>
    isSigned ? (Math.round(Math.abs(w) * top) / top) * Math.sign(w) : (2 * Math.round(((1 + w) / 2) * top)) / top - 1;
  const compute = (x: Float64Array) =>
    Array.from(stage.bias, (b, j) => x.reduce((sum, v, i) => sum + v * round(stage.weights[3 * i + j]!), round(b)));
  return { model, compute };
}

const createNet = (model: Model, device: ReturnType<typeof linear>, slices?: { count: number; levels: number }) =>
  new CrossbarNet({
    ...{ model, device, slices, weightRange: 1, startsMidRange: false, hasInitialWeights: true },
    ...{ imageInterval: 1, seed: 1 },
  });

test('signed inputs are multiplied exactly by sliced weights of ideal, offset and differential cells', () => {
  const devices = {
    ideal: [ideal({ wMin: -1, wMax: 1 }), false],
    offset: [linear({ reading: 'single' }), false],
    referenceColumn: [linear({ reading: 'referenceColumn' }), false],
    differential: [linear({ reading: 'differential' }), true],
  } as const;
  for (const [name, [device, isSigned]] of Object.entries(devices))
    for (const slices of [
      { count: 1, levels: 4 },
      { count: 3, levels: 4 },
      { count: 4, levels: 3 },
    ]) {
      const { model, compute } = createPerceptron(isSigned, slices.levels ** slices.count - 1);
      const net = createNet(model, device, slices);
      assert.is(net.layers.length, slices.count);
      const x = draw(16);
      const expected = compute(x);
      net.forward(x).forEach((y, j) => {
        assert.ok(Math.abs(y - expected[j]!) < 1e-6, `${name}, ${slices.count} slices: ${y}, not ${expected[j]}`);
      });
    }
});

test('devices of 4 levels, programmed: weights are exact sums of digits, with a rounding error that falls by 4 per slice', () => {
  const fourLevels = { levels: { count: 4, rounding: 'deterministic' }, etaUp: 1 / 3, etaDown: 1 / 3 } as const;
  const devices = {
    offset: [linear({ ...fourLevels, reading: 'referenceColumn' }), false],
    differential: [linear({ ...fourLevels, reading: 'differential', oneSided: {} }), true],
  } as const;
  for (const [name, [device, isSigned]] of Object.entries(devices))
    for (const count of [1, 2, 3]) {
      const { model } = createPerceptron(isSigned, 4 ** count - 1);
      const net = createNet(model, device, { count, levels: 4 });
      const results = net.program(model, { tolerance: 0.01, strength: 1 });
      assert.equal(
        results.map(({ missed, clipped }) => [missed, clipped]),
        results.map(() => [0, 0]),
      );
      const wanted = model.stages.find(hasWeights)!.weights;
      const found = net.getTrainedModel().stages.find(hasWeights)!.weights;
      const rounding = (isSigned ? 0.5 : 1) / (4 ** count - 1);
      const errors = found.map((w, k) => Math.abs(w - wanted[k]!));
      assert.ok(Math.max(...errors) < rounding + 1e-6, `${name}, ${count} slices: ${Math.max(...errors)}`);
      assert.ok(Math.max(...errors) > rounding / 2, `${name}, ${count} slices are more exact than their digits`);
    }
});

test('bad input: training on devices, one level, more slices than 8', () => {
  const refuse = (settings: object, message: RegExp) =>
    assert.throws(
      () => {
        const c = createNetConfig({ network: 'perceptron', ...settings });
        const shape = { rows: 4, columns: 4, channels: 1 };
        createCrossbarNet(c, createUntrainedModel('perceptron', shape, 3, c, 1));
      },
      (e: Error) => e instanceof UserError && message.test(e.message),
    );
  refuse({ slices: {} }, /slices needs training exSitu \(got inSitu\)/);
  refuse({ training: 'exSitu', slices: { levels: 1 } }, /slices\.levels is 1, but must be/);
  refuse({ training: 'exSitu', slices: { count: 9 } }, /slices\.count is 9, but must be/);
});

test.run();
