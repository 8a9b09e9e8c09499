import { Network } from '../../../core/network.ts';
import { TICK } from '../../../core/time.ts';
import { lif } from '../../../neurons/lif.ts';
import { lateRate, type MakeBenchmarked } from './benchmarked.ts';

const EXC = 3200;
const INH = 800;
const MS = 1000;
const TAU = 20;
const CAPACITANCE = 250;
const PA_PER_MV = CAPACITANCE / TAU;

/**
 * CUBA network of Vogels & Abbott 2005 (Brette et al. 2007, doi:10.1007/s10827-007-0038-6, benchmark 2): LIF with
 * exponential currents, connected with probability 0.02 without delay (here the smallest there is on a cycle). Counterpart of
 * brian2/cuba.py; potentials here are counted from -60 mV, so that the resting potential of -49 mV is a constant current.
 */
export const cuba: MakeBenchmarked = (seed) => {
  const net = new Network({ seed });
  const size = EXC + INH;
  const neurons = net.population(
    'neurons',
    lif({
      size,
      tau: TAU,
      capacitance: CAPACITANCE,
      threshold: 10,
      reset: 0,
      refractory: 5,
      current: 11 * PA_PER_MV,
      initial: { uniform: [0, 10] },
      synapse: 'exponential',
      tauSynExc: 5,
      tauSynInh: 10,
    }),
  );
  const recurrent = (name: string, first: number, count: number, mV: number) =>
    net.projection(neurons, neurons, {
      name,
      sources: [first, count],
      connect: { probability: { p: 0.02, weight: mV * PA_PER_MV } },
      delay: TICK,
    });
  recurrent('exc', 0, EXC, 1.62);
  recurrent('inh', EXC, INH, -9);
  return lateRate(net, neurons, MS);
};
