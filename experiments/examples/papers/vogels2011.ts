/**
 * Vogels, Sprekeler, Zenke, Clopath & Gerstner 2011, doi:10.1126/science.1211095: inhibitory plasticity brings excitatory neurons to a target rate, and the network
 * to an asynchronous irregular state.
 * Run: node dist/experiments/examples/papers/vogels2011.js
 * Expect: excitatory neurons at 157 Hz in the first 200 ms and 14 Hz in the last 400 ms, on the way to 3 Hz; mean inhibitory weight 1.5 nS
 *
 * Parameters are those of Brian2's port (10,000 neurons, connected with probability 0.02, synaptic time constants of 5 and 10 ms, eta 0.01 nS, target 3 Hz), with a
 * twentieth of the neurons, twenty times the probability (equal in-degrees), and for 2 s. The published size is `main({ neurons: 10_000, duration: 10_000 })`.
 */
import { ideal, lif, Network, vogelsInhibitory } from '../../index.ts';
import { measureRateAndIrregularity, runIfMain } from '../support.ts';

const IN_DEGREE = 200; // mean number of inputs per neuron
const W_MAX = 100; // nS
const ETA = 0.01; // nS

export function main({ neurons = 500, duration = 2000 } = {}) {
  const net = new Network({ seed: 1 });
  const exc = Math.round(0.8 * neurons);
  const createCells = (size: number) =>
    lif({
      size,
      tau: 20,
      capacitance: 200,
      threshold: 10,
      refractory: 5,
      current: 200,
      initial: { uniform: [0, 10] },
      synapse: 'conductance',
      tauSyn: { excitatory: 5, inhibitory: 10 },
      reversalExc: 60,
      reversalInh: -20,
    });
  const e = net.population('e', createCells(exc));
  const i = net.population('i', createCells(neurons - exc));
  const connection = (weight: number) => ({ connect: { probability: { p: IN_DEGREE / neurons, weight } }, delay: 0.1 });
  net.projection(e, e, connection(0.3));
  net.projection(e, i, connection(0.3));
  net.projection(i, i, { ...connection(3), receptor: 'inhibitory' });
  const learning = net.projection(i, e, {
    ...connection(0),
    receptor: 'inhibitory',
    device: ideal({ wMin: 0, wMax: W_MAX }),
    rule: vogelsInhibitory({ rate: ETA / W_MAX, targetRate: 3, tau: 20, order: 'deliverThenDepress' }),
  });

  const spikes = net.recordSpikes([e]);
  net.run(duration);
  const trains = spikes.trains('e');
  const { weight } = learning.synapses();
  const found = {
    first: measureRateAndIrregularity(trains, 0, 0.1 * duration),
    last: measureRateAndIrregularity(trains, 0.8 * duration, duration),
    inhibition: weight.reduce((a, b) => a + b, 0) / weight.length,
  };
  console.log(
    `excitatory neurons: ${found.first.rate.toFixed(1)} Hz in the first tenth, ${found.last.rate.toFixed(1)} Hz in the last fifth (CV ${found.last.cv.toFixed(2)}); mean inhibitory weight ${found.inhibition.toFixed(1)} nS`,
  );
  return found;
}

runIfMain(import.meta.url, () => main());
