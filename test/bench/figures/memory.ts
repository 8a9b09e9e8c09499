import { Network, type ProjectionOptions } from '../../../core/network.ts';
import { lif } from '../../../neurons/lif.ts';
import { poisson } from '../../../neurons/stimuli/poisson.ts';
import { exponential, ideal } from '../../../synapses/devices/stepDevices.ts';
import { pairStdp } from '../../../synapses/rules/pairStdp.ts';
import { postTriggered } from '../../../synapses/rules/postTriggered.ts';
import type { Benchmark, Figure } from '../figure.ts';

type Precision = 'f32' | 'f64';
const LARGE = 100_000;
const PRE = 1000;
const POST = 2000;
const static_ = { uniform: [0, 1] } as const;

const SYNAPSES: Readonly<Record<string, readonly [Precision, ProjectionOptions]>> = {
  'sparse static, f64': ['f64', { connect: { inDegree: { k: 500, weight: static_ } } }],
  'sparse static, f32': ['f32', { connect: { inDegree: { k: 500, weight: static_ } } }],
  'sparse static, equal weights': ['f64', { connect: { inDegree: { k: 500, weight: 0.1 } } }],
  'sparse plastic (ideal, pair STDP), f64': [
    'f64',
    { connect: { inDegree: { k: 500, weight: static_ } }, device: ideal({}), rule: pairStdp({}) },
  ],
  'dense static, f32': ['f32', { connect: { all: { weight: static_ } } }],
  'dense plastic (exponential, post-triggered), f32': [
    'f32',
    { connect: { all: { weight: static_ } }, device: exponential({}), rule: postTriggered({}) },
  ],
  'dense plastic (ideal, pair STDP), f64': [
    'f64',
    { connect: { all: { weight: static_ } }, device: ideal({}), rule: pairStdp({}) },
  ],
};

function bytesPerNeuron(precision: Precision, synapse: 'delta' | 'exponential'): number {
  const net = new Network({ seed: 1 });
  net.population('output', lif({ size: LARGE, precision, synapse }));
  return net.arena.usedBytes / LARGE;
}

function bytesPerSynapse(precision: Precision, options: ProjectionOptions): number {
  const net = new Network({ seed: 1 });
  const input = net.population('input', poisson({ size: PRE }));
  const output = net.population('output', lif({ size: POST, precision }));
  const before = net.arena.usedBytes;
  const { edges } = net.projection(input, output, options);
  return (net.arena.usedBytes - before) / edges.count;
}

export const memory: Benchmark = {
  title: 'Memory (arrays of the network; a population of at most 65,536 has 16-bit targets)',
  measure: (): Figure[] => [
    { name: 'neuron, lif delta, f64', value: bytesPerNeuron('f64', 'delta'), unit: 'bytes' },
    { name: 'neuron, lif delta, f32', value: bytesPerNeuron('f32', 'delta'), unit: 'bytes' },
    { name: 'neuron, lif exponential, f64', value: bytesPerNeuron('f64', 'exponential'), unit: 'bytes' },
    ...Object.entries(SYNAPSES).map(([name, [precision, connection]]) => ({
      name: `synapse, ${name}`,
      value: bytesPerSynapse(precision, connection),
      unit: 'bytes',
    })),
  ],
};
