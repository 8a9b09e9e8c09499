/** Currents with equal times of rise and decay: w (t/tau) e^(1 - t/tau), its response and the crossings under it. */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { lif } from '../../neurons/index.ts';
import { atLeast, runs } from '../support.ts';
import { type Arrival, near, network } from './oneNeuron.ts';

type LifInput = Parameters<typeof lif>[0];
const ALPHA = { synapse: 'multiExponential', tau: 10, refractory: 0 } as const;
const receptors = (exc: number, inh = 4) => ({
  excitatory: { tau: exc, rise: exc },
  inhibitory: { tau: inh, rise: inh },
});

/** V of a membrane (tau 10 ms, 250 pF) at t by Simpson's rule, between arrivals. */
function integrated(arrivals: readonly Arrival[], tauExc: number, tauInh: number, t: number): number {
  let sum = 0;
  for (const [at, w] of arrivals) {
    if (at >= t) continue;
    const tau = w > 0 ? tauExc : tauInh;
    const n = 20000;
    const h = (t - at) / n;
    const f = (s: number) => ((w * s) / tau) * Math.exp(1 - s / tau - (t - at - s) / 10);
    let integral = f(0) + f(n * h);
    for (let k = 1; k < n; k++) integral += (k % 2 === 1 ? 4 : 2) * f(k * h);
    sum += (integral * h) / 3 / 250;
  }
  return sum;
}

test('the potential is the convolution with the membrane, also where membrane and synapse have one time constant', () => {
  const arrivals: Arrival[] = [
    [0, 300],
    [2.5, -200],
    [9, 500],
  ];
  for (const [exc, inh] of [
    [2, 4],
    [10, 4],
    [10.0000001, 9.9],
    [0.5, 40],
    [9.5, 10],
  ] as const) {
    const { net, neuron } = network({ ...ALPHA, threshold: 1e6, receptors: receptors(exc, inh) }, arrivals);
    for (const t of [1, 3, 10, 27.5, 90]) {
      net.run(t - net.now);
      near(neuron.model.potential(0, t), integrated(arrivals, exc, inh, t), 1e-9);
    }
  }
});

test('the current peaks with the weight', () => {
  const { net, neuron } = network({ ...ALPHA, receptors: receptors(3) }, [[0, 120]]);
  net.run(3);
  near(
    (
      neuron.model as unknown as { quantities: Record<string, { read(j: number, t: number): number }> }
    ).quantities.excitatoryCurrent!.read(0, 3),
    120,
    1e-10,
  );
});

test('it is the limit of rises ever closer to the decay', () => {
  const at = (rise: number) => {
    const { net, neuron } = network({ ...ALPHA, receptors: { excitatory: { tau: 4, rise } } }, [[0, 300]]);
    net.run(7);
    return neuron.model.potential(0, 7);
  };
  const limit = at(4);
  // To first order the peak keeps its height and comes earlier: the mean time constant is half as far away.
  for (const [closeness, tolerance] of [
    [1e-2, 1e-3],
    [1e-3, 1e-5],
    [2e-5, 1e-8],
    [1e-6, 1e-5],
    [1e-9, 1e-8],
  ] as const)
    near(at(4 * (1 - closeness)), limit, Math.max(tolerance, 4 * closeness));
});

test('no crossing is missed, and none comes at another time, under excitation and inhibition', () => {
  let spikes = 0;
  const weights = fc.constantFrom(400, 700, 900, -300, -600);
  fc.assert(
    fc.property(
      fc.constantFrom(1, 3, 10),
      fc.constantFrom(2, 10, 15),
      fc.array(
        fc.tuple(
          fc.nat(160).map((k) => k / 8),
          weights,
        ),
        { minLength: 1, maxLength: 8 },
      ),
      (exc, inh, arrivals) => {
        const given: Partial<LifInput> = { ...ALPHA, receptors: receptors(exc, inh) };
        const { net, spikes: rows } = network({ ...given, threshold: 5, refractory: 100 }, arrivals);
        net.run(60);
        net.flush();
        const [found = Infinity] = rows.column('time');
        const free = network({ ...given, threshold: 1e6 }, arrivals);
        let first = Infinity;
        for (let t = 0.01; t < 60 && first === Infinity; t += 0.01) {
          free.net.run(t - free.net.now);
          if (free.neuron.model.potential(0, free.net.now) >= 5) first = free.net.now;
        }
        if (found < Infinity) spikes++;
        // A top narrower than the scan's step may reach the threshold between two looks.
        if (first === Infinity && found < first) {
          const touched = network({ ...given, threshold: 1e6 }, arrivals);
          touched.net.run(found);
          near(touched.neuron.model.potential(0, touched.net.now), 5, 1e-6);
        } else assert.ok(first === found || (found <= first && found > first - 0.0101), `${found}, scanned ${first}`);
      },
    ),
    runs(40),
  );
  assert.ok(spikes > atLeast(10), `${spikes} spikes`);
});

test.run();
