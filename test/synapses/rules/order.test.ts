/** Order of delivery and pulse, of coincident spikes, and inhibitory plasticity, against plain formulas. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { Network } from '../../../core/network.ts';
import { lif, spikeTrains } from '../../../neurons/index.ts';
import { ideal } from '../../../synapses/devices/index.ts';
import { pairStdp, vogelsInhibitory } from '../../../synapses/rules/index.ts';
import { KERNEL_SETS, newNetwork } from '../../core/kernels/oracle/index.ts';
import { Rows } from '../../support.ts';

/** The trains of NEST's test_stdp_synapse.py, in which 6 and 12 ms, and with a dendritic delay others, coincide. */
const PRE = [1, 5, 6, 7, 9, 11, 12, 13, 14.5, 16.1, 21, 25, 26, 27, 29, 31, 32, 33, 34.5, 36.1];
const POST = [2, 3, 4, 8, 9, 10, 12, 12.2, 14.1, 15.4, 22, 23, 24, 28, 29, 30, 32, 33.2, 35.1, 36.4];

/** Weights after each presynaptic spike, by that test's reference: traces without those of the same instant. */
function known(postFirst: boolean, delay: number, mu: number, start: number): number[] {
  let [weight, x, y, last] = [start, 0, 0, 0];
  const events = [...PRE.map((t) => [t, 0] as const), ...POST.map((t) => [t + delay, 1] as const)];
  const instants = [...new Set(events.map(([t]) => Math.round(t * 1e6)))].sort((a, b) => a - b);
  return instants.flatMap((instant) => {
    const now = events.filter(([t]) => Math.round(t * 1e6) === instant).map(([, side]) => side);
    const t = instant / 1e6;
    x *= Math.exp((last - t) / 16.8);
    y *= Math.exp((last - t) / 33.7);
    last = t;
    const g = () => weight / 15;
    const up = () => {
      if (now.includes(1)) weight = Math.min(1, g() + 0.01 * (1 - g()) ** mu * x) * 15;
    };
    const down = () => {
      if (now.includes(0)) weight = Math.max(0, g() - 0.0085 * g() ** mu * y) * 15;
    };
    for (const step of postFirst ? [up, down] : [down, up]) step();
    for (const side of now) side === 0 ? x++ : y++;
    return now.includes(0) ? [weight] : [];
  });
}

test("coincident spikes: postFirst is the order of NEST's test_stdp_synapse, preFirst the other one, to 1e-9", () => {
  for (const coincidence of ['preFirst', 'postFirst'] as const) {
    for (const delay of [1, 10]) {
      for (const mu of [0, 1]) {
        const net = new Network({ seed: 1 });
        const pre = net.population('pre', spikeTrains({ trains: [PRE] }));
        const post = net.population('post', spikeTrains({ trains: [POST] }));
        const rule = pairStdp({
          aPlus: 0.01,
          aMinus: 0.0085,
          tauPlus: 16.8,
          tauMinus: 33.7,
          muPlus: mu,
          muMinus: mu,
          coincidence,
        });
        const synapse = net.projection(pre, post, {
          connect: { all: { weight: 7.5 } },
          dendriticDelay: delay,
          device: ideal({ wMax: 15 }),
          rule,
        });
        const rows = new Rows();
        net.recordWeights(synapse, { on: 'pre' }, rows);
        net.run(100);
        net.flush();
        const found = rows.column('weight');
        const expected = known(coincidence === 'postFirst', delay, mu, 7.5);
        assert.is(found.length, expected.length);
        found.forEach((w, k) => {
          assert.ok(
            Math.abs(w - expected[k]!) < 1e-9,
            `${coincidence}, ${delay}, ${mu}, spike ${k}: ${w}, not ${expected[k]}`,
          );
        });
        const other = known(coincidence !== 'postFirst', delay, mu, 7.5);
        if (mu === 1)
          assert.ok(
            found.some((w, k) => Math.abs(w - other[k]!) > 1e-6),
            'the orders differ',
          );
      }
    }
  }
});

test('postFirst without a dendritic delay is refused', () => {
  const net = new Network({ seed: 1 });
  const pre = net.population('pre', spikeTrains({ trains: [PRE] }));
  const cell = net.population('cell', lif({ size: 1 }));
  assert.throws(
    () =>
      net.projection(pre, cell, {
        connect: { all: { weight: 0.5 } },
        device: ideal({}),
        rule: pairStdp({ coincidence: 'postFirst' }),
      }),
    (e: unknown) =>
      e instanceof UserError && /pre->cell\.rule\.coincidence is "postFirst" and needs a den/.test(e.message),
  );
});

test('deliverThenDepress passes a spike through the synapse as it was before its own pulse, with every kernel', () => {
  for (const kernels of KERNEL_SETS) {
    for (const order of ['depressThenDeliver', 'deliverThenDepress'] as const) {
      const net = newNetwork(kernels, { seed: 1 });
      const pre = net.population('pre', spikeTrains({ trains: [[5]] }));
      const strong = net.population('strong', spikeTrains({ trains: [[2]] }));
      const cell = net.population('cell', lif({ size: 3, threshold: 15, refractory: 0 }));
      net.projection(strong, cell, { connect: { all: { weight: 20 } } });
      net.projection(pre, cell, {
        connect: { all: { weight: 8 } },
        device: ideal({ wMax: 10 }),
        rule: pairStdp({ aMinus: 0.2, tauMinus: 20, order }),
      });
      net.run(6);
      const passed = order === 'deliverThenDepress' ? 8 : 8 - 10 * 0.2 * Math.exp(-3 / 20);
      assert.ok(Math.abs(cell.model.potential(1, 5) - passed) < 1e-12, `${order}: ${cell.model.potential(1, 5)}`);
    }
  }
});

test('vogelsInhibitory: each spike of both sides by its formula', () => {
  const net = new Network({ seed: 1 });
  const trains = { pre: [3, 10, 24, 25, 60], post: [1, 5, 24, 30, 31, 90] };
  const pre = net.population('pre', spikeTrains({ trains: [trains.pre] }));
  const post = net.population('post', spikeTrains({ trains: [trains.post] }));
  const rule = vogelsInhibitory({ rate: 0.02, targetRate: 8, tau: 20 });
  const synapse = net.projection(pre, post, { connect: { all: { weight: 0.5 } }, device: ideal({}), rule });
  net.run(100);
  const trace = (times: number[], t: number) =>
    times.filter((s) => s < t).reduce((sum, s) => sum + Math.exp((s - t) / 20), 0);
  let w = 0.5;
  for (const t of trains.pre) w += 0.02 * (trace(trains.post, t) - (2 * 8 * 20) / 1000);
  for (const t of trains.post) w += 0.02 * trace(trains.pre, t);
  assert.ok(Math.abs(synapse.devices!.weight(0, 100) - w) < 1e-12, `${synapse.devices!.weight(0, 100)}, not ${w}`);
});

test.run();
