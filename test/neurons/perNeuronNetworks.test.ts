/** Populations advanced neuron by neuron, with all that thresholds can do: against the shared state, and cut by checkpoints. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { load, save } from '../../core/checkpoint/state.ts';
import type { Neurons } from '../../core/graph/population.ts';
import { Network } from '../../core/network.ts';
import { lif, poisson } from '../../neurons/index.ts';
import type { Lif } from '../../neurons/lif.ts';
import { Rows } from '../support.ts';
import { type LifInput, near } from './oneNeuron.ts';

const MOVING = {
  size: 20,
  initial: { uniform: [-5, 14] as [number, number] },
  adaptive: { increment: 2, tau: 30 },
  homeostasis: { gain: 0.5, minimum: 5 },
};

function noisy(p: Partial<LifInput>, scale: number, recurrent: boolean) {
  const net = new Network({ seed: 'noise' });
  const noise = net.population('noise', poisson({ size: 50, rate: 100 }));
  const neurons = net.population('neurons', lif({ ...MOVING, ...p }));
  net.projection(noise, neurons, {
    connect: { probability: { p: 0.3, weight: { uniform: [-50 * scale, 200 * scale] } } },
  });
  if (recurrent) {
    net.projection(neurons, neurons, {
      connect: { probability: { p: 0.3, weight: { uniform: [-300 * scale, 200 * scale] } } },
      delay: 1.5,
    });
  }
  const spikes = new Rows();
  net.recordSpikes([neurons], spikes);
  return { net, neurons: neurons as Neurons<Lif>, spikes };
}

test('thresholds that adapt, decay and are shared act as in synapse exponential', () => {
  const shared = noisy({ synapse: 'exponential', tauSynExc: 3, tauSynInh: 6, current: 200 }, 1, false);
  const receptors = { e: { tau: 3 }, i: { tau: 6 } };
  const lazy = noisy({ synapse: 'multiExponential', receptors, current: 200 }, 1, false);
  for (const { net } of [shared, lazy]) {
    net.run(300);
    net.flush();
  }
  assert.ok(shared.spikes.rows.length > 100);
  assert.equal(lazy.spikes.column('neuron'), shared.spikes.column('neuron'));
  lazy.spikes.column('time').forEach((t, i) => {
    near(t, shared.spikes.column('time')[i]!, 1e-6);
  });
  for (let j = 0; j < MOVING.size; j++) {
    near(lazy.neurons.model.thresholds.thresholdAt(j, 300), shared.neurons.model.thresholds.thresholdAt(j, 300), 1e-6);
  }
});

const RECEPTORS = { fast: { tau: 2 }, slow: { tau: 50, rise: 4 }, inhibitory: { tau: 8 } };
for (const [name, p, scale] of [
  ['conductance', { synapse: 'conductance', tauSyn: 4, current: 200 }, 0.05],
  ['multiExponential', { synapse: 'multiExponential', receptors: RECEPTORS, current: 200 }, 1],
] as const) {
  test(`${name}: a checkpoint mid-run goes on with the same bits`, () => {
    const whole = noisy(p, scale, true);
    whole.net.run(400);
    whole.net.flush();
    const first = noisy(p, scale, true);
    first.net.run(157.3);
    first.net.flush();
    const second = noisy(p, scale, true);
    load(second.net, save(first.net));
    second.net.run(400 - 157.3);
    second.net.flush();
    assert.ok(whole.spikes.rows.length > 100, `${whole.spikes.rows.length} spikes`);
    assert.equal([...first.spikes.rows, ...second.spikes.rows], whole.spikes.rows);
    assert.equal([...save(second.net)], [...save(whole.net)]);
  });

  test(`${name}: an imported threshold is met`, () => {
    const net = new Network({ seed: 1 });
    const neurons = net.population('neurons', lif({ ...p, size: 1, current: 500 })) as Neurons<Lif>;
    neurons.model.setThreshold(0, 0, 10);
    neurons.next = neurons.model.nextSpikeTime;
    const spikes = new Rows();
    net.recordSpikes([neurons], spikes);
    net.run(8);
    net.flush();
    near(spikes.column('time')[0]!, 10 * Math.log(2), 2e-8);
  });
}

test.run();
