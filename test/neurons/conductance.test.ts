/** LIF with conductances: units, receptors, refractoriness, thresholds that move, against a solver in small steps. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import { Network } from '../../core/network.ts';
import { snap, TICK } from '../../core/time.ts';
import { lif, spikeTrains } from '../../neurons/index.ts';
import { Rows, runs } from '../support.ts';
import { type Arrival, type LifInput, near, simulate } from './oneNeuron.ts';

const BASE = { synapse: 'conductance', tau: 10, tauSyn: 2.5, reversalExc: 60, reversalInh: -10 } as const;

test('weights are nS: golden values at tau 10, g relative to the leak', () => {
  // 25 nS of leak by default: capacitance 250 pF / tau 10 ms
  near(simulate({ ...BASE, initial: 5, threshold: 50 }, [[0, 50]], 3).potential, 17.57902067863, 1e-9);
  near(simulate({ ...BASE, leakConductance: 8 }, [[0, 8]], 10).potential, 6.29147920782, 1e-9);
  near(simulate({ ...BASE, initial: 10, threshold: 50 }, [[0, 125]], 1).potential, 25.27830869813, 1e-9);
  near(simulate(BASE, [[0, 50]], 4).times[0]!, 3.0273381796, 2e-8);
});

test('both conductances pull towards one common reversal potential; the sign or the receptor decides which', () => {
  const both: Arrival[] = [
    [0, 20],
    [0, -30],
  ];
  const expected = simulate(BASE, both, 4).potential;
  near(simulate({ ...BASE, reversalExc: (20 * 60 - 30 * 10) / 50 }, [[0, 50]], 4).potential, expected, 1e-12);
  const net = new Network({ seed: 1 });
  const neuron = net.population('neuron', lif({ size: 1, ...BASE }));
  const source = net.population('source', spikeTrains({ trains: [[0]] }));
  for (const [receptor, weight] of [
    ['excitatory', 20],
    ['inhibitory', 30],
  ] as const) {
    net.projection(source, neuron, { connect: { all: { weight } }, receptor });
  }
  net.run(4);
  near(neuron.model.potential(0, 4), expected, 1e-14);
});

test('receptors that are not there, and negative conductances, are refused', () => {
  const build = (synapse: 'conductance' | 'delta', receptor: string, weight: number) => {
    const net = new Network({ seed: 1 });
    const neuron = net.population('cell', lif({ size: 1, synapse }));
    const source = net.population('source', spikeTrains({ trains: [[0]] }));
    net.projection(source, neuron, { connect: { all: { weight } }, receptor });
    net.run(1);
  };
  const refused = (make: () => void, pattern: RegExp) =>
    assert.throws(make, (e: unknown) => e instanceof UserError && pattern.test(e.message));
  refused(
    () => build('conductance', 'inhibtory', 1),
    /source->cell\.receptor is "inhibtory", did you mean "inhibitory"/,
  );
  refused(() => build('conductance', 'x', 1), /receptor is "x"; receptors of cell: excitatory, inhibitory/);
  refused(() => build('delta', 'excitatory', 1), /cell has no receptors/);
  refused(() => build('conductance', 'excitatory', -1), /weight of -1 nS arrived at receptor "excitatory"/);
  refused(() => simulate({ ...BASE, refractoryInput: 'integrate' }, [], 1), /refractoryInput/);
  refused(() => simulate({ ...BASE, precision: 'f32' }, [], 1), /f32/);
  refused(() => simulate({ leakConductance: 3, synapse: 'delta' }, [], 1), /leakConductance is 3/);
});

test('conductances thousands of times the leak pull a neuron to their reversal at once', () => {
  const arrivals: Arrival[] = [0, 1, 1.5].map((t) => [t, 6e4]); // b = 600, 1002 and 1420
  for (const weight of [6e4, -6e4, 1e9]) {
    const given = arrivals.map(([t]): Arrival => [t, weight]);
    for (const duration of [1.2, 4, 40]) {
      const [one, two] = [2.5, { excitatory: 2.5, inhibitory: 2.5 + 1e-12 }].map((tauSyn) =>
        simulate({ ...BASE, tauSyn, threshold: 100 }, given, duration),
      );
      near(one!.potential, two!.potential, 1e-8);
    }
  }
  // Without leak: 60 mV (1 - e^(-t weight/capacitance)) = 20 mV.
  for (const weight of [1e5, 1e9]) {
    const expected = (250 * Math.log(1.5)) / weight;
    near(simulate({ ...BASE, threshold: 20 }, [[0, weight]], 4).times[0]!, expected, TICK + expected / 1000);
  }
});

test('a predicted crossing fires before arrivals of the same instant', () => {
  for (const synapse of ['conductance', 'multiExponential'] as const) {
    const strong: Arrival = [0, synapse === 'conductance' ? 50 : 4000];
    const p = synapse === 'conductance' ? BASE : { synapse };
    const at = simulate(p, [strong], 10).times[0]!;
    assert.equal(simulate(p, [strong, [at, -1e6]], 10).times, [at]);
    assert.equal(simulate(p, [strong, [snap(at - 1e-7), -1e6]], 10).times, []);
  }
});

test('V stays at reset while refractory, the conductance goes on', () => {
  const arrivals: Arrival[] = [
    [0, 200],
    [2, 40],
  ];
  const { times, net, neuron } = simulate({ ...BASE, refractory: 3, reset: -2, threshold: 12 }, arrivals, 3);
  const [fired] = times as [number];
  assert.ok(fired < 1);
  assert.is(neuron.model.potential(0, 3), -2);
  net.run(fired + 3 - net.now);
  near(neuron.model.potential(0, net.now), -2, 1e-12);
  net.run(0.2);
  const g = (200 * Math.exp(-(fired + 3) / 2.5) + 40 * Math.exp(-(fired + 1) / 2.5)) / 25;
  const alone = simulate({ ...BASE, initial: -2, threshold: 50 }, [[0, g * 25]], 0.2).potential;
  near(neuron.model.potential(0, net.now), alone, 1e-6);
});

test('neurons fire again when they do after their release, whether anything else happens then or not', () => {
  const WOKEN = 0.01; // ms between arrivals at a neuron that never fires
  const trains = (size: number, tauSyn: LifInput['tauSyn'], woken: boolean) => {
    const net = new Network({ seed: 1 });
    const neurons = net.population('n', lif({ size: size + 1, ...BASE, tauSyn, current: 50, refractory: 2 }));
    const strong = Array.from({ length: size }, (_, k) => [k, k, 300 + 40 * k] as const);
    const source = net.population('s', spikeTrains({ trains: strong.map(([k]) => [0.003 * k]) }));
    net.projection(source, neurons, { connect: { list: strong } });
    const instants = Array.from({ length: 20 / WOKEN }, (_, k) => k * WOKEN);
    const other = net.population('w', spikeTrains({ trains: [woken ? instants : []] }));
    net.projection(other, neurons, { connect: { list: [[0, size, -1]] } });
    const spikes = new Rows();
    net.recordSpikes([neurons], spikes);
    net.run(20);
    net.flush();
    const [of, at] = [spikes.column('neuron'), spikes.column('time')];
    return Array.from({ length: size }, (_, j) => at.filter((_, k) => of[k] === j));
  };
  for (const size of [1, 12])
    for (const tauSyn of [2.5, { excitatory: 2.5, inhibitory: 5 }]) {
      const woken = trains(size, tauSyn, true);
      trains(size, tauSyn, false).forEach((times, j) => {
        assert.ok(times.length > 1, `${times.length} spikes`);
        assert.is(times.length, woken[j]!.length);
        times.forEach((t, k) => {
          near(t, woken[j]![k]!, 1e-7);
        });
      });
    }
});

/** Steps of the classical fourth-order method; a crossing lies in the step in which the potential passes the threshold. */
function stepped(
  p: Readonly<Record<'tau' | 'current' | 'refractory' | 'tauSyn', number>> & Moving,
  arrivals: readonly Arrival[],
  to: number,
  h: number,
) {
  let [v, e, i, a, release] = [0, 0, 0, 0, 0];
  const queue = [...arrivals].sort((x, y) => x[0] - y[0]);
  const times: number[] = [];
  for (let k = 0; k * h < to; k++) {
    const t = k * h;
    for (; queue[0] !== undefined && queue[0][0] <= t + h / 2; queue.shift()) {
      if (queue[0][1] >= 0) e += queue[0][1] / 25;
      else i -= queue[0][1] / 25;
    }
    const f = (s: number, u: number) => {
      const fade = Math.exp(-s / p.tauSyn);
      return (-u + (p.current * p.tau) / 250 + e * fade * (60 - u) + i * fade * (-10 - u)) / p.tau;
    };
    if (t >= release) {
      const k1 = f(0, v);
      const k2 = f(h / 2, v + (h * k1) / 2);
      const k3 = f(h / 2, v + (h * k2) / 2);
      const k4 = f(h, v + h * k3);
      v += (h * (k1 + 2 * k2 + 2 * k3 + k4)) / 6;
    }
    e *= Math.exp(-h / p.tauSyn);
    i *= Math.exp(-h / p.tauSyn);
    a *= Math.exp(-h / p.tauTheta);
    if (v >= 15 + a) {
      times.push(t + h);
      v = 0;
      a += p.increment;
      release = t + h + p.refractory;
    }
  }
  return times;
}
interface Moving {
  readonly increment: number;
  readonly tauTheta: number;
}

