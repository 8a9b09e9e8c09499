import { LazyNeurons, type Membrane } from '../../extend.ts';
import type { DeviceFactory, Edges, NeuronFactory } from '../../index.ts';

export interface DeviceNeurons {
  readonly size: number;
  /** In its volatile mode it forgets, as a membrane does; weights from 0 to 1. */
  readonly device: DeviceFactory;
  /** State at which it fires, as a share of the range. */
  readonly threshold: number;
  /** ms. */
  readonly refractory: number;
  /** Strength of the pulse that takes a device down to the end of its range. */
  readonly reset: number;
}

/**
 * Neurons that are memristors: an arrival of weight w is an upward pulse of strength w on the neuron's device, which relaxes by itself if it is volatile; at the
 * threshold the neuron fires, and a downward pulse resets it. All that is wrong with devices is wrong with these neurons.
 */
export const deviceNeurons = (p: DeviceNeurons): NeuronFactory => ({
  kind: 'neurons',
  precision: 'f64',
  create: (context) => {
    const { arena } = context;
    const edges: Edges = {
      ...{
        rows: p.size,
        columns: 1,
        count: p.size,
        weights: arena.f64(p.size),
        weight: 0,
        targets: null,
        starts: null,
      },
      ...{ least: 0, identity: false, distinct: true },
    };
    const devices = p.device.create({ ...context, edges, transpose: null, drawn: true, centred: false });
    const deafUntil = arena.f64(p.size).fill(-Infinity);
    const strength = arena.f64(1);
    const pulse = (j: number, size: number, t: number) => {
      strength[0] = size;
      devices.pulseRow(j, strength, 1, 0, t);
    };
    const clamp = (j: number, t: number, until: number) => {
      pulse(j, -p.reset, t);
      deafUntil[j] = Math.max(until, deafUntil[j]!);
    };
    const state = (j: number, t: number) => devices.weight(j, t);
    const membrane: Membrane = {
      state: { ...devices.state, weights: edges.weights!, deafUntil },
      receive(j, weight, _receptor, t) {
        if (t >= deafUntil[j]!) pulse(j, weight, t);
      },
      next: (j, t) => (t >= deafUntil[j]! && state(j, t) >= p.threshold ? t : Infinity),
      spike: (j, t) => clamp(j, t, t + p.refractory),
      hold: clamp,
      rest(j, t) {
        if (j === 0) devices.rest(t);
        deafUntil[j] = -Infinity;
      },
      potential: state,
      margin: (j, t) => state(j, t) - p.threshold,
    };
    return new LazyNeurons(p.size, membrane, context);
  },
});
