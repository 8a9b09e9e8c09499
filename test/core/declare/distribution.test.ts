/** Samplers of distributions: moments of the drawn values, and refused parameters. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createElementSampler, createSampler, type Distribution } from '../../../core/declare/distribution.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { RandomStream } from '../../../core/random/random.ts';
import { mean, sd } from '../../synapses/devices/bench.ts';

const COUNT = 40_000;
const draw = (d: Distribution): number[] => {
  const next = createSampler(d, new RandomStream(7, 'test'), 'weight');
  return Array.from({ length: COUNT }, next);
};
const assertNear = (found: number, expected: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(found - expected) < tolerance, `${what} is ${found}, not ${expected}`);

test('mean and sd of normal and log-normal values are the parameters', () => {
  for (const kind of ['normal', 'lognormal'] as const) {
    const values = draw({ [kind]: { mean: 3, sd: 1.5 } } as unknown as Distribution);
    assertNear(mean(values), 3, (4 * 1.5) / Math.sqrt(COUNT), `${kind}: mean`);
    assertNear(sd(values), 1.5, 0.06, `${kind}: sd`);
  }
});

test('logarithms of log-normal values are normal', () => {
  const values = draw({ lognormal: { mean: 3, sd: 1.5 } });
  assert.ok(values.every((value) => value > 0));
  const logs = values.map(Math.log);
  const sigma = Math.sqrt(Math.log(1.25)); // 1 + (sd/mean)^2
  assertNear(mean(logs), Math.log(3) - sigma ** 2 / 2, (4 * sigma) / Math.sqrt(COUNT), 'mean of logarithms');
  assertNear(sd(logs), sigma, (4 * sigma) / Math.sqrt(2 * COUNT), 'sd of logarithms');
});

test('uniform values fill their range evenly; a number is returned as it is', () => {
  const values = draw({ uniform: [-1, 5] });
  assert.ok(values.every((value) => value >= -1 && value < 5));
  assertNear(mean(values), 2, (4 * 6) / Math.sqrt(12 * COUNT), 'mean');
  assertNear(sd(values), 6 / Math.sqrt(12), 0.03, 'sd');
  assert.equal(new Set(draw(2.5)), new Set([2.5]));
});

test('a list is returned in order and must have one value per element', () => {
  const next = createElementSampler([3, 1, 2], 3, new RandomStream(1, 'test'), 'bias');
  assert.equal([next(), next(), next()], [3, 1, 2]);
  assert.throws(
    () => createElementSampler([1, 2], 3, new RandomStream(1, 'test'), 'bias'),
    (e: unknown) => e instanceof UserError && /bias has 2 values.* 3 neurons/.test(e.message),
  );
});

test('values that are not finite, and an sd whose square is not, are refused', () => {
  const refused = (act: () => unknown, message: RegExp) =>
    assert.throws(act, (e: unknown) => e instanceof UserError && message.test(e.message));
  refused(() => draw({ lognormal: { mean: 1e-200, sd: 1e200 } }), /weight\.lognormal\.sd/);
  refused(() => draw({ normal: { mean: 1.7e308, sd: 1.7e308 } }), /weight is .* not a finite number/);
});

test.run();
