/** LIF with delta currents against NEST's precise neuron: spike times within 1e-6 ms, potentials within 2e-6 mV. */
import { test } from 'uvu';
import { Network } from '../../core/network.ts';
import { lif } from '../../neurons/index.ts';
import { reference } from '../support.ts';
import { agrees, type Precise } from './precise.ts';

for (const name of ['iaf_psc_delta_ps_dc', 'iaf_psc_delta_ps_noise']) {
  test(name, () => {
    const c = reference<Precise<'C_m' | 'E_L' | 'I_e' | 'V_m' | 'V_reset' | 'V_th' | 't_ref' | 'tau_m'>>(
      `nest/${name}.json`,
    );
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
    agrees(net, neuron, c);
  });
}

test.run();
