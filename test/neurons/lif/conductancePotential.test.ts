/** A membrane under a decaying conductance: golden values, Brette's series, an ODE solver, crossings near tangency. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  computeAttractorPotential,
  computeConductancePotential,
  findConductanceCrossing,
  findThresholdCrossing,
} from '../../../neurons/lif/conductancePotential.ts';
import { findSignChanges } from '../../../neurons/parts/crossing.ts';
import { runs } from '../../support.ts';
import { near } from '../oneNeuron.ts';

const between = (min: number, max: number) => fc.nat({ max: 2 ** 20 }).map((n) => min + ((max - min) * n) / 2 ** 20);

test('golden values, time in membrane time constants', () => {
  near(computeConductancePotential(5, 2, 60, 0.25, 0.3), 17.57902067863, 1e-11);
  near(computeConductancePotential(0, 1, 60, 0.25, 1), 6.29147920782, 1e-11);
  near(computeConductancePotential(10, 5, 60, 0.25, 0.1), 25.27830869813, 2e-11);
  near(computeConductancePotential(0, 2, 60, 0.25, 0.44793986730701), 15.67403165306, 1e-11);
  near(findConductanceCrossing(0, 2, 60, 0.25, 15, 0, 0), 0.30273381796, 1e-12);
});

test('the attractor, from 40 digits', () => {
  for (const [ts, b, exact] of [
    [0.05, 2.15, 0.983149342204487],
    [0.25, 0.3, 0.7475099724191845],
    [1, 5, 0.852110881423661],
    [2.5, 2.05, 0.5001801015346755],
    [40, 3, 0.07130479729824117],
    [1.5, 70, 0.9793007522517421],
  ] as const)
    near(computeAttractorPotential(ts, b) / exact, 1, 5e-16);
});

/** Brette's form with rho(a, b) = sum b^n / (a (a + 1) … (a + n)), for ts < 1. */
function brette(u0: number, g0: number, e: number, ts: number, t: number): number {
  const rho = (b: number) => {
    let sum = 0;
    for (let n = 0, term = 1 / (1 - ts); term > 1e-18 * sum; n++, term *= b / (1 - ts + n)) sum += term;
    return sum;
  };
  const g = g0 * Math.exp(-t / ts);
  return -ts * e * g * rho(ts * g) + Math.exp(-t + ts * (g - g0)) * (u0 + ts * e * g0 * rho(ts * g0));
}

test("the potential agrees with Brette's series", () => {
  fc.assert(
    fc.property(
      between(-20, 20),
      between(0, 5), // for larger ones the terms of the series itself cancel
      between(-40, 80),
      between(0.02, 0.8),
      between(0, 8),
      (u0, g0, e, ts, t) => {
        near(computeConductancePotential(u0, g0, e, ts, t), brette(u0, g0, e, ts, t), 1e-9);
      },
    ),
    runs(500),
  );
});

/** Dormand and Prince's method of order 5 with steps chosen by its error estimate. */
function solved(u0: number, g0: number, e: number, ts: number, to: number): number {
  const f = (t: number, u: number) => -u + g0 * Math.exp(-t / ts) * (e - u);
  let [t, u, h] = [0, u0, Math.min(to, 1e-3)];
  while (t < to) {
    h = Math.min(h, to - t);
    const a = f(t, u);
    const b = f(t + h / 5, u + (h * a) / 5);
    const c = f(t + 0.3 * h, u + h * ((3 * a) / 40 + (9 * b) / 40));
    const d = f(t + 0.8 * h, u + h * ((44 * a) / 45 - (56 * b) / 15 + (32 * c) / 9));
    const g = f(
      t + (8 * h) / 9,
      u + h * ((19372 * a) / 6561 - (25360 * b) / 2187 + (64448 * c) / 6561 - (212 * d) / 729),
    );
    const i = f(
      t + h,
      u + h * ((9017 * a) / 3168 - (355 * b) / 33 + (46732 * c) / 5247 + (49 * d) / 176 - (5103 * g) / 18656),
    );
    const next = u + h * ((35 * a) / 384 + (500 * c) / 1113 + (125 * d) / 192 - (2187 * g) / 6784 + (11 * i) / 84);
    const k = f(t + h, next);
    const error = Math.abs(
      h * ((71 * a) / 57600 - (71 * c) / 16695 + (71 * d) / 1920 - (17253 * g) / 339200 + (22 * i) / 525 - k / 40),
    );
    if (error < 1e-13 * Math.max(1, Math.abs(u)) || h < 1e-7) [t, u] = [t + h, next];
    h *= Math.min(4, Math.max(0.2, 0.9 * (1e-13 / (error + 1e-18)) ** 0.2));
  }
  return u;
}

