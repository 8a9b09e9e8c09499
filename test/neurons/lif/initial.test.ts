/** Potentials at the start, one for each neuron: the same for all synapses. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { UserError } from '../../../core/declare/errors.ts';
import { Network } from '../../../core/network.ts';
import { lif } from '../../../neurons/index.ts';

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

test.run();
