/** Predicted crossings against brute force, and exp against Math.exp. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { computeGridCellsPerMs, exp, exponentialScaleAt } from '../../../core/math.ts';
import { findFirstCrossing, findSignChanges } from '../../../neurons/parts/crossing.ts';
import { atLeast, runs } from '../../support.ts';

type Terms = readonly [c: number, p: number, tp: number, q: number, tq: number];

const value = ([c, p, tp, q, tq]: Terms, t: number) => c + p * Math.exp(-t / tp) + q * Math.exp(-t / tq);

/** Samples densely, looks closer at tops, bisects. NaN where a top lies too near to 0 to tell. */
function bruteForce(terms: Terms): number {
  const horizon = 30 * Math.max(terms[2], terms[4]);
  const step = Math.min(terms[2], terms[4]) / 20;
  const g = (t: number) => value(terms, t);
  if (g(0) >= 0) return 0;
  const bisect = (from: number, to: number) => {
    let [low, high] = [from, to];
    for (let i = 0; i < 80; i++) {
      const middle = (low + high) / 2;
      if (g(middle) < 0) low = middle;
      else high = middle;
    }
    return high;
  };
  // From before 0 on, for a top within the first step.
  for (let t = -step; t < horizon; t += step) {
    if (g(t + step) >= 0) return bisect(t, t + step);
    let [left, right] = [t, t + 2 * step];
    if (g(t + step) < g(left) || g(t + step) < g(right)) continue;
    while (right - left > 1e-9) {
      const third = (right - left) / 3;
      if (g(left + third) < g(right - third)) left += third;
      else right -= third;
    }
    if (left <= 0) continue;
    if (Math.abs(g(left)) < 1e-12) return Number.NaN;
    if (g(left) > 0) return bisect(Math.max(t, 0), left);
  }
  return Infinity;
}

/** Evenly spread: fast-check's doubles crowd around 0, where a crossing is a matter of rounding. */
const number = (min: number, max: number) =>
  fc.nat({ max: 2 ** 24 }).map((n) => min + ((max - min) * (n + 0.5)) / (2 ** 24 + 1));
const tau = fc.oneof(number(1, 15), fc.constantFrom(2, 5, 10));

test('first crossings of two exponentials agree with brute force', () => {
  let crossed = 0;
  fc.assert(
    fc.property(number(-10, 8), number(-20, -1e-6), tau, number(-60, 60), tau, (c, start, tp, q, tq) => {
      const p = start - c - q;
      fc.pre(Math.abs(tp - tq) > 1e-3 || tp === tq);
      const expected = bruteForce([c, p, tp, q, tq]);
      if (Number.isNaN(expected)) return;
      const found = findFirstCrossing(c, p, tp, q, tq);
      if (expected === Infinity || found === Infinity) assert.is(found, expected);
      else {
        const steepness =
          Math.abs(value([c, p, tp, q, tq], expected + 1e-6) - value([c, p, tp, q, tq], expected)) / 1e-6;
        assert.ok(Math.abs(found - expected) < 1e-9 + 1e-12 / Math.max(steepness, 1e-7), `${found}, not ${expected}`);
        if (expected > 0) crossed++;
      }
    }),
    runs(600),
  );
  assert.ok(crossed > atLeast(100), `only ${crossed} crossings`);
});

test('near tangency the decision is right and the time within 1e-6 ms', () => {
  fc.assert(
    fc.property(
      tau,
      fc.double({ min: 0.2, max: 0.9, noNaN: true }),
      fc.double({ min: 5, max: 60, noNaN: true }),
      (tp, ratio, q) => {
        const tq = tp * ratio; // a current that rises and falls: top at turn
        const turn = (Math.log(tp / tq) * tp * tq) / (tp - tq);
        const top = q * (Math.exp(-turn / tp) - Math.exp(-turn / tq));
        for (const margin of [1e-3, 1e-6, 1e-9]) {
          assert.is(findFirstCrossing(-top * (1 + margin), q, tp, -q, tq), Infinity);
          const found = findFirstCrossing(-top * (1 - margin), q, tp, -q, tq);
          assert.ok(found < turn && found > 0);
          // near its top the curve is a parabola: top (1 - margin) is reached sqrt(2 top margin / curvature) before it
          const curvature = q * (Math.exp(-turn / tq) / tq ** 2 - Math.exp(-turn / tp) / tp ** 2);
          const before = Math.sqrt((2 * top * margin) / curvature);
          assert.ok(Math.abs(turn - found - before) < Math.max(2e-6, before * 0.05), `${turn - found}, not ${before}`);
        }
      },
    ),
  );
});