test('the potential agrees with an adaptive ODE solver to 1e-10 mV, for any ratio of the time constants', () => {
  fc.assert(
    fc.property(
      between(-20, 20),
      fc.oneof(between(0, 3), between(3, 120)),
      between(-40, 80),
      fc.oneof(between(0.05, 4), fc.constantFrom(1, 2, 1 + 1e-9, 1 - 1e-6)),
      between(0, 6),
      (u0, g0, e, ts, t) => near(computeConductancePotential(u0, g0, e, ts, t), solved(u0, g0, e, ts, t), 1e-10),
    ),
    runs(200),
  );
});

test('a sum of exponentials changes its sign where it says, and nowhere else', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(between(-3, 3), between(0, 5)), { minLength: 1, maxLength: 5 }), (terms) => {
      const [c, r] = [terms.map(([ci]) => ci), terms.map(([, ri]) => ri)];
      const f = (t: number) => c.reduce((sum, ci, i) => sum + ci * Math.exp(-r[i]! * t), 0);
      const found = findSignChanges(c, r);
      assert.ok(found.every((t, i) => t > (found[i - 1] ?? 0)));
      let k = 0;
      let sign = Math.sign(f(1e-9));
      for (let t = 0.01; t < 12; t += 0.01) {
        let changes = 0;
        for (; k < found.length && found[k]! <= t; k++) changes++;
        if (changes % 2 === 1) sign = -sign;
        if (Math.abs(f(t)) > 1e-9) assert.is(Math.sign(f(t)), sign || Math.sign(f(t)), `at ${t}`);
      }
    }),
    runs(300),
  );
});

const membrane = {
  u0: between(-20, 9),
  g0: between(0.05, 12),
  e: between(15, 80),
  ts: fc.oneof(between(0.05, 0.95), between(1, 3)),
};

test('tangency: a top that clears the threshold by 1e-12 fires, one that stays as much below does not', () => {
  fc.assert(
    fc.property(
      fc.record(membrane),
      fc.constantFrom(0, 0, 4, -3),
      fc.constantFrom(1e-6, 0.1, 0.9, 3),
      ({ u0, g0, e, ts }, above, kappa) => {
        const h = (t: number) => computeConductancePotential(u0, g0, e, ts, t) - above * Math.exp(-kappa * t);
        let best = 0;
        const step = Math.min(ts, 1) / 100;
        for (let t = 0; t < 24; t += t < 8 ? step : 0.1) if (h(t) > h(best)) best = t;
        let [low, high] = [Math.max(0, best - step), best + step];
        for (let n = 0; n < 100; n++) {
          const [x, y] = [low + 0.382 * (high - low), low + 0.618 * (high - low)];
          if (h(x) < h(y)) low = x;
          else high = y;
        }
        const top = h((low + high) / 2);
        fc.pre(low > step && best < 8 && top > 1 && top > h(0) + 0.01);
        const margin = 1e-12 * Math.max(1, top, e);
        const at = findConductanceCrossing(u0, g0, e, ts, top - margin, above, kappa);
        assert.ok(at <= (low + high) / 2 + 1e-5, `missed or late: ${at}, the top is at ${low}`);
        assert.is(findConductanceCrossing(u0, g0, e, ts, top + margin, above, kappa), Infinity);
      },
    ),
    runs(300),
  );
});

test('the first crossing is the first, and is on the threshold', () => {
  fc.assert(
    fc.property(
      fc.record({ ...membrane, e: between(-40, 80) }),
      between(-3, 15),
      fc.constantFrom(0, 0, 4, -3, 12),
      fc.constantFrom(1e-6, 0.1, 0.9, 1, 3),
      ({ u0, g0, e, ts }, theta, above, kappa) => {
        fc.pre(u0 < theta + above - 1e-9);
        const h = (t: number) => computeConductancePotential(u0, g0, e, ts, t) - theta - above * Math.exp(-kappa * t);
        const found = findConductanceCrossing(u0, g0, e, ts, theta, above, kappa);
        for (let k = 1; k <= 2000; k++) {
          const t = 12 * (k / 2000) ** 2;
          if (t < found - 1e-9) assert.ok(h(t) < 1e-11, `missed a crossing before ${t}, found ${found}`);
        }
        if (found < Infinity && found < 100) assert.ok(Math.abs(h(found)) < 1e-9, `${h(found)}`);
      },
    ),
    runs(400),
  );
});

test('a potential that starts exactly at threshold has crossed it, although it falls', () => {
  const falling = (t: number) => 15 * Math.exp(-t);
  assert.is(findThresholdCrossing(falling, [], 15, 0, 0), 0);
  assert.is(findThresholdCrossing(falling, [], 15 + 1e-9, 0, 0), Infinity);
  const rising = (t: number) => computeConductancePotential(0, 2, 60, 0.25, t);
  near(findThresholdCrossing(rising, [{ g: 2, e: 60, rate: 4 }], 15, 0, 0), 0.30273381796, 1e-11);
});

test.run();
