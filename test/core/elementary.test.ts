/** Elementary functions: close to the true values, and the same bits in every engine. */
import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { atan, expm1, log1p, pow, sinh } from '../../core/elementary.ts';
import { cos, exp, log, sin } from '../../core/math.ts';
import { RandomStream } from '../../core/random/random.ts';

const stream = new RandomStream(1, 'elementary');
const between = (low: number, high: number) =>
  Array.from({ length: 20000 }, () => low + (high - low) * stream.uniform());
const magnitudes = (decades: number) =>
  between(-decades, decades).map((x) => 2 ** Math.floor(x) * (1 + stream.uniform()));
const signed = (values: number[]) => values.map((x, i) => (i % 2 ? x : -x));

/** Arguments, the function, the implementation's own one, and the hash of the results. */
const CASES: readonly [string, number[], (x: number) => number, (x: number) => number, string][] = [
  [
    'exp',
    [...between(-745, 709), ...signed(magnitudes(60)).filter((x) => Math.abs(x) < 700)],
    exp,
    Math.exp,
    '3da07326bdb72ecd',
  ],
  ['log', [...between(0, 1), ...magnitudes(1000), 5e-324, 1e-310], log, Math.log, 'e2b28972ff24408e'],
  ['cos', between(0, 2 * Math.PI), cos, Math.cos, '5a06e2bf3e2d2663'],
  ['log1p', [...between(-1, 1), ...magnitudes(900), ...between(-1e-9, 1e-9)], log1p, Math.log1p, '194c96f9264b682f'],
  [
    'expm1',
    [...between(-60, 60), ...between(-2, 2), ...between(-1e-9, 1e-9), 700],
    expm1,
    Math.expm1,
    'd41664793ebce75f',
  ],
  ['sinh', [...between(-2, 2), ...between(-30, 30), ...between(-710, 710)], sinh, Math.sinh, '2ce3ce23804a424b'],
];
const bases = [...between(0, 1), ...magnitudes(300)];
const exponents = bases.map((_, i) => (i % 3 ? 6 : 300) * (stream.uniform() - 0.4));

const sha256 = (values: number[]) => createHash('sha256').update(Float64Array.from(values)).digest('hex').slice(0, 16);

/** 4 in the last place: the implementation's own value may be off, too. */
function near(name: string, x: string, mine: number, theirs: number): void {
  if (Object.is(mine, theirs)) return;
  const ulp = Math.max(Math.abs(theirs) * 2 ** -52, 5e-324);
  assert.ok(Math.abs(mine - theirs) <= 4 * ulp, `${name}(${x}) = ${mine}, Math has ${theirs}`);
}

for (const [name, xs, mine, theirs, hash] of CASES)
  test(`${name}: the right values, the same bits everywhere`, () => {
    for (const x of xs) near(name, String(x), mine(x), theirs(x));
    assert.is(sha256(xs.map(mine)), hash);
  });

test('pow: the right values, the same bits everywhere', () => {
  for (const [i, x] of bases.entries()) {
    const y = exponents[i]!;
    near('pow', `${x}, ${y}`, pow(x, y), x ** y);
  }
  assert.is(sha256(bases.map((x, i) => pow(x, exponents[i]!))), 'cf449a8ef10ccf79');
});

test('at the ends', () => {
  const { POSITIVE_INFINITY: inf, NaN: nan } = Number;
  for (const x of [0, -0, 1, -1, inf, -inf, nan, 1e300, -1e300, 5e-324]) {
    const pairs = { log: [log(x), Math.log(x)], log1p: [log1p(x), Math.log1p(x)] };
    for (const [name, [mine, theirs]] of Object.entries({ ...pairs, expm1: [expm1(x), Math.expm1(x)] }))
      assert.ok(Object.is(mine, theirs), `${name}(${x}) is ${mine}`);
    assert.ok(Object.is(sinh(x), Math.sinh(x)), `sinh(${x}) is ${sinh(x)}`);
    if (x >= 0)
      for (const y of [0, 0.5, 2, -2, 1.7, -1.7, 1e300, -1e300, nan])
        assert.ok(Object.is(pow(x, y), x ** y), `${x} ** ${y} is ${pow(x, y)}`);
  }
});

test('atan and sin are those of the platform to the last digit or two, odd, and right where they are known', () => {
  const close = (a: number, b: number) => Math.abs(a - b) <= 2 ** -52 * Math.max(Math.abs(b), 2 ** -52);
  for (let k = 0; k < 2000; k++) {
    const x = (stream.uniform() - 0.5) * 10 ** (12 * stream.uniform() - 6);
    assert.ok(close(atan(x), Math.atan(x)), `atan ${x}`);
    assert.is(atan(-x), -atan(x));
    const angle = 2 * Math.PI * stream.uniform();
    assert.ok(Math.abs(sin(angle) - Math.sin(angle)) <= 2 ** -52, `sin ${angle}`);
    assert.ok(Math.abs(sin(angle) ** 2 + cos(angle) ** 2 - 1) < 2 ** -50);
  }
  assert.is(atan(1), Math.PI / 4);
  assert.is(atan(Infinity), Math.PI / 2);
  assert.is(sin(0), 0);
  assert.is(sin(Math.PI / 2), 1);
});

test.run();
