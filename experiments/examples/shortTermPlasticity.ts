/**
 * Short-term plasticity and paired-pulse facilitation: a depressing and a facilitating synapse receive ten spikes at
 * 20 Hz; the efficacy (weight × u x) is recorded at each arrival.
 * Expect: 0.5, 0.265, 0.155 … (depression) and 0.15, 0.239, 0.273 … with a paired-pulse ratio of 1.592 (facilitation).
 * Source: Tsodyks, Pawelzik & Markram 1998, doi:10.1162/089976698300017502.
 */
import { lif, Network, spikeTrains, tsodyksMarkram } from '../index.ts';
import { runIfMain } from './support.ts';

const SYNAPSES = {
  depressing: tsodyksMarkram({ U: 0.5, tauRec: 800, tauFacil: 0 }),
  facilitating: tsodyksMarkram({ U: 0.15, tauRec: 130, tauFacil: 530 }),
};

function measureEfficacies(shortTerm: (typeof SYNAPSES)['depressing']): readonly number[] {
  const net = new Network({ seed: 1 });
  const input = net.population('input', spikeTrains({ trains: [Array.from({ length: 10 }, (_, i) => 10 + 50 * i)] }));
  const target = net.population('target', lif({ size: 1 }));
  const synapse = net.projection(input, target, { connect: { all: { weight: 1 } }, shortTerm });
  const rows = net.recordWeights(synapse, { on: 'pre' });
  net.run(1000);
  return rows.column('efficacy');
}

export function main() {
  const depressing = measureEfficacies(SYNAPSES.depressing);
  const facilitating = measureEfficacies(SYNAPSES.facilitating);
  const pairedPulseRatio = facilitating[1]! / facilitating[0]!;
  console.log(`depressing    ${depressing.map((e) => e.toFixed(3)).join(' ')}`);
  console.log(`facilitating  ${facilitating.map((e) => e.toFixed(3)).join(' ')}`);
  console.log(`paired-pulse ratio of the facilitating synapse: ${pairedPulseRatio.toFixed(3)}`);
  return { depressing, facilitating, pairedPulseRatio };
}

runIfMain(import.meta.url, main);
