/** Many bit errors spoil a binarised layer and few do not; selectors miss less in longer and higher pulses. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { binarised } from '../../../experiments/demonstrations/binary1s1r/binarised.ts';
import { fewerMisses, withErrors } from '../../../experiments/demonstrations/binary1s1r/index.ts';
import { selectorMisses } from '../../../experiments/index.ts';

test('few errors are harmless, many are not', async () => {
  const stage = { signal: new AbortController().signal, step: async () => {} };
  const given = { neurons: 30, train: 60_000, label: 1000, test: 500, testRead: 50 };
  const { clean, points } = await withErrors(given, [1e-4, 0.45], 1, stage);
  const of = (kind: string, rate: number) => points.find((s) => s.kind === kind && s.rate === rate)!.accuracy;
  assert.ok(Math.abs(of('write', 1e-4) - clean.write) <= 2, `${of('write', 1e-4)} % of ${clean.write} %`);
  assert.ok(of('write', 0.45) < clean.write - 15, `${of('write', 0.45)} % of ${clean.write} %`);
  assert.ok(of('read', 0.45) < clean.read - 10, `${of('read', 0.45)} % of ${clean.read} %`);
});

test('binarising keeps the sum of the weights and leaves two values', () => {
  const weights = Float32Array.from({ length: 40 }, (_, k) => ((k * 7) % 11) / 11);
  const { weights: bits, low, high } = binarised({ weights, thresholds: new Float64Array(4) });
  assert.equal(
    [...new Set(bits)].sort((a, b) => a - b),
    [low, high],
  );
  const sum = (values: Float32Array) => values.reduce((s, w) => s + w, 0);
  assert.ok(Math.abs(sum(bits) / sum(weights) - 1) < 1e-6);
});

test('a selector without spread misses as an exponential waiting time does', () => {
  const one = (voltage: number, time: number, spread = 0) =>
    selectorMisses({ voltage, time }, { threshold: 1, spread, tau: 10, slope: 0.05 }, { devices: 2000, seed: 1 });
  assert.ok(Math.abs(one(1, 10) - Math.exp(-1)) < 1e-12);
  assert.ok(Math.abs(one(1.1, 5) - Math.exp(-0.5 * Math.exp(2))) < 1e-12);
  assert.ok(one(1.1, 20, 0.05) > one(1.1, 20)); // the slowest selectors decide
});

test('a rate of errors too small for a number does not count as one that fails to fall', () => {
  assert.is(selectorMisses({ voltage: 1.3, time: 3000 }, {}, { devices: 100, seed: 1 }), 0);
  assert.ok(fewerMisses(100, [1]));
});

test.run();
