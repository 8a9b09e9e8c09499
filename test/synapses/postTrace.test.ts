/** The rule of the post-triggered trace: its equation, and the same bits however its arrivals are handed over. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../core/network.ts';
import { lif, poisson, spikeTrains } from '../../neurons/index.ts';
import { ideal } from '../../synapses/devices/index.ts';
import { postTrace } from '../../synapses/rules/index.ts';
import { KERNEL_SETS, type KernelSet, newNetwork } from '../core/kernels/oracle/index.ts';

const TAU = 5;

test('moves each synapse by rate times trace minus target; the latest arrival counts, one at the spike too', () => {
  const net = new Network({ seed: 1 });
  // Inputs 0 and 1 arrive before the spike at 12, which input 2 brings about; input 3 is silent.
  const input = net.population('input', spikeTrains({ trains: [[2, 9], [4], [12], []] }));
  const output = net.population('output', lif({ size: 1, tau: 1000, threshold: 1.35 }));
  const { edges } = net.projection(input, output, {
    connect: { all: { weight: 0.4 } },
    device: ideal({}),
    rule: postTrace({ rate: 0.1, target: 0.3, tau: TAU }),
  });
  net.run(20);
  assert.is(output.spikes, 1);
  const traces = [Math.exp(-3 / TAU), Math.exp(-8 / TAU), 1, 0];
  traces.forEach((x, i) => {
    assert.ok(Math.abs(edges.weights![i]! - (0.4 + 0.1 * (x - 0.3))) < 1e-12);
  });
});

function weights(kernels: KernelSet, oneByOne: boolean, cuts: readonly number[]): string {
  const net = newNetwork(kernels, { seed: 3 });
  const input = net.population('input', poisson({ size: 31, rate: 30 }));
  const output = net.population('output', lif({ size: 7, tau: 20, threshold: 4, precision: 'f32' }));
  const projection = net.projection(input, output, {
    connect: { all: { weight: { uniform: [0, 1] } } },
    device: ideal({}),
    rule: postTrace({ rate: 0.02, target: 0.1, tau: TAU }),
  });
  if (oneByOne) net.recordWeights(projection, { on: 'pre' }, { write() {} });
  for (const [i, cut] of cuts.entries()) net.run(cut - (cuts[i - 1] ?? 0));
  assert.ok(output.spikes > 500, 'the rule has something to do');
  return projection.edges.weights!.join();
}

// 6 s are 1,200 time constants: stored traces are brought back to scale 1 on the way.
test('arrivals in one go and one by one, in one run and in pieces, with the kernels and the oracle: the same bits', () => {
  const expected = weights('oracle', true, [6000]);
  for (const kernels of KERNEL_SETS) {
    for (const cuts of [[6000], [1.5, 2559, 2560, 2561.25, 4000, 6000]]) {
      assert.is(weights(kernels, false, cuts), expected);
      assert.is(weights(kernels, true, cuts), expected);
    }
  }
});

test.run();
