/** Potentials at the start, one for each neuron: the same for all synapses. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { Network } from '../../../core/network.ts';
import { lif, spikeTrains } from '../../../neurons/index.ts';

const SYNAPSES = ['delta', 'exponential', 'multiExponential', 'conductance'] as const;

test('a list is taken as it is, and decays', () => {
  for (const synapse of SYNAPSES) {
    const net = new Network({ seed: 1 });
    const cells = net.population('cells', lif({ size: 3, synapse, initial: [1, -4, 9.5] }));
    net.run(10);
    [1, -4, 9.5].forEach((v, j) => {
      const found = cells.model.potential(j, 10);
      assert.ok(Math.abs(found - v / Math.E) < 1e-12, `${synapse}, neuron ${j}: ${found}`);
    });
  }
});

test('a list of another length is refused', () => {
  for (const synapse of SYNAPSES) {
    assert.throws(
      () => new Network({ seed: 1 }).population('cells', lif({ size: 3, synapse, initial: [1, 2] })),
      (e: unknown) =>
        e instanceof UserError && /cells\.initial has 2 values, but needs one for each of 3 neurons/.test(e.message),
    );
  }
  assert.throws(() => lif({ size: 1, initial: [Number.NaN] }), /initial/);
});

const RECEPTORS = { ampa: { tau: 3 }, gaba: { tau: 8, rise: 1 } };
const DRIVEN: readonly (readonly [Parameters<typeof lif>[0], Record<string, number[]>])[] = [
  [
    { size: 2, synapse: 'exponential' },
    { excitatory: [6000, 50], inhibitory: [0, -80] },
  ],
  [
    { size: 2, synapse: 'multiExponential', receptors: RECEPTORS },
    { ampa: [6000, 100], gaba: [-50, -30] },
  ],
  [
    { size: 2, synapse: 'conductance' },
    { excitatory: [400, 1], inhibitory: [4, 3] },
  ],
  [
    { size: 2, synapse: 'conductance', tauSyn: { excitatory: 2, inhibitory: 5 }, refractoryPotential: 'free' },
    { excitatory: [400, 1], inhibitory: [4, 3] },
  ],
];

test('initial synaptic currents and conductances act as arrivals at 0 ms', () => {
  for (const [params, initialSynaptic] of DRIVEN) {
    const net = new Network({ seed: 1 });
    const given = net.population('given', lif({ ...params, initialSynaptic }));
    const driven = net.population('driven', lif(params));
    const first = net.population('first', spikeTrains({ trains: [[0], [0]] }));
    for (const [receptor, values] of Object.entries(initialSynaptic))
      net.projection(first, driven, {
        name: receptor,
        connect: { list: values.map((weight, j) => [j, j, weight] as const) },
        ...(params.synapse !== 'exponential' && { receptor }),
      });
    for (const t of [0.5, 2, 5, 12, 30]) {
      net.run(t - net.now);
      for (const j of [0, 1]) assert.is(given.model.potential(j, t), driven.model.potential(j, t), `${t} ms`);
    }
    assert.is(given.spikes, driven.spikes);
    assert.ok(given.spikes > 0, params.synapse);
  }
});

test('initial synaptic values of the wrong sign, receptor or synapse are refused', () => {
  const refused: readonly [object, RegExp][] = [
    [
      { synapse: 'exponential', initialSynaptic: { inhibitory: [0, 5] } },
      /initialSynaptic\.inhibitory\.1 is 5, but must be <= 0/,
    ],
    [
      { synapse: 'conductance', initialSynaptic: { excitatory: -1 } },
      /initialSynaptic\.excitatory is -1, but must be >= 0/,
    ],
    [
      { synapse: 'conductance', initialSynaptic: { nmda: 1 } },
      /initialSynaptic\.nmda names no receptor of the neurons; receptors: exc/,
    ],
    [
      { initialSynaptic: { excitatory: 1 } },
      /initialSynaptic\.excitatory is for synapses with a current or conductance/,
    ],
  ];
  for (const [params, message] of refused)
    assert.throws(() => new Network({ seed: 1 }).population('p', lif({ size: 2, ...params })), message);
});

test.run();
