/** No crossing is missed up to 1e-6 ms from the top of the potential, and a top that stays below never fires. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { computeConductancePotential } from '../../neurons/lif/conductancePotential.ts';
import { runs } from '../support.ts';
import { type LifInput, near, simulate } from './oneNeuron.ts';

const OPTIONS = runs(200);
const beforeTop = fc.constantFrom(1e-6, 2e-6, 1e-5, 1e-3, 0.1);
const threshold = fc.constantFrom(10, 15);

/** phi' = -phi/tau + e^(-t/ts), phi(0) = 0. */
const response = (t: number, tau: number, ts: number) =>
  ts === tau ? t * Math.exp(-t / tau) : (Math.exp(-t / tau) - Math.exp(-t / ts)) / (1 / ts - 1 / tau);

for (const synapse of ['exponential', 'multiExponential'] as const) {
  test(`${synapse}: the potential of one arrival touches threshold`, () => {
    fc.assert(
      fc.property(
        fc.double({ min: 3, max: 30, noNaN: true }),
        fc.constantFrom(0.1, 0.3, 0.7, 1, 1.5, 4),
        threshold,
        beforeTop,
        (tau, ratio, theta, delta) => {
          const ts = ratio * tau;
          const top = ts === tau ? tau : Math.log(ts / tau) / (1 / tau - 1 / ts);
          const neuron: Partial<LifInput> = {
            synapse,
            tau,
            threshold: theta,
            ...(synapse === 'exponential' ? { tauSynExc: ts } : { receptors: { one: { tau: ts } } }),
          };
          // Nearer to the top than this the potential differs from it by rounding only.
          fc.pre((theta * delta ** 2) / (2 * tau * ts) > 2e-14);
          const first = (w: number) => simulate(neuron, [[0, w]], 300).times[0] ?? Number.NaN;
          near(first((theta * 250) / response(top - delta, tau, ts)), top - delta, 1e-6);
          const below = theta * (1 - 1e-12);
          assert.is(simulate(neuron, [[0, (below * 250) / response(top, tau, ts)]], 300).times.length, 0);
        },
      ),
      OPTIONS,
    );
  });
}

test('conductance: the potential of one arrival touches threshold', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 5, max: 30, noNaN: true }),
      fc.constantFrom(0.05, 0.25, 0.5, 1, 2.5),
      fc.double({ min: 0.5, max: 6, noNaN: true }),
      beforeTop,
      (tau, ts, g0, delta) => {
        const v = (t: number) => computeConductancePotential(0, g0, 60, ts, t / tau);
        // At the top g is V/(E - V).
        let [low, high] = [0, 40 * tau];
        for (let n = 0; n < 200; n++) {
          const t = (low + high) / 2;
          if (g0 * Math.exp(-t / tau / ts) * (60 - v(t)) > v(t)) low = t;
          else high = t;
        }
        fc.pre(v(low) > 2 && (v(low) * delta ** 2) / (2 * tau * tau * ts) > 2e-13); // above rounding
        const fire = (theta: number) =>
          simulate(
            {
              synapse: 'conductance',
              tau,
              tauSyn: ts * tau,
              leakConductance: 10,
              reversalExc: 60,
              threshold: theta,
              reset: -1,
            },
            [[0, 10 * g0]],
            40 * tau,
          ).times;
        near(fire(v(low - delta))[0] ?? Number.NaN, low - delta, 1e-6);
        assert.is(fire(v(low) * (1 + 1e-12)).length, 0);
      },
    ),
    OPTIONS,
  );
});

test.run();
