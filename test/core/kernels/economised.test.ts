/** Neurons under two conductances go forward by a series whose terms have weights: what these are for, and the error that `shuntOn` states. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { advanceTwoConductances, FITTED_SHARE, fitDecayWeights, STEP_LIMITS } from './oracle/twoConductances.ts';

test('with their weights few terms are e^-y as far as they are to be, and without they are not', () => {
  STEP_LIMITS.forEach((limit, c) => {
    const [n, x] = [5 + 2 * c, FITTED_SHARE * limit];
    const weights = fitDecayWeights(n, x);
    const error = (y: number, weight: (k: number) => number) => {
      let [sum, term] = [0, 1];
      for (let k = 1; k <= n; k++) {
        term *= -y / k;
        sum += weight(k) * term;
      }
      return Math.abs(sum - Math.expm1(-y));
    };
    let [with_, without] = [0, 0];
    for (let i = 0; i <= 100; i++) {
      with_ = Math.max(
        with_,
        error((i / 100) * x, (k) => weights[k - 1]!),
      );
      without = Math.max(
        without,
        error((i / 100) * x, () => 1),
      );
    }
    assert.ok(with_ < 1e-12, `${n} terms up to ${x}: ${with_}`);
    if (c > 1) assert.ok(without > 10 * with_, `${n} terms up to ${x}: ${without}`);
  });
});

/** Points and weights of Gauss's rule of 8 points on [-1, 1], those above 0. */
const POINTS = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363];
const SHARES = [0.362683783378362, 0.3137066458778873, 0.2223810344533745, 0.1012285362903763];

/** U after t for U(0) = 0 and E = 1 of either conductance; and for U(0) = 1 without these: by quadrature of the exact solution in short pieces. */
function exact(r: number, s: number, g: number, h: number, t: number): [number, number, number] {
  const attraction = (y: number) => y - (g / r) * Math.expm1(-r * y) - (h / s) * Math.expm1(-s * y);
  const end = attraction(t);
  const pieces = Math.ceil(4 * t * (1 + g + h + Math.max(r, s))) + 1;
  const half = t / pieces / 2;
  let [one, two] = [0, 0];
  for (let i = 0; i < pieces; i++)
    POINTS.forEach((point, k) => {
      for (const z of [-point, point]) {
        const y = (2 * i + 1 + z) * half;
        const weight = SHARES[k]! * half * Math.exp(attraction(y) - end);
        one += weight * g * Math.exp(-r * y);
        two += weight * h * Math.exp(-s * y);
      }
    });
  return [one, two, Math.exp(-end)];
}

const RATES = [0.25, 1, 4, 16];
const RATIOS = [2, 1, 1.3, 0.5, 5, 0.2];

test('a step errs by less than 5e-12 of the largest distance, whatever the rates and conductances', () => {
  let worst = 0;
  for (const s of RATES)
    for (const ratio of RATIOS)
      for (const sum of [0.01, 0.3, 1, 3, 10, 30, 100, 300].map((of) => of * s))
        for (const share of [0, 0.3, 1])
          for (let l = 2 ** -9; l < 8; l *= 1.37) {
            const r = ratio * s;
            const [g, h, time] = [sum * share, sum * (1 - share), l / (1 + sum + 3 * Math.max(r, s))];
            const known = exact(r, s, g, h, time);
            const found = [
              { v: 0, e: 1, f: 0 },
              { v: 0, e: 0, f: 1 },
              { v: 1, e: 0, f: 0 },
            ].map(({ v, e, f }) => {
              const onward = { v, g, h };
              advanceTwoConductances(
                onward,
                { excDecayRate: r, inhDecayRate: s, excReversal: e, inhReversal: f },
                time,
              );
              for (const [now, before, rate] of [
                [onward.g, g, r],
                [onward.h, h, s],
              ] as const)
                assert.ok(Math.abs(now - before * Math.exp(-rate * time)) <= 1e-12 * before, `${rate} ${time}`);
              return onward.v;
            });
            const error = found.reduce((all, v, i) => all + Math.abs(v - known[i]!), 0);
            const x = (1 + sum) * time;
            const rounding = 1e-15 * Math.exp(Math.min(x, 8));
            const share_ = error / (5e-12 * Math.min(1, x) + rounding);
            worst = Math.max(worst, share_);
            assert.ok(share_ < 1, `r ${r}, s ${s}, g ${g}, h ${h}, ${time}: ${error}`);
          }
  assert.ok(worst > 0.1, `${worst}: more terms than it takes`);
});

test.run();
