/**
 * Vogels & Abbott 2005, doi:10.1523/JNEUROSCI.3508-05.2005; as benchmark 1 of Brette et al. 2007, doi:10.1007/s10827-007-0038-6: the network of cuba.ts
 * with conductances of 5 and 10 ms.
 * Run: node dist/experiments/examples/papers/coba.js
 * Expect: 21 Hz after the first 200 ms, CV of the intervals 1.6; with 5 ms for both and twice the inhibition 25 Hz, CV 1.1, in 0.4 of the computing time
 *
 * Potentials are relative to -60 mV, the resting and reset potential of the published neurons.
 */
import { lif, Network } from '../../index.ts';
import { measureIrregularity, runIfMain } from '../support.ts';

const SIZES = { exc: 3200, inh: 800 };

/** @param tauSyn time constants of the synaptic conductances, ms; default: published values */
export function main(duration = 1000, tauSyn = { excitatory: 5, inhibitory: 10 }, inhibition = 67) {
  const net = new Network({ seed: 1 });
  const cells = net.population(
    'cells',
    lif({
      size: SIZES.exc + SIZES.inh,
      tau: 20,
      capacitance: 200,
      threshold: 10,
      refractory: 5,
      current: 200, // drives the potential to -40 mV, which sustains the activity
      initial: { uniform: [0, 10] },
      synapse: 'conductance',
      tauSyn,
      reversalExc: 60,
      reversalInh: -20,
    }),
  );
  for (const [name, sources, weight] of [
    ['exc', [0, SIZES.exc], 6],
    ['inh', [SIZES.exc, SIZES.inh], -inhibition],
  ] as const)
    net.projection(cells, cells, { name, sources, connect: { probability: { p: 0.02, weight } }, delay: 0.1 });

  const spikes = net.recordSpikes([cells]);
  net.run(duration);
  const found = measureIrregularity(spikes.trains('cells'), duration / 5, duration);
  console.log(`${found.rate.toFixed(2)} Hz, CV ${found.cv.toFixed(2)}`);
  return found;
}

runIfMain(import.meta.url, () => main());
