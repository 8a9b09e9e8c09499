import type { Devices } from '../model.ts';
import { columnOf, type Edges, rowEnd, rowStart } from './edges.ts';
import type { Sources } from './sources.ts';

/** Synapses of a projection as arrays of equal length, ascending by (delay, pre, post). */
export interface Synapses {
  /** Index of the presynaptic neuron. */
  readonly pre: Uint32Array;
  /** Index of the postsynaptic neuron. */
  readonly post: Uint32Array;
  /** Weight in the target's unit: mV, pA or nS. */
  readonly weight: Float64Array;
  /** Axonal delay, ms. */
  readonly delay: Float64Array;
  /** Conductance of the device, S; NaN if the synapse has no device with a conductance. */
  readonly conductance: Float64Array;
}

/** Properties of a projection that `readSynapses` reads. */
interface SynapseSource {
  readonly edges: Edges;
  readonly delays: readonly number[];
  readonly dendriticDelay: number;
  readonly sources: Sources;
  readonly devices: Devices | null;
}

/** Reads weights and conductances of all synapses at t, without read noise. Changes no state. */
export function readSynapses({ edges, delays, dendriticDelay, sources, devices }: SynapseSource, t: number): Synapses {
  const { count } = edges;
  const [pre, post] = [new Uint32Array(count), new Uint32Array(count)];
  const [weight, delay] = [new Float64Array(count), new Float64Array(count)];
  const conductance = new Float64Array(count).fill(Number.NaN);
  for (let row = 0; row < edges.rows; row++) {
    const neuron = sources.neuron(row % sources.count);
    const axonal = delays[Math.floor(row / sources.count)]! - dendriticDelay;
    for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
      pre[k] = neuron;
      post[k] = columnOf(edges, row, k);
      weight[k] = devices?.weight(k, t) ?? edges.weights?.[k] ?? edges.weight;
      delay[k] = axonal;
      if (devices) conductance[k] = devices.conductance(k, t);
    }
  }
  return { pre, post, weight, delay, conductance };
}
