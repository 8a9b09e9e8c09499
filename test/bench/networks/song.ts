import type { DeviceFactory } from '../../../core/factories.ts';
import { Network } from '../../../core/network.ts';
import { lif } from '../../../neurons/lif.ts';
import { poisson } from '../../../neurons/stimuli/poisson.ts';
import { exponential, ideal, linear, softBound } from '../../../synapses/devices/index.ts';
import { pairStdp } from '../../../synapses/rules/pairStdp.ts';
import { KeptSpikes, type MakeBenchmarked } from './benchmarked.ts';

const INPUTS = 1000;
const MS = 100_000;
const TAU = 10;
const CAPACITANCE = 250;
/** From the largest weight in mV (0.01 of the leak conductance × 57 mV of driving force) to pA. */
const W_MAX = (0.57 * CAPACITANCE) / TAU;

/** Devices over the same range of weights, with which the output fires about as often; all but `ideal` book energy, too. */
export const DEVICES: Readonly<Record<string, () => DeviceFactory>> = {
  ideal: () => ideal({ wMin: 0, wMax: W_MAX }),
  linear: () => linear({ weightAtGMax: W_MAX, etaUp: 1, etaDown: 1 }),
  softBound: () => softBound({ weightAtGMax: W_MAX, etaUp: 0.84, etaDown: 1 }),
  exponential: () => exponential({ weightAtGMax: W_MAX, alphaUp: 0.75, alphaDown: 1 }),
};

/** Devices that differ, and whose steps scatter. Their smallest conductance is 0. */
export const scattered = (): DeviceFactory =>
  softBound({ weightAtGMax: W_MAX, gMin: 0, etaUp: 0.84, etaDown: 1, deviceToDevice: 0.2, cycleToCycle: 0.1 });

/**
 * Song, Miller & Abbott 2000 (doi:10.1038/78829): STDP of Poisson inputs onto LIF neurons. Current-based counterpart of a
 * network with conductances, the same as in brian2/song.py: the driving force is held at 57 mV, its value halfway
 * between reset and threshold.
 */
export const song =
  (post: number, device = DEVICES.ideal!): MakeBenchmarked =>
  (seed) => {
    const net = new Network({ seed });
    const input = net.population('input', poisson({ size: INPUTS, rate: 15 }));
    const output = net.population(
      'output',
      lif({
        size: post,
        tau: TAU,
        capacitance: CAPACITANCE,
        threshold: 20,
        reset: 14,
        initial: 14,
        refractory: 0,
        synapse: 'exponential',
        tauSynExc: 5,
        tauSynInh: 5,
      }),
    );
    const synapses = net.projection(input, output, {
      connect: { all: { weight: { uniform: [0, W_MAX] } } },
      device: device(),
      rule: pairStdp({ aPlus: 0.01, aMinus: 0.0105, tauPlus: 20, tauMinus: 20 }),
    });
    net.recordSpikes([output], new KeptSpikes());
    return {
      net,
      biological: MS,
      warmUp() {},
      run: () => void net.run(MS),
      counts() {
        const weights = Array.from(synapses.edges.weights!);
        const seconds = MS / 1000;
        return {
          'input rate (Hz)': input.spikes / INPUTS / seconds,
          'output rate (Hz)': output.spikes / post / seconds,
          'mean weight': weights.reduce((sum, w) => sum + w, 0) / weights.length / W_MAX,
        };
      },
    };
  };
