/** Many bit errors spoil binarised nets and few do not; selectors miss conducting cells alone, the same ones each time, fewer in longer pulses. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { binariseWeights, importBinaryNet } from '../../../experiments/demonstrations/binary1s1r/index.ts';
import { selectorMisses } from '../../../experiments/index.ts';
import { findingsOf } from './findingsOf.ts';

test('few errors are harmless, many are not, for either net', async () => {
  const small = { seeds: 1, neurons: 30, label: 1000, test: 500, testRead: 200, devices: 1000 };
  const { figures } = await findingsOf('binary-1s1r', small);
  const lost = (setting: string) => figures[`accuracy lost by errors, ${setting}`]!.values[0]!;
  for (const net of ['unsupervised', 'supervised']) {
    assert.ok(Math.abs(lost(`${net}, write, rate 0.001`)) <= 4, net);
    assert.ok(lost(`${net}, write, rate 0.3`) > 10, net);
    assert.is(lost(`${net}, selector, frequency 1 MHz`), 0, 'half a microsecond opens every selector');
    for (const kind of ['selector', 'permanent'])
      assert.ok(lost(`${net}, random, frequency 300 MHz`) > lost(`${net}, ${kind}, frequency 300 MHz`), kind);
  }
});

test('each neuron keeps its sum of weights over its threshold, or the array does', () => {
  const weights = Float32Array.from({ length: 40 }, (_, k) => ((k * 7) % 11) / 11 + (k % 4));
  const thresholds = Float64Array.of(10, 10, 10, 10);
  const drive = (layer: { weights: Float32Array; thresholds: Float64Array }, j: number) =>
    layer.weights.reduce((sum, w, k) => sum + (k % 4 === j ? w : 0), 0) / layer.thresholds[j]!;
  const layer = { weights, thresholds };
  const [byNeuron, byArray] = [binariseWeights(layer), binariseWeights(layer, 'array')];
  assert.is(new Set(byNeuron.weights).size, 2);
  assert.equal(byNeuron.weights, byArray.weights);
  for (let j = 0; j < 4; j++) assert.ok(Math.abs(drive(byNeuron, j) / drive(layer, j) - 1) < 1e-6);
  assert.is(new Set(byArray.thresholds).size, 1);
});

test('the net that is imported has one size of weights a neuron', () => {
  const [first, second] = importBinaryNet();
  assert.equal([first!.inputs, first!.gains.length, second!.inputs, second!.gains.length], [784, 400, 400, 10]);
  assert.ok([first!, second!].every(({ signs }) => signs.every((sign) => Math.abs(sign) === 1)));
});

test('a selector without spread misses as an exponential waiting time does; at a higher frequency more are missed', () => {
  const one = (voltage: number, time: number, spread = 0) =>
    selectorMisses({ voltage, time }, { threshold: 1, spread, tau: 10, slope: 0.05 }, { devices: 2000, seed: 1 });
  assert.ok(Math.abs(one(1, 10) - Math.exp(-1)) < 1e-12);
  assert.ok(Math.abs(one(1.1, 5) - Math.exp(-0.5 * Math.exp(2))) < 1e-12);
  assert.ok(one(1.1, 20, 0.05) > one(1.1, 20)); // the slowest selectors decide
  assert.ok(one(1.1, 5, 0.05) > 10 * one(1.1, 50, 0.05));
});

test.run();
