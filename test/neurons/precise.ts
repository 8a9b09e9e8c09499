import * as assert from 'uvu/assert';
import type { Neurons } from '../../core/graph/population.ts';
import type { Network } from '../../core/network.ts';
import { spikeTrains } from '../../neurons/index.ts';
import { distance, Rows } from '../support.ts';

/** A neuron of NEST's that knows the time of its spikes precisely, and what it did. */
export interface Precise<P extends string> {
  simulation_ms: number;
  parameters: Record<P | 'E_L', number>;
  inputs: { weight: number; delay_ms: number; spike_times_ms: number[] }[];
  outputs: { spike_times_ms: number[]; sample_times_ms: number[]; samples: { V_m: number[] } };
}

/** The same input gives spike times within 1e-6 ms and potentials within 2e-6 mV. */
export function agrees<P extends string>(net: Network, neuron: Neurons, c: Precise<P>): void {
  c.inputs.forEach((input, i) => {
    const source = net.population(`input${i}`, spikeTrains({ trains: [input.spike_times_ms] }));
    net.projection(source, neuron, { connect: { list: [[0, 0, input.weight]] }, delay: input.delay_ms });
  });
  const spikes = new Rows();
  const samples = new Rows();
  net.recordSpikes([neuron], spikes);
  net.recordPotential(neuron, [0], { times: c.outputs.sample_times_ms }, samples);
  net.run(c.simulation_ms);
  net.flush();
  const expected = c.outputs.samples.V_m.map((v) => v - c.parameters.E_L);
  assert.ok(distance(spikes.column('time'), c.outputs.spike_times_ms) < 1e-6);
  const sampled = samples.column('potential');
  assert.ok(distance(sampled, expected.slice(0, sampled.length)) < 2e-6);
  assert.ok(sampled.length >= expected.length - 1, `${sampled.length} of ${expected.length} samples`);
}
