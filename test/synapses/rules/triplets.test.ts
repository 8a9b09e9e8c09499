/** Triplet STDP and Diehl & Cook's rule against sums over spikes, golden values, and the drift under Poisson trains. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { diehlCook, tripletStdp } from '../../../synapses/rules/index.ts';
import { runs } from '../../support.ts';
import { before, change, drift, inOrder, learned, near, type Train, trains } from '../fixedTrains.ts';

const P = {
  a2Plus: 0.02,
  a3Plus: 0.03,
  a2Minus: 0.025,
  a3Minus: 0.015,
  tauPlus: 17,
  tauX: 90,
  tauMinus: 34,
  tauY: 120,
};

/** A trace at t: of all spikes before it, or of the latest one. */
const trace = (t: number, spikes: Train, tau: number, pairing: 'allToAll' | 'nearest'): number =>
  before(t, spikes)
    .slice(pairing === 'nearest' ? -1 : 0)
    .reduce((sum, s) => sum + Math.exp((s - t) / tau), 0);

const clipped = (w: number): number => Math.min(Math.max(w, -1), 1);

test('triplet STDP: sums over spikes, all-to-all and nearest', () => {
  fc.assert(
    fc.property(
      trains(2, 8),
      trains(2, 8),
      fc.constantFrom('allToAll', 'nearest'),
      fc.boolean(),
      (pre, post, pairing, sparse) => {
        const found = learned(pre, post, { rule: tripletStdp({ pairing, ...P }), sparse });
        pre.forEach((x, i) => {
          post.forEach((y, j) => {
            let w = 0.5;
            const of = (t: number, spikes: Train, tau: number) => trace(t, spikes, tau, pairing);
            inOrder(x, y, (side, t) => {
              const step =
                side === 'post'
                  ? of(t, x, P.tauPlus) * (P.a2Plus + P.a3Plus * of(t, y, P.tauY))
                  : -of(t, y, P.tauMinus) * (P.a2Minus + P.a3Minus * of(t, x, P.tauX));
              w = clipped(w + 2 * step);
            });
            near(found[i]![j]!, w);
          });
        });
      },
    ),
    runs(150),
  );
});

test('triplet STDP without triplets is the pair rule; a triplet needs the earlier spike of the same side', () => {
  const e = Math.exp;
  const of = (pre: Train, post: Train) =>
    change(pre, post, { rule: tripletStdp({ ...P, tauPlus: 20, tauY: 100 }) }) / 2;
  near(of([0], [10]), P.a2Plus * e(-10 / 20));
  near(of([5], [0, 10]) + P.a2Minus * e(-5 / P.tauMinus), e(-5 / 20) * (P.a2Plus + P.a3Plus * e(-10 / 100)));
});

test("triplet STDP with NEST's dendritic delay, by hand: pre 2, post 4 with delay 1, pre 6", () => {
  const e = Math.exp;
  const rule = tripletStdp({ a2Plus: 0.1, a3Plus: 0.1, a2Minus: 0.1, a3Minus: 0.1 }); // its default time constants
  const expected = 0.1 * e(-3 / 16.8) - (0.1 + 0.1 * e(-4 / 101)) * e(-1 / 33.7);
  near(change([2, 6], [4], { rule, dendriticDelay: 1 }) / 2, expected);
});

test('triplet STDP of independent Poisson trains: drift within 3 standard errors of below 2 %', () => {
  // Pairs and triplets of independent trains: A2+ tau+ rho_x rho_y + A3+ tau+ tau_y rho_x rho_y^2, and so on.
  const [x, y] = [0.015, 0.025]; // per ms
  const expected =
    x * y * P.tauPlus * (P.a2Plus + P.a3Plus * P.tauY * y) - x * y * P.tauMinus * (P.a2Minus + P.a3Minus * P.tauX * x);
  const rule = tripletStdp({ ...P, a2Plus: 0.02 / 20, a3Plus: 0.03 / 20, a2Minus: 0.025 / 20, a3Minus: 0.015 / 20 });
  const { mean, error } = drift(rule, [1000 * x, 1000 * y]);
  assert.ok(error < 0.02 * Math.abs(expected), `standard error ${error} of ${expected}`);
  assert.ok(Math.abs(mean - expected) < 3 * error, `${mean} ± ${error}, not ${expected}`);
});

/** With the strengths of the published code: a weight range of 2 doubles them. */
const published = diehlCook({ aPlus: 0.01 / 2, aMinus: 1e-4 / 2 });

test('Diehl & Cook: pre 0 and 15, post 10 and 25; the first postsynaptic spike changes nothing', () => {
  near(change([0, 15], [10, 25], { rule: published }), 0.004090740118478, 1e-15);
  assert.is(change([0], [10], { rule: published }), 0);
});

test('Diehl & Cook: traces are set to 1, not added', () => {
  fc.assert(
    fc.property(trains(2), trains(2), fc.boolean(), (pre, post, sparse) => {
      const found = learned(pre, post, { rule: diehlCook({ aPlus: 0.05, aMinus: 0.03 }), sparse });
      pre.forEach((x, i) => {
        post.forEach((y, j) => {
          let w = 0.5;
          const latest = (t: number, spikes: Train, tau: number) => trace(t, spikes, tau, 'nearest');
          inOrder(x, y, (side, t) => {
            if (side === 'pre') w = clipped(w - 2 * 0.03 * latest(t, y, 20));
            else w = clipped(w + 2 * 0.05 * latest(t, x, 20) * latest(t, y, 40));
          });
          near(found[i]![j]!, w);
        });
      });
    }),
    runs(150),
  );
});

test.run();
