/** LIF with currents of several time constants: against the two-exponential neuron, brute force, rise times, receptors. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../core/declare/errors.ts';
import { Network } from '../../core/network.ts';
import { snap } from '../../core/time.ts';
import { lif, spikeTrains } from '../../neurons/index.ts';
import { distance, Rows, runs } from '../support.ts';
import { type Arrival, type LifInput, near, simulate } from './oneNeuron.ts';

const SEVERAL = { synapse: 'multiExponential' } as const;

test('two receptors by sign are the two currents of synapse exponential', () => {
  const tau = fc.constantFrom(2, 5, 9.99, 10, 17);
  fc.assert(
    fc.property(
      fc.record({
        tauSynExc: tau,
        tauSynInh: tau,
        current: fc.constantFrom(0, 200, 450),
        refractory: fc.constantFrom(0, 2),
        increment: fc.constantFrom(0, 3),
        tauTheta: fc.constantFrom(Infinity, 30),
        arrivals: fc.array(
          fc.tuple(
            fc.integer({ min: 0, max: 60_000 }).map((t) => snap(t / 1000)),
            fc.integer({ min: -800, max: 1500 }),
          ),
          { maxLength: 60 },
        ),
      }),
      ({ arrivals, increment, tauTheta, ...p }) => {
        const adaptive = { increment, tau: tauTheta };
        const { tauSynExc, tauSynInh, ...common } = p;
        const expected = simulate({ ...p, adaptive }, arrivals, 70);
        const receptors = { e: { tau: tauSynExc }, i: { tau: tauSynInh } };
        const found = simulate({ ...common, ...SEVERAL, receptors, adaptive }, arrivals, 70);
        assert.ok(distance(found.times, expected.times) < 1e-6, `${found.times}, not ${expected.times}`);
        near(found.potential, expected.potential, 1e-6);
      },
    ),
    runs(200),
  );
});

/** A neuron with named receptors and one arrival at each of them. */
function withReceptors(p: Partial<LifInput>, arrivals: readonly (readonly [t: number, w: number, receptor: string])[]) {
  const net = new Network({ seed: 1 });
  const neuron = net.population('cell', lif({ size: 1, ...SEVERAL, ...p }));
  arrivals.forEach(([t, weight, receptor], i) => {
    const source = net.population(`source${i}`, spikeTrains({ trains: [[t]] }));
    net.projection(source, neuron, { connect: { all: { weight } }, receptor });
  });
  const spikes = new Rows();
  net.recordSpikes([neuron], spikes);
  return { net, neuron, spikes };
}

test('a receptor with a rise time gives the difference of two exponentials, with the weight as its peak', () => {
  const receptors = { slow: { tau: 20, rise: 3 } };
  const { net, neuron } = withReceptors({ receptors, threshold: 1000 }, [[1, 200, 'slow']]);
  net.run(13);
  const top = ((20 * 3) / 17) * Math.log(20 / 3);
  const scale = 200 / (Math.exp(-top / 20) - Math.exp(-top / 3));
  // V = integral of I(s) e^(-(t - s)/tau) / C
  const phi = (t: number, ts: number) => (Math.exp(-t / 10) - Math.exp(-t / ts)) / (1 / ts - 1 / 10);
  near(neuron.model.potential(0, 13), (scale * (phi(12, 20) - phi(12, 3))) / 250, 1e-12);
});

/** Exact steps of (V, I_1 … I_n); the first step in which V passes the threshold is halved down. */
function stepped(
  taus: readonly number[],
  arrivals: readonly (readonly [number, number, number])[],
  to: number,
): number[] {
  const [tau, capacitance, theta, refractory, h] = [10, 250, 15, 2, 0.01];
  const response = (dt: number, ts: number) =>
    ts === tau ? dt * Math.exp(-dt / tau) : (Math.exp(-dt / tau) - Math.exp(-dt / ts)) / (1 / ts - 1 / tau);
  let [t, v, release] = [0, 0, 0];
  let currents = taus.map(() => 0);
  const times: number[] = [];
  const after = (dt: number) => ({
    v:
      t < release
        ? 0
        : v * Math.exp(-dt / tau) + currents.reduce((s, i, k) => s + (i / capacitance) * response(dt, taus[k]!), 0),
    currents: currents.map((i, k) => i * Math.exp(-dt / taus[k]!)),
  });
  const queue = [...arrivals].sort((a, b) => a[0] - b[0]);
  while (t < to) {
    let end = Math.min(t + h, queue[0]?.[0] ?? to, to);
    if (t < release) end = Math.min(end, release);
    const fires = t >= release && after(end - t).v >= theta;
    if (fires) {
      let [low, high] = [0, end - t];
      for (let n = 0; n < 60; n++) {
        const middle = (low + high) / 2;
        if (after(middle).v >= theta) high = middle;
        else low = middle;
      }
      end = t + high;
    }
    ({ v, currents } = after(end - t));
    t = end;
    if (fires) {
      times.push(t);
      v = 0;
      release = t + refractory;
    } else if (queue[0]?.[0] === t) {
      const [, k, w] = queue.shift()!;
      currents[k]! += w;
    }
  }
  return times;
}

test('four receptors against brute force', () => {
  const names = ['a', 'b', 'c', 'd'];
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(1, 3, 8, 10, 10.001, 40, 120), { minLength: 4, maxLength: 4 }),
      fc.array(
        fc.tuple(
          fc.integer({ min: 1, max: 30_000 }).map((t) => snap(t / 1000)),
          fc.nat(3),
          fc.integer({ min: -300, max: 900 }),
        ),
        { maxLength: 12 },
      ),
      (taus, arrivals) => {
        const { net, spikes } = withReceptors(
          { receptors: Object.fromEntries(names.map((name, k) => [name, { tau: taus[k]! }])) },
          arrivals.map(([t, k, w]) => [t, w, names[k]!] as const),
        );
        net.run(60);
        net.flush();
        const expected = stepped(taus, arrivals, 60);
        const found = spikes.column('time');
        // Brute force misses tops narrower than a step, and near the end one of both may come too late.
        const n = Math.min(found.length, expected.length);
        for (let k = 0; k < n; k++) {
          if (Math.abs(found[k]! - expected[k]!) < 1e-6) continue;
          assert.ok(found[k]! < expected[k]!, `missed ${expected[k]}`);
          return;
        }
        assert.ok(found.length >= expected.length || expected[n]! > 59.999, `missed ${expected[n]}`);
        assert.ok(found.length <= expected.length + 1);
      },
    ),
    runs(200),
  );
});

test('what it cannot do is refused', () => {
  const refused = (receptors: LifInput['receptors'], pattern: RegExp) =>
    assert.throws(
      () => simulate({ ...SEVERAL, receptors }, [] as Arrival[], 1),
      (e: unknown) => e instanceof UserError && pattern.test(e.message),
    );
  refused({}, /neuron\.receptors is empty/);
  refused({ fast: { tau: 2, rise: 2.1 } }, /receptors\.fast\.rise is 2\.1, but must be <= its tau of 2 ms/);
  refused({ fast: { tau: 0 } }, /receptors\.fast\.tau is 0/);
});

test.run();