test('one exponential, equal time constants, and the start', () => {
  assert.is(findFirstCrossing(1, -1, 10, 0, 1), 0);
  assert.is(findFirstCrossing(0, 3, 10, -2, 1), 0);
  assert.ok(Math.abs(findFirstCrossing(5, -20, 10, 0, 1) - 10 * Math.log(4)) < 1e-13);
  assert.ok(Math.abs(findFirstCrossing(5, -12, 10, -8, 10) - 10 * Math.log(4)) < 1e-13);
  assert.is(findFirstCrossing(0, -20, 10, 0, 1), Infinity);
  assert.is(findFirstCrossing(-1, -20, 10, 0, 1), Infinity);
  assert.is(findFirstCrossing(-1, 0.5, 10, 0, 1), Infinity);
});

test('a value at or above 0 at the start is a crossing at 0, whatever follows', () => {
  for (const c of [-1, 0, 1])
    for (const q of [-2, 0, 2])
      for (const tq of [1, 10, 15]) {
        assert.is(findFirstCrossing(c, -c - q, 10, q, tq), 0, `${c} ${q} ${tq}`);
        assert.is(findFirstCrossing(c, 0.5 - c - q, 10, q, tq), 0, `${c} ${q} ${tq}`);
      }
});

const bitsOf = (x: number) => new BigInt64Array(Float64Array.of(x).buffer)[0]!;
const ulps = (a: number, b: number) => Number(bitsOf(a) > bitsOf(b) ? bitsOf(a) - bitsOf(b) : bitsOf(b) - bitsOf(a));

test('exp is within one unit in the last place of Math.exp', () => {
  const near = (x: number) => assert.ok(ulps(exp(x), Math.exp(x)) <= 1, `exp(${x}) = ${exp(x)}, not ${Math.exp(x)}`);
  for (let i = 0; i < 200_000; i++) near(-40 + (80 * (i + 0.5)) / 200_000);
  fc.assert(fc.property(fc.double({ min: -746, max: 710, noNaN: true }), near), runs(20_000));
  fc.assert(fc.property(fc.double({ min: -1e-3, max: 1e-3, noNaN: true }), near), runs(20_000));
  assert.equal([exp(0), exp(-0), exp(-Infinity), exp(Infinity), exp(710), exp(-746)], [1, 1, 0, Infinity, Infinity, 0]);
  assert.ok(Number.isNaN(exp(Number.NaN)));
});

test('the shared scale is e^((t - t0) rate) to 1e-14, and 1 at t0', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: 2 ** 30 }),
      fc.double({ min: 0.5, max: 200, noNaN: true }),
      fc.nat({ max: 1000 }),
      (n, tau, t0) => {
        const rate = 1 / tau;
        const dt = (n / 2 ** 30) * 27 * tau;
        const found = exponentialScaleAt(t0 + dt, t0, rate, computeGridCellsPerMs(rate));
        const expected = Math.exp((t0 + dt - t0) * rate);
        assert.ok(Math.abs(found / expected - 1) < 1e-14, `${found}, not ${expected}`);
        assert.is(exponentialScaleAt(t0, t0, rate, computeGridCellsPerMs(rate)), 1);
      },
    ),
    runs(3000),
  );
});

test('a sum that rises towards a negative limit never crosses', () => {
  for (const limit of [0, -1e-3, -0.5, -2]) assert.is(findFirstCrossing(limit, -5, 5, -3, 2), Infinity);
});

test('the last sign change of a sum is found at any distance from its time constants', () => {
  for (const limit of [1e-2, 1e-6, 1e-12]) {
    const exact = Math.log((1 + Math.sqrt(1 - 4 * limit)) / (2 * limit)); // x = e^-t with x² - x + limit = 0
    const near = -Math.log((1 + Math.sqrt(1 - 4 * limit)) / 2);
    const found = findSignChanges([limit, -1, 1], [0, 1, 2]);
    assert.is(found.length, 2);
    assert.ok(Math.abs(found[0]! - near) < 1e-12, `${found[0]}, not ${near}`);
    assert.ok(Math.abs(found[1]! - exact) < 1e-9 * exact, `${found[1]}, not ${exact}`);
  }
});

test.run();
