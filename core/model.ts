import type { Edges } from './graph/edges.ts';
import type { StateArrays } from './kernels/arena.ts';
import type { DeviceUsage } from './usage.ts';

/**
 * Network component with state. `state` holds the complete state as typed arrays, which a checkpoint saves. Models
 * advance in closed form between events. The engine passes times `t`, ms, that never decrease from call to call.
 */
export interface Stateful {
  readonly state: StateArrays;
  /** Updates the values derived from `state`; called after a checkpoint was loaded into `state`. */
  onCheckpointLoaded?(): void;
}

/** Neuron model. At a tick, the engine calls `collectCrossings`, then `receiveArrival` per arrival, then `testThresholds`. */
export interface NeuronModel extends Stateful {
  readonly size: number;
  /** Warnings about parameters without effect, one sentence each. */
  readonly remarks?: readonly string[];
  /** Relative error per step of numerically integrated variables; undefined if potentials and spike times are exact. */
  readonly integrationTolerance?: number;
  /** True if the neurons only integrate: no threshold can be reached. */
  readonly neverFires?: boolean;
  /** Names of the receptors that a projection may select; undefined if the sign of a weight decides. */
  readonly receptors?: readonly string[];
  /** True if `receiveArrival` supports `Edges.blocks`: blocks of targets with shared weights, or one firing block per row. */
  readonly supportsEdgeBlocks?: boolean;
  /** Neurons that fired in the last `collectCrossings` or `testThresholds`: the first `firedCount` entries, ascending. */
  readonly fired: Uint32Array;
  firedCount: number;
  /** Time of the next predicted threshold crossing, ms; Infinity if neurons fire only at arrivals. */
  readonly nextSpikeTime: number;
  /** Collects neurons whose predicted crossing is due at t. */
  collectCrossings(t: number): void;
  /** Integrates one arrival, `factor` × the weights of `row`, without a threshold test. */
  receiveArrival(edges: Edges, row: number, factor: number, t: number): void;
  /** Tests each neuron that received input since the last call and collects neurons that reach threshold. */
  testThresholds(t: number): void;
  /** Applies the effects of a spike to its own neuron: reset, refractory period, adaptation. */
  postSpikeReset(neuron: number, t: number): void;
  /** Potential minus threshold, mV; selects the winner among neurons that reach threshold at one tick. */
  overshoot(neuron: number, t: number): number;
  /** Resets all potentials and ignores arrivals before `until`, ms (winner-take-all inhibition). */
  inhibit(t: number, until: number): void;
  /** Runs `inhibit` for one winner-take-all group; absent if the model supports no groups. */
  inhibitGroup?(group: number, t: number, until: number): void;
  /** Membrane potential relative to rest, mV. Reading changes no results. */
  potential(neuron: number, t: number): number;
  /** Resets the dynamic state; learned parameters are kept. */
  resetDynamicState(t: number): void;
}

/** Stimulus model. `emit` writes a block of spikes and may generate spikes far ahead of the clock. */
export interface StimulusModel extends Stateful {
  /** Number of spike sources. */
  readonly size: number;
  /** Time of the first spike not yet emitted, ms; Infinity after the last spike. */
  readonly nextSpikeTime: number;
  /** Writes up to `capacity` further spikes, ascending by (time, neuron). Returns the number of spikes. */
  emit(times: Float64Array, neurons: Uint32Array, capacity: number): number;
  /** Discards spikes after t, emitted or not, and continues from t with the current parameters. */
  restart(t: number): void;
}

/** Short-term plasticity: gives the factor by which the weight is multiplied at each arrival. */
export interface ShortTerm extends Stateful {
  /** Updates presynaptic terminal `row` for an arrival at t. Returns the factor of the delivered weight. */
  onPre(row: number, t: number): number;
  /** Factor per edge, which `onPre` sets for the edges of its row; undefined or null if all synapses of a terminal have equal factors. */
  readonly factors?: Float64Array | null;
  resetDynamicState(): void;
}

