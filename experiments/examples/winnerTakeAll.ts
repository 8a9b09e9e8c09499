/**
 * Winner-take-all learning: the two halves of the input are active in turn. Four neurons compete: the neuron that fires
 * first learns by the rectangular rule, and homeostasis prevents one neuron from always winning.
 * Expect: each neuron ends up with strong weights from one half and weak ones from the other, and each half has at least one neuron.
 * Source: Querlioz, Bichler, Dollfus & Gamrat 2013, doi:10.1109/TNANO.2013.2250995.
 */
import { exponential, lif, Network, poisson, postTriggered } from '../index.ts';
import { runIfMain } from './support.ts';

const HALF = 20; // number of inputs in each half
const NEURONS = 4;

export function main() {
  const net = new Network({ seed: 3 });
  const input = net.population('input', poisson({ size: 2 * HALF }));
  const output = net.population(
    'output',
    lif({ size: NEURONS, tau: 50, threshold: 6, refractory: 0, homeostasis: { gain: 0.5, minimum: 1 } }),
    { winnerTakeAll: { hold: 10 } },
  );
  const synapses = net.projection(input, output, {
    connect: { all: { weight: { uniform: [0.3, 0.7] } } },
    device: exponential({ gMin: 1e-8, alphaUp: 0.05, alphaDown: 0.03, betaUp: 3, betaDown: 0 }),
    rule: postTriggered({ window: 20 }),
  });
  for (let pattern = 0; pattern < 400; pattern++) {
    const first = pattern % 2 === 0;
    const rates = Array.from({ length: 2 * HALF }, (_, i) => (i < HALF === first ? 50 : 1)); // Hz
    net.change(input, (model) => model.setRates(rates));
    net.run(100);
  }
  const { weights } = synapses;
  const mean = (neuron: number, from: number) => {
    const half = Array.from({ length: HALF }, (_, i) => weights[(from + i) * NEURONS + neuron]!);
    return half.reduce((sum, w) => sum + w) / HALF;
  };
  const neurons = Array.from({ length: NEURONS }, (_, j) => ({ first: mean(j, 0), second: mean(j, HALF) }));
  for (const [j, { first, second }] of neurons.entries())
    console.log(
      `neuron ${j}: mean weight from the first half ${first.toFixed(2)}, from the second ${second.toFixed(2)}`,
    );
  return { neurons, spikes: output.spikes };
}

runIfMain(import.meta.url, main);
