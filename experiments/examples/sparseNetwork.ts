/**
 * A sparse recurrent network after Brunel: 2,000 excitatory and 500 inhibitory neurons. Each neuron has 200 excitatory
 * and 50 inhibitory inputs and an external Poisson drive of 3 kHz. Inhibition dominates (g = 5): neurons fire
 * irregularly, at a low rate.
 * Expect: about 31 Hz, interspike intervals with a coefficient of variation of about 1.15 (Poisson process: 1).
 * Source: Brunel 2000, doi:10.1023/A:1008925309027 (here a quarter of its size, with synapses five times as strong).
 */
import { lif, Network, poisson } from '../index.ts';
import { measureRateAndIrregularity, runIfMain } from './support.ts';

const J = 0.5; // mV
const DURATION = 1000; // ms

export function main() {
  const net = new Network({ seed: 1 });
  const neuron = { tau: 20, threshold: 20, reset: 10, refractory: 2 };
  const excitatory = net.population('excitatory', lif({ size: 2000, ...neuron }));
  const inhibitory = net.population('inhibitory', lif({ size: 500, ...neuron }));
  for (const target of [excitatory, inhibitory]) {
    const drive = net.population(`drive-${target.name}`, poisson({ size: target.size, rate: 3000 }));
    net.projection(drive, target, { connect: { oneToOne: { weight: J } } });
    net.projection(excitatory, target, { connect: { inDegree: { k: 200, weight: J } }, delay: 1.5 });
    net.projection(inhibitory, target, { connect: { inDegree: { k: 50, weight: -5 * J } }, delay: 1.5 });
  }
  const spikes = net.recordSpikes([excitatory]);
  net.run(DURATION);

  const { rate, cv } = measureRateAndIrregularity(spikes.trains('excitatory'), 0, DURATION);
  console.log(`excitatory neurons fire at ${rate.toFixed(1)} Hz, CV of their intervals ${cv.toFixed(2)}`);
  return { rate, cv };
}

runIfMain(import.meta.url, main);
