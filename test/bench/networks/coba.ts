import { Network } from '../../../core/network.ts';
import { TICK } from '../../../core/time.ts';
import { lif } from '../../../neurons/lif.ts';
import { lateRate, type MakeBenchmarked } from './benchmarked.ts';

const EXC = 3200;
const INH = 800;
const MS = 1000;

/**
 * COBA network of Vogels & Abbott 2005 (doi:10.1523/JNEUROSCI.3508-05.2005; Brette et al. 2007, benchmark 1) with LIF neurons:
 * exponential conductances of 5 ms and `tauInh`, connected with probability 0.02 without delay (here the smallest there is on a
 * cycle). Counterpart of brian2/coba.py.
 */
export const coba =
  (tauInh: 5 | 10): MakeBenchmarked =>
  (seed) => {
    const net = new Network({ seed });
    const neurons = net.population(
      'neurons',
      lif({
        size: EXC + INH,
        tau: 20,
        capacitance: 200,
        threshold: 10,
        reset: 0,
        refractory: 5,
        current: 200,
        initial: { uniform: [0, 10] },
        synapse: 'conductance',
        tauSyn: tauInh === 5 ? 5 : { excitatory: 5, inhibitory: tauInh },
        reversalExc: 60,
        reversalInh: -20,
      }),
    );
    const recurrent = (name: string, first: number, count: number, weight: number) =>
      net.projection(neurons, neurons, {
        name,
        sources: [first, count],
        connect: { probability: { p: 0.02, weight } },
        delay: TICK,
      });
    recurrent('exc', 0, EXC, 6);
    recurrent('inh', EXC, INH, -670 / tauInh);
    return lateRate(net, neurons, MS);
  };
