/**
 * Song, Miller & Abbott 2000, doi:10.1038/78829: additive STDP of 1,000 Poisson inputs to one neuron with conductances makes synapses either
 * strong or weak, and stabilises the rate of the neuron.
 * Run: node dist/experiments/examples/papers/song2000.js
 * Expect: 17 Hz in the second half; of the initially uniform weights, 22 % end below a tenth of the maximum and 18 % above nine tenths
 *
 * Parameters are those of Brian2's tutorial: tau 10 ms, rest -74 mV, threshold -54 mV, reset -60 mV, E 0 mV, conductances up to 0.01 of the leak. The
 * device is `ideal`; any other device can replace it.
 */
import { ideal, lif, Network, pairStdp, poisson } from '../../index.ts';
import { runIfMain } from '../support.ts';

const INPUTS = 1000;
const W_MAX = 0.01; // nS; the leak conductance is 1 nS

export function main(duration = 100_000) {
  const net = new Network({ seed: 1 });
  const input = net.population('input', poisson({ size: INPUTS, rate: 15 }));
  const output = net.population(
    'output',
    lif({
      size: 1,
      tau: 10,
      capacitance: 10,
      threshold: 20,
      reset: 14,
      initial: 14,
      refractory: 0,
      synapse: 'conductance',
      tauSyn: 5,
      reversalExc: 74,
    }),
  );
  const synapses = net.projection(input, output, {
    connect: { all: { weight: { uniform: [0, W_MAX] } } },
    device: ideal({ wMin: 0, wMax: W_MAX }),
    rule: pairStdp({ aPlus: 0.01, aMinus: 0.0105, tauPlus: 20, tauMinus: 20 }),
  });
  const spikes = net.recordSpikes([output]);
  net.run(duration);

  const [train] = spikes.trains('output');
  const { weight } = synapses.synapses();
  const share = (within: (w: number) => boolean) => weight.filter((w) => within(w / W_MAX)).length / INPUTS;
  const late = train!.filter((t) => t > duration / 2).length / (duration / 2000);
  const found = {
    rate: late,
    weak: share((w) => w < 0.1),
    middle: share((w) => w > 0.4 && w < 0.6),
    strong: share((w) => w > 0.9),
  };
  console.log(
    `${late.toFixed(1)} Hz in the second half; weights below 0.1 of the maximum ${found.weak}, between 0.4 and 0.6 ${found.middle}, above 0.9 ${found.strong}`,
  );
  return found;
}

runIfMain(import.meta.url, () => main());
