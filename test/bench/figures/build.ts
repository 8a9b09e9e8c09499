import type { Connect } from '../../../core/graph/schema.ts';
import { Network } from '../../../core/network.ts';
import { lif } from '../../../neurons/lif.ts';
import { poisson } from '../../../neurons/stimuli/poisson.ts';
import type { Benchmark } from '../figure.ts';
import { cpuMs } from '../statistics.ts';

const WEIGHT = 0.1;

/** Population sizes: with in-degree 1,000, or the probability that gives as many, 1,000 synapses a neuron. */
const SIZES = { tiny: [1000], usual: [10_000], full: [10_000, 100_000] } as const;

export const build: Benchmark = {
  title: 'Build: equal weights',
  measure: ({ full, tiny }) =>
    SIZES[tiny ? 'tiny' : full ? 'full' : 'usual'].flatMap((size) => {
      const k = tiny ? 10 : 1000;
      const ways: Readonly<Record<string, Connect>> = {
        'fixed in-degree': { inDegree: { k, weight: WEIGHT } },
        'fixed probability': { probability: { p: k / size, weight: WEIGHT } },
      };
      return Object.entries(ways).map(([name, connect]) => {
        const net = new Network({ seed: 1 });
        const input = net.population('input', poisson({ size }));
        const output = net.population('output', lif({ size }));
        const ms = cpuMs(() => net.projection(input, output, { connect }));
        return { name: `${(k * size).toLocaleString('en')} synapses, ${name}`, value: ms / 1000, unit: 's' };
      });
    }),
};
