import { type NeuronDynamics, PerNeuronPopulation } from '../../extend.ts';
import type { DeviceFactory, Edges, NeuronFactory } from '../../index.ts';

/**
 * Neurons whose membrane state is the state of a device. An input of weight w is an upward pulse of strength w. At the
 * threshold the neuron fires, and a downward pulse resets the device. Device non-idealities act on the neurons.
 */
export const deviceNeurons = (p: {
  readonly neuronCount: number;
  /** Device whose weight, 0 to 1, is the membrane state; relaxation of a volatile device is the leak. */
  readonly device: DeviceFactory;
  /** State at which the neuron fires, share of the range. */
  readonly threshold: number;
  readonly refractoryPeriod: number; // ms
  /** Strength of the reset pulse; 1 / `etaDown` (device parameter) resets a device to the lower end of its range. */
  readonly resetStrength: number;
}): NeuronFactory => ({
  kind: 'neurons',
  precision: 'f64',
  create: (context) => {
    const { arena } = context;
    const weights = arena.f64(p.neuronCount);
    const edges: Edges = {
      rows: p.neuronCount,
      columns: 1,
      count: p.neuronCount,
      weights,
      weight: 0,
      targets: null,
      starts: null,
      minWeight: 0,
      isOneToOne: false,
      hasDistinctTargets: true,
    };
    const devices = p.device.create({
      ...context,
      edges,
      transpose: null,
      hasRandomWeights: true,
      startsNearMidRange: false,
    });
    const silentUntil = arena.f64(p.neuronCount).fill(-Infinity);
    const strength = arena.f64(1);
    const applyPulse = (j: number, size: number, t: number) => {
      strength[0] = size;
      devices.pulseRow(j, strength, 1, 0, t);
    };
    const resetNeuron = (j: number, t: number, until: number) => {
      applyPulse(j, -p.resetStrength, t);
      silentUntil[j] = Math.max(until, silentUntil[j]!);
    };
    const stateOf = (j: number, t: number) => devices.weight(j, t);
    const dynamics: NeuronDynamics = {
      state: { ...devices.state, weights, silentUntil },
      receiveArrival(j, weight, _receptor, t) {
        if (t >= silentUntil[j]!) applyPulse(j, weight, t);
      },
      predictSpike: (j, t) => (t >= silentUntil[j]! && stateOf(j, t) >= p.threshold ? t : Infinity),
      postSpikeReset: (j, t) => resetNeuron(j, t, t + p.refractoryPeriod),
      inhibit: resetNeuron,
      resetDynamicState(j, t) {
        if (j === 0) devices.resetDynamicState(t);
        silentUntil[j] = -Infinity;
      },
      potential: stateOf,
      overshoot: (j, t) => stateOf(j, t) - p.threshold,
    };
    return new PerNeuronPopulation(p.neuronCount, dynamics, context);
  },
});
