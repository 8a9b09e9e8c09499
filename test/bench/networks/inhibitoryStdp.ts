import type { Neurons } from '../../../core/graph/population.ts';
import { Network } from '../../../core/network.ts';
import { lif } from '../../../neurons/lif.ts';
import { ideal } from '../../../synapses/devices/stepDevices.ts';
import { vogelsInhibitory } from '../../../synapses/rules/vogelsInhibitory.ts';
import { KeptSpikes, type MakeBenchmarked } from './benchmarked.ts';

const EXC = 8000;
const INH = 2000;
const IN_DEGREE = 200; // on average
const MS = 1000;
const ETA = 0.01; // nS
const LARGEST = 100; // nS

/**
 * Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011 (doi:10.1126/science.1211095): inhibitory plasticity balances a network of 10,000 LIF neurons
 * with conductances of 5 and 10 ms; the synapses that learn start at 0. Counterpart of brian2/inhibitory_stdp.py.
 */
export const inhibitoryStdp: MakeBenchmarked = (seed) => {
  const net = new Network({ seed });
  const of = (size: number) =>
    lif({
      size,
      tau: 20,
      capacitance: 200,
      threshold: 10,
      reset: 0,
      refractory: 5,
      current: 200,
      initial: { uniform: [0, 10] },
      synapse: 'conductance',
      tauSyn: { excitatory: 5, inhibitory: 10 },
      reversalExc: 60,
      reversalInh: -20,
    });
  const [e, i] = [net.population('e', of(EXC)), net.population('i', of(INH))];
  const drawn = (weight: number) => ({ connect: { probability: { p: IN_DEGREE / (EXC + INH), weight } }, delay: 0.1 });
  net.projection(e, e, drawn(0.3));
  net.projection(e, i, drawn(0.3));
  net.projection(i, i, { ...drawn(3), receptor: 'inhibitory' });
  const learning = net.projection(i, e, {
    ...drawn(0),
    receptor: 'inhibitory',
    device: ideal({ wMin: 0, wMax: LARGEST }),
    rule: vogelsInhibitory({ rate: ETA / LARGEST, targetRate: 3, tau: 20, order: 'deliverThenDepress' }),
  });
  const kept = net.recordSpikes([e, i], new KeptSpikes());
  return {
    net,
    biological: MS,
    warmUp() {},
    run: () => void net.run(MS),
    counts() {
      net.flush();
      const late = (of: Neurons) => kept.between(MS / 5, MS, of) / of.size / (0.0008 * MS);
      const weights = Array.from(learning.edges.weights!);
      return {
        'late excitatory rate (Hz)': late(e),
        'late inhibitory rate (Hz)': late(i),
        'mean inhibitory weight (nS)': weights.reduce((sum, w) => sum + w, 0) / weights.length,
      };
    },
  };
};
