/** The look ahead is sound, and solved crossings are exact, for any time constants: against the function itself. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Arena } from '../../../core/kernels/arena.ts';
import { Psp } from '../../../neurons/lif/psp.ts';
import { Trajectory } from '../../../neurons/lif/trajectory.ts';
import { VoltageBound } from '../../../neurons/lif/voltageBound.ts';
import { runs } from '../../support.ts';

function firstCrossing(solver: Trajectory, c: number, p: number, drives: readonly number[], above: number): number {
  solver.drives.set(drives);
  return solver.findCrossing(c, p, above);
}

/** phi(t) written another way: t times the divided difference of e^-x, by expm1. */
function phi(t: number, tau: number, tauM: number): number {
  const x = t * (1 / tauM - 1 / tau);
  return t * Math.exp(-t / tauM) * (x === 0 ? 1 : Math.expm1(x) / x);
}

const factor = fc.constantFrom(0.1, 0.5, 0.9, 0.985, 0.995, 1 - 1e-5, 1 - 1e-9, 1, 1 + 1e-7, 1.005, 1.02, 2, 7);
const arbitrary = fc.record({
  tauM: fc.double({ min: 2, max: 30, noNaN: true }),
  excFactor: factor,
  inhFactor: factor,
  tauA: fc.constantFrom(3, 50, Infinity),
  c: fc.constantFrom(-15, -10, -1, 0, 2),
  p: fc.double({ min: -20, max: 14.9, noNaN: true }),
  drive: fc.oneof(fc.constant(0), fc.double({ min: 1e-9, max: 20, noNaN: true })),
  inhibition: fc.oneof(fc.constant(0), fc.double({ min: -20, max: -1e-9, noNaN: true })),
  above: fc.constantFrom(0, 0, 4, -3),
});

test('the look ahead is sound and the first crossing is the first', () => {
  fc.assert(
    fc.property(arbitrary, ({ tauM, excFactor, inhFactor, tauA, c, p, drive, inhibition, above }) => {
      fc.pre(c + p - above < -1e-9);
      const [tauE, tauI] = [tauM * excFactor, tauM * inhFactor];
      const [exc, inh] = [new Psp(tauE, tauM), new Psp(tauI, tauM)];
      const g = (t: number) =>
        c +
        p * Math.exp(-t / tauM) +
        drive * phi(t, tauE, tauM) +
        inhibition * phi(t, tauI, tauM) -
        above * Math.exp(-t / tauA);
      const outlook = new VoltageBound(1 / tauM, exc, inh, 1 / tauA, new Arena());
      const crossing = firstCrossing(new Trajectory(1 / tauM, [exc, inh], 1 / tauA), c, p, [drive, inhibition], above);
      const horizon = 20 * Math.max(tauM, tauE, tauI);
      const within = c > -3 ? Infinity : 1 - 2 * c; // as if a round ended
      const looked = outlook.computeBound(c, p, drive, inhibition, above, within);
      const until = Math.min(outlook.timeBelow, within);
      for (let k = 1; k <= 3000; k++) {
        const t = horizon * (k / 3000) ** 3; // densest near 0
        if (looked && t <= until) assert.ok(g(t) <= -outlook.thresholdMargin + 1e-11, `${g(t)} at ${t}`);
        if (t < crossing - 1e-8) assert.ok(g(t) < 1e-11, `missed a crossing before ${t}`);
      }
      if (looked) assert.ok(crossing >= until);
      if (crossing < Infinity) {
        assert.ok(
          Math.abs(g(crossing)) < 1e-6 * (1 + drive - inhibition + Math.abs(p)),
          `${g(crossing)} at ${crossing}`,
        );
      }
    }),
    runs(400), // fixed, so that a run takes the same time everywhere
  );
});

test('tangency: a top that clears threshold by 1e-12 is found, one that stays below is not', () => {
  const close = fc.record({
    tauM: fc.double({ min: 5, max: 30, noNaN: true }),
    excFactor: factor,
    inhFactor: factor,
    inhibition: fc.double({ min: -2, max: 0, noNaN: true }),
    p: fc.double({ min: -5, max: 5, noNaN: true }),
    above: fc.constantFrom(0, 3),
  });
  fc.assert(
    fc.property(close, ({ tauM, excFactor, inhFactor, inhibition, p, above }) => {
      const [tauE, tauI, tauA] = [tauM * excFactor, tauM * inhFactor, 40];
      const drive = 8;
      const rest = (t: number) =>
        p * Math.exp(-t / tauM) +
        drive * phi(t, tauE, tauM) +
        inhibition * phi(t, tauI, tauM) -
        above * Math.exp(-t / tauA);
      // The highest point: scan, then golden section.
      let best = 0;
      const step = tauM / 200;
      for (let t = 0; t < 10 * tauM; t += step) if (rest(t) > rest(best)) best = t;
      let [low, high] = [Math.max(0, best - step), best + step];
      for (let n = 0; n < 100; n++) {
        const [x, y] = [low + 0.382 * (high - low), low + 0.618 * (high - low)];
        if (rest(x) < rest(y)) low = x;
        else high = y;
      }
      const top = rest((low + high) / 2);
      fc.pre(low > step && top > 1);
      const solver = new Trajectory(1 / tauM, [new Psp(tauE, tauM), new Psp(tauI, tauM)], 1 / tauA);
      const margin = 1e-12 * Math.max(1, top);
      assert.ok(firstCrossing(solver, -(top - margin), p, [drive, inhibition], above) < Infinity, 'missed');
      assert.is(firstCrossing(solver, -(top + margin), p, [drive, inhibition], above), Infinity);
    }),
    runs(300),
  );
});

test.run();
