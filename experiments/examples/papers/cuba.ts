/**
 * Vogels & Abbott 2005, doi:10.1523/JNEUROSCI.3508-05.2005; as benchmark 2 of Brette et al. 2007, doi:10.1007/s10827-007-0038-6: 3,200 excitatory and
 * 800 inhibitory LIF neurons with exponential currents sustain irregular activity without input.
 * Run: node dist/experiments/examples/papers/cuba.js
 * Expect: 5.4 Hz after the first 200 ms (another draw of the network in Brian2: 5.6 Hz); over 5 s 5.5 Hz, CV of the intervals 0.69.
 *
 * Potentials are relative to -60 mV, the published reset potential; a constant current gives the published resting potential of -49 mV.
 */
import { lif, Network } from '../../index.ts';
import { measureIrregularity, runIfMain } from '../support.ts';

const TAU = 20; // ms; the capacitance is the same number, so that the resistance is 1 GΩ and pA are mV
const SIZES = { exc: 3200, inh: 800 };

export function main(duration = 1000) {
  const net = new Network({ seed: 1 });
  const cells = net.population(
    'cells',
    lif({
      size: SIZES.exc + SIZES.inh,
      tau: TAU,
      capacitance: TAU,
      threshold: 10,
      refractory: 5,
      current: 11,
      initial: { uniform: [0, 10] },
      synapse: 'exponential',
      tauSynExc: 5,
      tauSynInh: 10,
    }),
  );
  for (const [name, sources, weight] of [
    ['exc', [0, SIZES.exc], 1.62],
    ['inh', [SIZES.exc, SIZES.inh], -9],
  ] as const)
    net.projection(cells, cells, { name, sources, connect: { probability: { p: 0.02, weight } }, delay: 2 ** -26 });

  const spikes = net.recordSpikes([cells]);
  net.run(duration);
  const found = measureIrregularity(spikes.trains('cells'), 200, duration);
  console.log(`${found.rate.toFixed(2)} Hz, CV ${found.cv.toFixed(2)}`);
  return found;
}

runIfMain(import.meta.url, () => main());
