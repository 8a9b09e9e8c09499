import type { Distribution } from '../../../core/declare/distribution.ts';
import { Network } from '../../../core/network.ts';
import { lif } from '../../../neurons/lif.ts';
import { poisson } from '../../../neurons/stimuli/poisson.ts';
import type { Benchmark, FigureOptions } from '../figure.ts';
import { cpuMs, timed } from '../statistics.ts';

interface SparseOptions extends FigureOptions {
  readonly neurons: number;
  readonly inDegree: number;
  readonly precision: 'f32' | 'f64';
  readonly weight: Distribution;
  readonly events: number;
}

/**
 * Of a static sparse projection with fixed in-degree: ns per synaptic event below threshold, build time, and memory by what it
 * grows with: bytes a synapse, and bytes a presynaptic neuron (where its row starts).
 */
export function measureSparse({ neurons, inDegree, precision, weight, events }: SparseOptions) {
  const net = new Network({ seed: 1 });
  const input = net.population('input', poisson({ size: neurons, rate: 10 }));
  const output = net.population('output', lif({ size: neurons, threshold: 1e9, precision }));
  const before = net.arena.usedBytes;
  const connect = { inDegree: { k: inDegree, weight } };
  const name = 'synapses';
  const buildSeconds = cpuMs(() => net.projection(input, output, { name, connect, delay: 1 })) / 1000;
  const { edges } = net.projections.get(name)!;
  const bytes = net.arena.usedBytes - before;
  const bytesPerRow = edges.starts!.byteLength / neurons;
  const bytesPerSynapse = (bytes - edges.starts!.byteLength) / edges.count;
  const duration = (events / (neurons * 10 * inDegree)) * 1000;
  net.run(Math.min(duration, 50));
  const ms = timed(
    3,
    () => net,
    () => net.run(duration),
  );
  return { nsPerEvent: (ms * 1e6) / events, bytes, bytesPerSynapse, bytesPerRow, buildSeconds, synapses: edges.count };
}

/** Ways to store weights. */
export const KINDS = {
  'f64 weights': { precision: 'f64', weight: { uniform: [0, 1] } },
  'f32 weights': { precision: 'f32', weight: { uniform: [0, 1] } },
  'equal weights': { precision: 'f64', weight: 0.1 },
} as const;

export const sparse: Benchmark = {
  title: 'Sparse: fixed in-degree 1,000, static',
  measure: (options) =>
    (options.tiny ? [1000] : [1000, 10_000]).flatMap((neurons) =>
      Object.entries(KINDS).map(([kind, { precision, weight }]) => ({
        name: `${neurons.toLocaleString('en')} neurons, ${kind}`,
        value: measureSparse({
          ...options,
          neurons,
          inDegree: options.tiny ? 10 : 1000,
          precision,
          weight,
          events: options.tiny ? 1e4 : 1e8,
        }).nsPerEvent,
        unit: 'ns/event',
      })),
    ),
};
