/** LIF with delta currents against NEST's precise neuron: spike times within 1e-6 ms, potentials within 2e-6 mV. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Network } from '../../core/network.ts';
import { lif, spikeTrains } from '../../neurons/index.ts';
import { distance, Rows, reference } from '../support.ts';

interface Case {
  simulation_ms: number;
  parameters: Record<'C_m' | 'E_L' | 'I_e' | 'V_m' | 'V_reset' | 'V_th' | 't_ref' | 'tau_m', number>;
  inputs: { weight: number; delay_ms: number; spike_times_ms: number[] }[];
  outputs: { spike_times_ms: number[]; sample_times_ms: number[]; samples: { V_m: number[] } };
}

for (const name of ['iaf_psc_delta_ps_dc', 'iaf_psc_delta_ps_noise']) {
  test(name, () => {
    const c = reference<Case>(`nest/${name}.json`);
    const p = c.parameters;
    const net = new Network({ seed: 1 });
    const neuron = net.population(
      'neuron',
      lif({
        size: 1,
        tau: p.tau_m,
        capacitance: p.C_m,
        current: p.I_e,
        threshold: p.V_th - p.E_L,
        reset: p.V_reset - p.E_L,
        initial: p.V_m - p.E_L,
        refractory: p.t_ref,
      }),
    );
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
    const expected = c.outputs.samples.V_m.map((v) => v - p.E_L);
    assert.ok(distance(spikes.column('time'), c.outputs.spike_times_ms) < 1e-6);
    const sampled = samples.column('potential');
    assert.ok(distance(sampled, expected.slice(0, sampled.length)) < 2e-6);
    assert.ok(sampled.length >= expected.length - 1, `${sampled.length} of ${expected.length} samples`);
  });
}

test.run();
