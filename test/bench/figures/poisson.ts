import { Network } from '../../../core/network.ts';
import { poisson as poissonModel } from '../../../neurons/stimuli/poisson.ts';
import type { Benchmark } from '../figure.ts';
import { timed } from '../statistics.ts';

const SIZE = 10_000;

export const poisson: Benchmark = {
  title: 'Poisson: 10,000 neurons',
  measure: ({ tiny }) =>
    (['equal rates', 'a rate each'] as const).map((kind) => {
      const spikes = tiny ? 1e4 : 2e7;
      const rate = kind === 'equal rates' ? 100 : Array.from({ length: SIZE }, (_, i) => 50 + (100 * i) / SIZE);
      const net = new Network({ seed: 1 });
      const input = net.population('input', poissonModel({ size: SIZE, rate }));
      net.run(10);
      const before = input.spikes;
      const ms = timed(
        1,
        () => net,
        () => net.run((spikes / (SIZE * 100)) * 1000),
      );
      return { name: kind, value: (ms * 1e6) / (input.spikes - before), unit: 'ns/spike' };
    }),
};
