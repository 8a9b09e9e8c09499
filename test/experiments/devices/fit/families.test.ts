/** Golden values: the recursions that are fitted. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { MIN_CLOSED_FORM_PULSES, splitPulseCount } from '../../../../experiments/devices/fit/statistics/advance.ts';
import {
  computeNonlinearity,
  exponentialStepFamily,
  linearStepFamily,
  neuroSimStepFamily,
  powerLawStepFamily,
  type StepModelFamily,
  softBoundStepFamily,
} from '../../../../experiments/devices/fit/statistics/stepFamilies.ts';

function after(family: StepModelFamily, shape: readonly number[], pulses: number, full = pulses): number {
  const { getStep: getChange } = family.createStepLaw(shape, full, 1);
  let h = 0;
  for (let n = 0; n < pulses; n++) h += getChange(h);
  return h;
}

const close = (found: number, expected: number, within: number) =>
  assert.ok(Math.abs(found - expected) < within, `${found}, expected ${expected}`);

test('exponential: the recursion, not its continuous approximation', () => {
  const golden = { 1: 0.01, 2: 0.019704455335, 10: 0.088483276509, 50: 0.307281019818, 100: 0.46384248313 };
  for (const [n, g] of Object.entries(golden)) close(after(exponentialStepFamily, [0.01, 3], Number(n)), g, 1e-11);
});

test('soft bound', () => close(after(softBoundStepFamily, [0.05], 20), 0.641514077591, 1e-11));

test('linear, and the power of which soft bound and linear are cases', () => {
  close(after(linearStepFamily, [0.05], 20), 1, 1e-11);
  close(after(powerLawStepFamily, [0.05, 1], 20), 0.641514077591, 1e-11);
  close(after(powerLawStepFamily, [0.05, 0], 12), 0.6, 1e-11);
  close(after(powerLawStepFamily, [0.1, 2], 3), 0.1 + 0.081 + 0.1 * 0.819 ** 2, 1e-12);
});

test('many pulses at once end where they end one by one', () => {
  const cases: readonly (readonly [StepModelFamily, readonly number[]])[] = [
    ...[1e-6, 0.003, 0.4].map((eta) => [linearStepFamily, [eta]] as const),
    ...[1e-6, 0.003, 0.4, 1.3].map((eta) => [softBoundStepFamily, [eta]] as const),
    ...[-30, -2, 1e-8, 3, 40].map((k) => [neuroSimStepFamily, [k]] as const),
    ...[1e-5, 0.02, 1.5].flatMap((a) => [0, 1e-7, 0.5, 6, 40].map((b) => [exponentialStepFamily, [a, b]] as const)),
    ...[1e-5, 0.02, 1.5].flatMap((a) =>
      [0, 0.3, 0.999, 1, 1.001, 2, 7, 19].map((b) => [powerLawStepFamily, [a, b]] as const),
    ),
  ];
  for (const [family, shape] of cases)
    for (const amount of [1, 0.3])
      for (const from of [0, 0.4, 0.999, 1])
        for (const count of [MIN_CLOSED_FORM_PULSES, 100, 3000, 90_000]) {
          const { getStep: getChange, advance } = family.createStepLaw(shape, 5000, amount);
          let h = from;
          for (let n = 0; n < count; n++) h = Math.min(Math.max(h + getChange(h), 0), 1);
          const found = advance(from, count);
          assert.ok(
            Math.abs(found - h) < 2e-7,
            `${family.name} ${shape} ${amount} from ${from}, ${count}: ${found}, not ${h}`,
          );
        }
});

test('stretches between readings hold all pulses', () => {
  for (const count of [0, 1, 15, 16, 17, 1000, 99_999]) {
    const parts = splitPulseCount(count);
    assert.is(
      parts.reduce((a, b) => a + b, 0),
      count,
    );
    assert.ok(parts.length < MIN_CLOSED_FORM_PULSES && parts.every((part) => part > 0));
  }
});

test('NeuroSim: labels from curvatures, and both branches of Ag:a-Si', () => {
  for (const [label, a] of [
    [0.5, 2.519876846],
    [1, 1.251652768],
    [2.4, 0.499181199],
    [4.88, 0.200303426],
    [6, 0.135619089],
  ] as const) {
    close(computeNonlinearity(1 / a), label, 1e-6);
    close(computeNonlinearity(-1 / a), -label, 1e-6);
  }
  assert.is(computeNonlinearity(0), 0);
  const [gMin, gMax] = [3.0769, 38.462];
  const up = (n: number) => gMin + (gMax - gMin) * after(neuroSimStepFamily, [97 / 48.42057632], n, 97);
  for (const [n, g] of [
    [1, 3.912971218],
    [10, 10.70902782],
    [50, 29.41513043],
    [97, 38.462],
  ] as const)
    close(up(n), g, 1e-7);
  const down = (n: number) => gMax - (gMax - gMin) * after(neuroSimStepFamily, [100 / 20.03034261], n, 100);
  for (const [p, g] of [
    [99, 36.72701873],
    [75, 13.06166849],
    [50, 5.770558722],
    [0, 3.0769],
  ] as const) {
    close(down(100 - p), g, 1e-7);
  }
});

test.run();
