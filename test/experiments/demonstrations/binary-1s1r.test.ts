/** Many bit errors spoil binarised nets and few do not; selectors miss conducting cells alone, the same ones each time, fewer in longer pulses. */
// slow: runs a whole study; shorter studies run in `npm test`
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { binarise, importNet, measureErrors, pulseAt } from '../../../experiments/demonstrations/binary1s1r/index.ts';
import { selectorMisses } from '../../../experiments/index.ts';

test('few errors are harmless, many are not, for either net', async () => {
  const stage = { signal: new AbortController().signal, step: async () => {} };
  const given = { neurons: 30, train: 20_000, label: 1000, test: 500, testRead: 200, voltage: 1.1, devices: 1000 };
  const found = await measureErrors(given, [1e-4, 0.45], [0.1, 1000], 1, stage);
  for (const net of ['unsupervised', 'supervised'] as const) {
    const clean = found.clean[net];
    const of = (kind: string, at: number) =>
      found.results.find((s) => s.net === net && s.kind === kind && (s.frequency || s.rate) === at)!.accuracy;
    assert.ok(Math.abs(of('write', 1e-4) - clean) <= 2, `${net}: ${of('write', 1e-4)} % of ${clean} %`);
    assert.ok(of('write', 0.45) < clean - 15, `${net}: ${of('write', 0.45)} % of ${clean} %`);
    assert.is(of('selector', 0.1), clean, 'five microseconds open every selector');
    assert.ok(of('selector', 1000) < clean - 5, `${net}: ${of('selector', 1000)} % of ${clean} %`);
  }
  assert.ok(found.clean.supervised > 94);
});

test('each neuron keeps its sum of weights over its threshold, or the array does', () => {
  const weights = Float32Array.from({ length: 40 }, (_, k) => ((k * 7) % 11) / 11 + (k % 4));
  const thresholds = Float64Array.of(10, 10, 10, 10);
  const drive = (layer: { weights: Float32Array; thresholds: Float64Array }, j: number) =>
    layer.weights.reduce((sum, w, k) => sum + (k % 4 === j ? w : 0), 0) / layer.thresholds[j]!;
  const layer = { weights, thresholds };
  const [byNeuron, byArray] = [binarise(layer), binarise(layer, 'array')];
  assert.is(new Set(byNeuron.weights).size, 2);
  assert.equal(byNeuron.weights, byArray.weights);
  for (let j = 0; j < 4; j++) assert.ok(Math.abs(drive(byNeuron, j) / drive(layer, j) - 1) < 1e-6);
  assert.is(new Set(byArray.thresholds).size, 1);
});

test('the net that is imported has one size of weights a neuron', () => {
  const [first, second] = importNet();
  assert.equal([first!.inputs, first!.gains.length, second!.inputs, second!.gains.length], [784, 400, 400, 10]);
  assert.ok([first!, second!].every(({ signs }) => signs.every((sign) => Math.abs(sign) === 1)));
});

test('a selector without spread misses as an exponential waiting time does; at a higher frequency more are missed', () => {
  const one = (voltage: number, time: number, spread = 0) =>
    selectorMisses({ voltage, time }, { threshold: 1, spread, tau: 10, slope: 0.05 }, { devices: 2000, seed: 1 });
  assert.ok(Math.abs(one(1, 10) - Math.exp(-1)) < 1e-12);
  assert.ok(Math.abs(one(1.1, 5) - Math.exp(-0.5 * Math.exp(2))) < 1e-12);
  assert.ok(one(1.1, 20, 0.05) > one(1.1, 20)); // the slowest selectors decide
  const rate = (frequency: number) => pulseAt(frequency, { voltage: 1.1, devices: 2000 }, 1).rate;
  assert.ok(rate(100) > 10 * rate(10) && rate(10) > rate(1));
});

test.run();
