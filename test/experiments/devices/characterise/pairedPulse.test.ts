import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { simulateShortTermEfficacies } from '../../../../experiments/devices/characterise/parts/shortTerm.ts';
import { evaluateDoubleExponential, fitDoubleExponential } from '../../../../experiments/devices/fit/kinds/ppf.ts';
import { tsodyksMarkram } from '../../../../synapses/shortTerm/index.ts';

const TRUE = { c1: 0.6, t1: 40, c2: 0.4, t2: 300 };
const INTERVALS = [1, 10, 50, 100, 500, 1000];

test('the double exponential has its golden values', () => {
  const golden = [1.9838548336, 1.85416691, 1.5104955681, 1.3358635234, 1.0755524771, 1.0142695973];
  INTERVALS.forEach((dt, i) => {
    assert.ok(Math.abs(evaluateDoubleExponential(TRUE, dt) - golden[i]!) < 1e-9, `at ${dt} ms`);
  });
});

test('a fit to its six points returns its parameters within 1e-3', () => {
  const { params: fit } = fitDoubleExponential(
    INTERVALS.map((interval) => ({ interval, ratio: evaluateDoubleExponential(TRUE, interval) })),
  );
  for (const key of ['c1', 't1', 'c2', 't2'] as const) {
    assert.ok(Math.abs(fit[key] / TRUE[key] - 1) < 1e-3, `${key} is ${fit[key]}`);
  }
});

test('a facilitating synapse measured in a run has the ratio that its recursion gives', () => {
  const [U, tauRec, tauFacil, dt] = [0.15, 130, 530, 50];
  const x = 1 + (1 - U - 1) * Math.exp(-dt / tauRec);
  const u = U + U * (1 - U) * Math.exp(-dt / tauFacil);
  const [[first], [second]] = simulateShortTermEfficacies(tsodyksMarkram({ U, tauRec, tauFacil }), [0, dt]) as [
    [number],
    [number],
  ];
  const ratio = second / first;
  assert.ok(Math.abs(ratio / ((u * x) / U) - 1) < 1e-12);
  assert.ok(Math.abs(ratio - 1.59239338306) < 1e-9);
});

test.run();
