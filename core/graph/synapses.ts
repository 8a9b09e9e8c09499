import type { Devices } from '../model.ts';
import { columnOf, type Edges, rowEnd, rowStart } from './edges.ts';
import type { Sources } from './sources.ts';

/** Synapses as columns of equal length, ascending in (delay, pre, post). */
export interface Synapses {
  /** Neuron of the source. */
  readonly pre: Uint32Array;
  /** Neuron of the target. */
  readonly post: Uint32Array;
  /** In the target's unit: mV, pA or nS. */
  readonly weight: Float64Array;
  /** Axonal, ms. */
  readonly delay: Float64Array;
  /** Of its device, S; NaN without one that has a conductance. */
  readonly conductance: Float64Array;
}

/** What has synapses. */
interface Wired {
  readonly edges: Edges;
  readonly delays: readonly number[];
  readonly dendriticDelay: number;
  readonly sources: Sources;
  readonly devices: Devices | null;
}

/** The synapses as they are at t, without the noise of reading. Changes nothing. */
export function synapsesAt({ edges, delays, dendriticDelay, sources, devices }: Wired, t: number): Synapses {
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
