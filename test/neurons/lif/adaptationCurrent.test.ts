/** Adaptation currents triggered by spikes, and searches for crossings under dense input. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../../core/checkpoint/state.ts';
import type { RecordableState } from '../../../core/hooks.ts';
import { Network } from '../../../core/network.ts';
import { lif, poisson, sinusoidalPoisson } from '../../../neurons/index.ts';
import { distance, Rows } from '../../support.ts';
import { simulate } from '../oneNeuron.ts';

const [TAU, TAU_W, CAPACITANCE, CURRENT, INCREMENT, REFRACTORY] = [10, 80, 250, 600, 40, 2];

/** Spike times by bisection of the closed form between spikes, with the adaptation current w integrated during refractoriness. */
function computeSpikeTimes(duration: number): number[] {
  const vInf = (CURRENT * TAU) / CAPACITANCE;
  const rate = 1 / TAU - 1 / TAU_W;
  let [release, w] = [0, 0];
  const times: number[] = [];
  const potential = (dt: number) => {
    const response = (Math.exp(-dt / TAU_W) - Math.exp(-dt / TAU)) / rate;
    return vInf * (1 - Math.exp(-dt / TAU)) - (w / CAPACITANCE) * response;
  };
  while (release < duration) {
    let high = 0;
    while (potential(high) < 15) high += 0.01;
    let low = high - 0.01;
    for (let n = 0; n < 60; n++) {
      const middle = (low + high) / 2;
      if (potential(middle) < 15) low = middle;
      else high = middle;
    }
    times.push(release + high);
    w = (w * Math.exp(-high / TAU_W) + INCREMENT) * Math.exp(-REFRACTORY / TAU_W);
    release += high + REFRACTORY;
  }
  return times.filter((t) => t <= duration);
}

for (const synapse of ['exponential', 'multiExponential'] as const)
  test(`a neuron with an adaptation current (${synapse}) fires at the times of the closed form`, () => {
    const params = {
      ...{ synapse, tau: TAU, capacitance: CAPACITANCE, current: CURRENT, refractory: REFRACTORY },
      adaptationCurrent: { increment: INCREMENT, tau: TAU_W },
    };
    const { times, neuron } = simulate(params, [], 500);
    const expected = computeSpikeTimes(500);
    assert.ok(expected.length > 15 && expected.at(-1)! - expected.at(-2)! > 1.5 * expected[0]!);
    assert.ok(distance(times, expected) < 1e-5, `${times}, not ${expected}`);
    const last = times.at(-1)!;
    const atLast = times.reduce((sum, t) => sum + INCREMENT * Math.exp((t - last) / TAU_W), 0);
    const found = (neuron.model as Partial<RecordableState>).quantities!.adaptationCurrent!.read(0, last + 1);
    assert.ok(Math.abs(found - atLast * Math.exp(-1 / TAU_W)) < 1e-4, `${found} pA`);
  });

test('an adaptation current requires a synaptic current', () => {
  const adaptationCurrent = { increment: 1, tau: 50 };
  for (const synapse of ['delta', 'conductance'] as const)
    assert.throws(
      () => simulate({ synapse, adaptationCurrent }, [], 1),
      /adaptationCurrent is for synapse "exponential"/,
    );
});

test('under dense input, neurons of several time constants fire as those of synapse exponential', () => {
  const run = (params: object) => {
    const net = new Network({ seed: 4 });
    const cells = net.population('cells', lif({ size: 3, tau: 20, threshold: 15, ...params }));
    for (const [name, rate, weight] of [
      ['exc', 60_000, 20],
      ['inh', 30_000, -13.3],
    ] as const)
      net.projection(net.population(name, poisson({ size: 3, rate })), cells, { connect: { oneToOne: { weight } } });
    const spikes = new Rows();
    net.recordSpikes([cells], spikes);
    net.run(400);
    net.flush();
    return spikes.column('time');
  };
  const expected = run({ synapse: 'exponential', tauSynExc: 0.5, tauSynInh: 1 });
  const receptors = { e: { tau: 0.5 }, i: { tau: 1 } };
  const found = run({ synapse: 'multiExponential', receptors });
  assert.ok(expected.length > 20, `${expected.length} spikes`);
  assert.ok(distance(found, expected) < 1e-6);
});

test('checkpoints, reads and strategies move no spike of neurons with adaptation currents and sinusoidal input', () => {
  const run = (cut: number, reads = false, strategies?: []) => {
    const rows = new Rows();
    const build = () => {
      const net = new Network({ seed: 5, ...(strategies && { strategies }) });
      const receptors = { e: { tau: 1, rise: 1 }, i: { tau: 4, rise: 0.5 } };
      const adaptationCurrent = { increment: 30, tau: 60 };
      const params = { size: 10, synapse: 'multiExponential', receptors, adaptationCurrent } as const;
      const cells = net.population('cells', lif(params));
      const input = { size: 10, rate: 3000, amplitude: 3000, frequency: 12, phase: { uniform: [0, 3] } } as const;
      const drive = net.population('drive', sinusoidalPoisson(input));
      net.projection(drive, cells, { connect: { oneToOne: { weight: 60 } } });
      net.projection(cells, cells, { connect: { probability: { p: 0.3, weight: -40 } }, delay: 1.5 });
      net.recordSpikes([cells], rows);
      if (reads) net.recordPotential(cells, [0, 4], { every: 0.37 }, new Rows());
      return net;
    };
    let net = build();
    while (net.now < 300) {
      net.run(Math.min(cut, 300 - net.now));
      net.flush();
      const snapshot = save(net);
      net = build();
      load(net, snapshot);
    }
    return rows.rows.map(({ neuron, time }) => [neuron, time]);
  };
  const expected = run(300);
  assert.ok(expected.length > 50, `${expected.length} spikes`);
  assert.equal(run(7.3), expected);
  assert.equal(run(300, true), expected);
  assert.equal(run(23, true, []), expected);
});

test.run();