test('random trains against small steps', () => {
  const h = 2 ** -9;
  fc.assert(
    fc.property(
      fc.record({
        tauSyn: fc.constantFrom(0.7, 2, 5, 10, 14),
        current: fc.constantFrom(0, 200, 450),
        refractory: fc.constantFrom(0, 2),
        increment: fc.constantFrom(0, 4),
        tauTheta: fc.constantFrom(Infinity, 1e7, 20),
        arrivals: fc.array(
          fc.tuple(
            fc.integer({ min: 0, max: 3000 }).map((n) => n / 64),
            fc.constantFrom(3, 8, 20, 50, -10, -40),
          ),
          { maxLength: 40 },
        ),
      }),
      ({ arrivals, increment, tauTheta, ...p }) => {
        const found = simulate(
          { ...BASE, ...p, adaptive: { increment, tau: tauTheta } },
          arrivals.map(([t, w]) => [snap(t), w] as const),
          50,
        ).times;
        const expected = stepped({ tau: 10, ...p, increment, tauTheta }, arrivals, 50, h);
        // The steps delay every spike by up to h, which adds up; a margin within that may be met by only one of both.
        const n = Math.min(found.length, expected.length, 6);
        for (let k = 0; k < n; k++) {
          const drift = Math.abs(found[k]! - expected[k]!);
          if (drift > 0.3) return fc.pre(false);
          assert.ok(drift < 0.05 + k * 0.02, `spike ${k}: ${found[k]}, not ${expected[k]}`);
        }
        assert.ok(Math.abs(found.length - expected.length) <= 1 + expected.length / 10);
      },
    ),
    runs(100),
  );
});

test('an adaptive threshold and a recording change nothing else', () => {
  const arrivals: Arrival[] = Array.from({ length: 100 }, (_, k) => [k, k % 3 === 2 ? -20 : 30]);
  const plain = simulate({ ...BASE, adaptive: { increment: 1, tau: 30 } }, arrivals, 120).times;
  const net = new Network({ seed: 1 });
  const neuron = net.population('neuron', lif({ size: 1, ...BASE, adaptive: { increment: 1, tau: 30 } }));
  const source = net.population('source', spikeTrains({ trains: arrivals.map(([t]) => [t]) }));
  net.projection(source, neuron, { connect: { list: arrivals.map(([, w], i) => [i, 0, w]) } });
  const rows = new Rows();
  net.recordSpikes([neuron], rows);
  net.recordPotential(neuron, [0], { every: 0.37 }, new Rows());
  net.run(120);
  net.flush();
  assert.ok(plain.length > 5);
  assert.equal(rows.column('time'), plain);
});

test.run();
