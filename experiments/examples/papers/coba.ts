/**
 * Vogels & Abbott 2005, doi:10.1523/JNEUROSCI.3508-05.2005; as benchmark 1 of Brette et al. 2007, doi:10.1007/s10827-007-0038-6: the network of cuba.ts
 * with synaptic conductances that decay in 5 ms (excitatory) and 10 ms (inhibitory).
 * Run: node dist/experiments/examples/papers/coba.js
 * Expect: 21 Hz after the first 200 ms, CV of the intervals 1.6. With 5 ms for both conductances and doubled inhibition: 25 Hz, CV 1.1, 0.4 of the computing time
 *
 * Potentials are relative to -60 mV, the resting and reset potential of the published neurons.
 */
import { runIfMain } from '../support.ts';
import { runVogelsAbbott } from './cuba.ts';

/** Runs the network. @param tauSyn time constants of the synaptic conductances, ms; default: published values */
export function main(duration = 1000, tauSyn = { excitatory: 5, inhibitory: 10 }, inhibition = 67) {
  const neuron = {
    tau: 20,
    capacitance: 200,
    current: 200, // drives the potential to -40 mV, which sustains the activity
    synapse: 'conductance',
    tauSyn,
    reversalExc: 60,
    reversalInh: -20,
  } as const;
  return runVogelsAbbott({ neuron, weights: { exc: 6, inh: -inhibition }, delay: 0.1 }, duration, duration / 5);
}

runIfMain(import.meta.url, () => main());
