/**
 * Vogels & Abbott 2005, doi:10.1523/JNEUROSCI.3508-05.2005; as benchmark 2 of Brette et al. 2007, doi:10.1007/s10827-007-0038-6: 3,200 excitatory and
 * 800 inhibitory LIF neurons with exponential currents sustain irregular activity without input.
 * Run: node dist/experiments/examples/papers/cuba.js
 * Expect: 5.4 Hz after the first 200 ms (Brian2 with other random connections: 5.6 Hz); in a run of 5 s, 5.5 Hz and CV of the intervals 0.69.
 *
 * Potentials are relative to -60 mV, the published reset potential; a constant current gives the published resting potential of -49 mV.
 */
import { lif, Network } from '../../index.ts';
import { measureRateAndIrregularity, runIfMain } from '../support.ts';

const SIZES = { exc: 3200, inh: 800 };

interface Variant {
  readonly neuron: Omit<Parameters<typeof lif>[0], 'size'>;
  readonly weights: { readonly exc: number; readonly inh: number };
  readonly delay: number;
}

/** Runs the network for `duration` ms; returns rate and CV of the intervals after `startTime` ms. */
export function runVogelsAbbott({ neuron, weights, delay }: Variant, duration: number, startTime: number) {
  const net = new Network({ seed: 1 });
  const cells = net.population(
    'cells',
    lif({ ...neuron, size: SIZES.exc + SIZES.inh, threshold: 10, refractory: 5, initial: { uniform: [0, 10] } }),
  );
  const connect = (weight: number) => ({ probability: { p: 0.02, weight } });
  net.projection(cells, cells, { name: 'exc', sources: [0, SIZES.exc], connect: connect(weights.exc), delay });
  net.projection(cells, cells, { name: 'inh', sources: [SIZES.exc, SIZES.inh], connect: connect(weights.inh), delay });

  const spikes = net.recordSpikes([cells]);
  net.run(duration);
  const found = measureRateAndIrregularity(spikes.trains('cells'), startTime, duration);
  console.log(`${found.rate.toFixed(2)} Hz, CV ${found.cv.toFixed(2)}`);
  return found;
}

const TAU = 20; // ms; the capacitance is the same number, so that the resistance is 1 GΩ and pA are mV
const neuron = {
  tau: TAU,
  capacitance: TAU,
  current: 11,
  synapse: 'exponential',
  tauSynExc: 5,
  tauSynInh: 10,
} as const;

export const main = (duration = 1000) =>
  runVogelsAbbott({ neuron, weights: { exc: 1.62, inh: -9 }, delay: 2 ** -26 }, duration, 200);

runIfMain(import.meta.url, () => main());
