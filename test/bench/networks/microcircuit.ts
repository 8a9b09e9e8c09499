import { Network } from '../../../core/network.ts';
import { lif } from '../../../neurons/lif.ts';
import { KeptSpikes, type MakeBenchmarked } from './benchmarked.ts';

const MS = 10_000;
const BLOCK = 1000;
const SCALE = 0.1;
const NAMES = ['L23E', 'L23I', 'L4E', 'L4I', 'L5E', 'L5I', 'L6E', 'L6I'];
const FULL = [20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948];
/** Synapses a neuron from outside, at 8 Hz each: here their mean current. */
const EXTERNAL = [1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100];
/** Probabilities that a pair is connected; a row for each target. */
const PROBABILITIES = [
  [0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0, 0.0076, 0],
  [0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0, 0.0042, 0],
  [0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0],
  [0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0, 0.1057, 0],
  [0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0],
  [0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0],
  [0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252],
  [0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443],
];
const PA = 87.8;
const TAU_SYN = 0.5;
const STEP = 0.1; // of delays, windows and emission, ms

const sizes = FULL.map((n) => Math.round(SCALE * n));
const inhibitory = (k: number) => k % 2 === 1;

/** Number of synapses of the full model in which each source may connect repeatedly to a target, scaled with the targets. */
const countSynapses = (target: number, source: number) =>
  Math.round(-Math.log1p(-PROBABILITIES[target]![source]!) * FULL[source]! * FULL[target]! * SCALE);

/**
 * Potjans & Diesmann 2014 (doi:10.1093/cercor/bhs358): a square millimetre of early sensory cortex, with a tenth of its neurons, all their
 * 30 million synapses, and the mean of its external input as a constant current. Spikes are delivered in windows and leave on the
 * grid of the clocked counterpart, brian2/microcircuit.py.
 */
export const microcircuit: MakeBenchmarked = (seed) => {
  const net = new Network({ seed, delivery: { window: STEP }, emit: { grid: STEP } });
  const populations = NAMES.map((name, k) =>
    net.population(
      name,
      lif({
        size: sizes[k]!,
        tau: 10,
        capacitance: 250,
        threshold: 15,
        reset: 0,
        refractory: 2,
        current: EXTERNAL[k]! * 0.008 * TAU_SYN * PA,
        initial: { uniform: [0, 15] },
        synapse: 'exponential',
        tauSynExc: TAU_SYN,
        tauSynInh: TAU_SYN,
      }),
    ),
  );
  for (const [s, source] of populations.entries())
    for (const [t, target] of populations.entries()) {
      const n = countSynapses(t, s);
      if (n === 0) continue;
      const mean = inhibitory(s) ? -4 * PA : t === 0 && s === 2 ? 2 * PA : PA;
      const limit = inhibitory(s) ? { max: 0 } : { min: 0 };
      const late = inhibitory(s) ? 0.8 : 1.5;
      net.projection(source, target, {
        connect: { total: { n, weight: { normal: { mean, sd: Math.abs(0.1 * mean), ...limit } } } },
        delay: { normal: { mean: late, sd: late / 2, min: STEP / 2 }, step: STEP },
      });
    }
  const kept = net.recordSpikes(populations, new KeptSpikes());
  return {
    net,
    biological: MS,
    warmUp() {},
    run: () => void net.run(MS),
    counts() {
      net.flush();
      return Object.fromEntries(
        populations.map((of) => [`${of.name} (Hz)`, kept.between(0, MS, of) / of.size / (MS / 1000)]),
      );
    },
    blocks() {
      return Object.fromEntries(
        populations.map((of) => [
          `${of.name} (Hz)`,
          Array.from(
            { length: MS / BLOCK },
            (_, b) => kept.between(b * BLOCK, (b + 1) * BLOCK, of) / of.size / (BLOCK / 1000),
          ),
        ]),
      );
    },
  };
};