/** Plasticity rule: decides time, direction and strength of the pulses on the synapses, without access to the topology. */
export interface PlasticityRule extends Stateful {
  /** True if an arrival pulses the synapses of its row; if false, several arrivals can be processed in one call. */
  readonly pulsesAtArrival: boolean;
  /** True if an arrival is delivered before `onPre`; if false, it is delivered with the weights after the pulse. */
  readonly deliversFirst?: boolean;
  /** True if a spike along the dendrite is processed before arrivals of the same tick. */
  readonly postFirst?: boolean;
  /** Factor of the strength of all pulses, initially 1; it may be set between runs. Undefined if the rule does not support it. */
  gain?: number;
  /** Processes an arrival at presynaptic terminal `row`: reads postsynaptic traces, pulses, then updates the presynaptic trace. */
  onPre(row: number, t: number): void;
  /** Processes a spike of postsynaptic neuron `column`. By default, a pair at Δt = 0 causes no pulse. */
  onPost(column: number, t: number): void;
  resetDynamicState(t: number): void;
}

/** Devices of a projection, pulsed by its rule with strength `scale` × trace of the neuron at the other end of the synapse. */
export interface Devices extends Stateful {
  readonly edges: Edges;
  /**
   * Pulses the synapses of `row` with strength `scale * trace[column]`; the sign is the direction. The strength is multiplied
   * by (1 - g)^mu for upward and g^mu for downward pulses, with g the normalised weight.
   */
  pulseRow(row: number, trace: Float64Array, scale: number, mu: number, t: number): void;
  /** Pulses the synapses of `column` with strength `scale * trace[row]`; `mu` as in `pulseRow`. */
  pulseColumn(column: number, trace: Float64Array, scale: number, mu: number, t: number): void;
  /**
   * Scales the weights of each postsynaptic neuron pulsed since the last call, so that they add up to `sum`. Uses
   * neither pulses nor energy.
   */
  normaliseWeights(sum: number, t: number): void;
  /** True if only pulses change weights; false with relaxation, drift or read noise. */
  readonly hasSteadyWeights: boolean;
  /**
   * Counts one read of the synapses of `row`. Unless `hasSteadyWeights`, devices also write the values read at t into `edges`.
   * @param energyFraction fraction of the energy of a full read pulse; default 1
   */
  readRow(row: number, t: number, energyFraction?: number): void;
  /** Writes all weights at t into `edges`. Changes no other state. */
  refreshWeights(t: number): void;
  /** Weight of a synapse at t, without read noise. Changes no state. */
  weight(edge: number, t: number): number;
  /** Device arrays whose signed sum is the weight; undefined for a single array. */
  readonly signedArrays?: readonly { readonly sign: 1 | -1; readonly devices: Devices }[];
  /** Conductance of a synapse at t, S; NaN for a device without a conductance. Changes no state. */
  conductance(edge: number, t: number): number;
  /** Ends the masking of synapses, so that all are read and pulsed again; absent if the devices have no masking. */
  unmaskSynapses?(): void;
  /** Resets the dynamic state (heat, short-term memory); learned weights are kept. */
  resetDynamicState(t: number): void;
  readonly usage: DeviceUsage;
  /** Cumulative number of pulses, as in `usage`. */
  readonly writes: number;
  /** Cumulative energy of pulses and reads, J, as in `usage`. */
  readonly energy: DeviceUsage['energy'];
}

/** Target of a rule's pulses: devices, or a modulator in front of them. */
export type PulseTarget = Pick<Devices, 'edges' | 'pulseRow' | 'pulseColumn'>;

/** Modulator (third factor): decides which pulses of the rule reach the devices, and when, or scales the delivered weights. */
export interface Modulator extends PulseTarget, Stateful {
  /** Processes a spike of a modulating neuron that reaches the synapses. */
  modulate(modulatingNeuron: number, t: number): void;
  /** Factor of the delivered weights at presynaptic terminal `row`; undefined if only learning is modulated. */
  efficacy?(row: number, t: number): number;
  resetDynamicState(t: number): void;
}
