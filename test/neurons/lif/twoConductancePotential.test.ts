/** Two conductances: the series against the closed form, against itself in other pieces, and against small steps. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { snap } from '../../../core/time.ts';
import { computeConductancePotential } from '../../../neurons/lif/conductancePotential.ts';
import { twoConductancePotential } from '../../core/kernels/oracle/twoConductances.ts';
import { atLeast, runs } from '../../support.ts';
import { type Arrival, simulate } from '../oneNeuron.ts';

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const OPTIONS = runs(300);

test('with equal time constants it is the closed form, to 1e-11 mV', () => {
  fc.assert(
    fc.property(number(-20, 20), number(0, 20), number(0, 30), number(0.05, 3), number(0, 8), (u, g, h, ts, t) => {
      const rate = 1 / ts;
      const sum = g + h;
      const e = sum === 0 ? 0 : (g * 60 - h * 20) / sum;
      const found = twoConductancePotential(u, { g, e: 60, rate }, { g: h, e: -20, rate }, t);
      const known = computeConductancePotential(u, sum, e, ts, t);
      assert.ok(Math.abs(found - known) < 1e-11, `${found}, not ${known}`);
    }),
    OPTIONS,
  );
});

test('cut anywhere it goes on as if it had not been cut, to 1e-11 mV', () => {
  fc.assert(
    fc.property(
      number(-20, 20),
      number(0, 20),
      number(0, 30),
      number(0.05, 3),
      number(0.05, 3),
      fc.array(number(0, 1), { minLength: 2, maxLength: 12 }),
      (u, g, h, ts, ti, cuts) => {
        let now = 0;
        let v = u;
        const at = (r: number, c: number) => c * Math.exp(-now / r);
        for (const cut of cuts) {
          v = twoConductancePotential(
            v,
            { g: at(ts, g), e: 60, rate: 1 / ts },
            { g: at(ti, h), e: -20, rate: 1 / ti },
            cut,
          );
          now += cut;
        }
        const whole = twoConductancePotential(u, { g, e: 60, rate: 1 / ts }, { g: h, e: -20, rate: 1 / ti }, now);
        assert.ok(Math.abs(v - whole) < 1e-11, `${v}, not ${whole}`);
      },
    ),
    OPTIONS,
  );
});

/** Spike times by Runge and Kutta's method in steps of h, the crossing within a step by a line. */
function stepped(
  p: { excitatory: number; inhibitory: number; current: number },
  arrivals: readonly Arrival[],
  to: number,
) {
  const h = 2 ** -9;
  let [v, e, i, release] = [0, 0, 0, 0];
  const queue = [...arrivals].sort((x, y) => x[0] - y[0]);
  const times: number[] = [];
  for (let k = 0; k * h < to; k++) {
    for (; queue[0] !== undefined && queue[0][0] <= k * h; queue.shift()) {
      if (queue[0][1] >= 0) e += queue[0][1] / 25;
      else i -= queue[0][1] / 25;
    }
    const f = (s: number, u: number) => {
      const [ge, gi] = [e * Math.exp(-s / p.excitatory), i * Math.exp(-s / p.inhibitory)];
      return (-u + (p.current * 10) / 250 + ge * (60 - u) + gi * (-10 - u)) / 10;
    };
    const before = v;
    if (k * h >= release) {
      const k1 = f(0, v);
      const k2 = f(h / 2, v + (h * k1) / 2);
      const k3 = f(h / 2, v + (h * k2) / 2);
      v += (h * (k1 + 2 * k2 + 2 * k3 + f(h, v + h * k3))) / 6;
    }
    e *= Math.exp(-h / p.excitatory);
    i *= Math.exp(-h / p.inhibitory);
    if (v >= 15) {
      times.push((k + (15 - before) / (v - before)) * h);
      v = 0;
      release = (k + 1) * h + 2;
    }
  }
  return times;
}

test('random trains fire when small steps say', () => {
  let compared = 0;
  fc.assert(
    fc.property(
      fc.constantFrom([2, 6], [6, 2], [0.7, 12], [5, 10]),
      fc.constantFrom(0, 200, 450),
      fc.array(
        fc.tuple(
          fc.integer({ min: 0, max: 1500 }).map((n) => n / 64),
          fc.constantFrom(8, 20, 50, -10, -40),
        ),
        {
          maxLength: 30,
        },
      ),
      ([excitatory, inhibitory], current, arrivals) => {
        const tauSyn = { excitatory: excitatory!, inhibitory: inhibitory! };
        const params = { synapse: 'conductance', tau: 10, tauSyn, reversalExc: 60, reversalInh: -10, current } as const;
        const found = simulate(
          params,
          arrivals.map(([t, w]) => [snap(t), w] as const),
          30,
        ).times;
        const expected = stepped({ ...tauSyn, current }, arrivals, 30);
        for (let k = 0; k < Math.min(found.length, expected.length, 4); k++) {
          const drift = Math.abs(found[k]! - expected[k]!);
          if (drift > 0.3) return fc.pre(false); // a margin within the steps' error, met by only one of both
          assert.ok(drift < 0.02 * (k + 1), `spike ${k}: ${found[k]}, not ${expected[k]}`);
          compared++;
        }
        assert.ok(Math.abs(found.length - expected.length) <= 1);
      },
    ),
    runs(150),
  );
  assert.ok(compared > atLeast(150));
});

test.run();
