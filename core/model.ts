import type { Edges } from './graph/edges.ts';
import type { State } from './kernels/arena.ts';
import type { DeviceUsage } from './usage.ts';

/**
 * What the engine asks of its parts. All state lies in `state` as typed arrays and is complete: a checkpoint saves it and
 * nothing else. Between events everything is advanced in closed form; `t` never decreases.
 */
export interface Stateful {
  readonly state: State;
  /** Called after `state` was loaded, where something is derived from it. */
  restored?(): void;
}

/** A population of neurons. At an instant the engine calls `cross`, then `receive` for every arrival, then `settle`. */
export interface NeuronModel extends Stateful {
  readonly size: number;
  /** Remarks on parameters without effect, one sentence each: warnings of a run. */
  readonly remarks?: readonly string[];
  /** Names of the receptors that a projection may choose from; none where the sign of a weight decides. */
  readonly receptors?: readonly string[];
  /** Whether `receive` takes rows of blocks whose weights are shared, and heeds their gates (`Edges.blocks`). */
  readonly takesBlocks?: boolean;
  /** The neurons that fired in the last `cross` or `settle`: the first `firedCount` elements, ascending. */
  readonly fired: Uint32Array;
  firedCount: number;
  /** Time of the population's own next event (a predicted threshold crossing); Infinity when it fires only at arrivals. */
  readonly next: number;
  /** Collects the neurons whose predicted crossing is due at t. */
  collectCrossings(t: number): void;
  /** Integrates one arrival, `factor` × the weights of `row`, without a threshold test. */
  receive(edges: Edges, row: number, factor: number, t: number): void;
  /** Tests every neuron touched since the last call once and collects those that reach threshold. */
  testThresholds(t: number): void;
  /** What a spike does to its own neuron: reset, refractoriness, adaptation. */
  postSpikeReset(neuron: number, t: number): void;
  /** Potential above threshold in mV, to choose the winner among neurons that reach it at one instant. */
  overshoot(neuron: number, t: number): number;
  /** Resets every potential and ignores arrivals before `until` (winner-take-all inhibition). */
  inhibit(t: number, until: number): void;
  /** The same for one of the equal groups that it was made with; missing where a part cannot be inhibited. */
  inhibitGroup?(group: number, t: number, until: number): void;
  /** Membrane potential in mV from rest. Reading never changes a result. */
  potential(neuron: number, t: number): number;
  /** Everything but what was learned goes back to rest, as after a long silence. */
  rest(t: number): void;
}

/** A population whose spikes come from outside. `emit` is called with room for a block and may look as far ahead as it likes. */
export interface StimulusModel extends Stateful {
  readonly size: number;
  /** Time of the first spike not yet emitted, Infinity at the end. */
  readonly next: number;
  /** Writes up to `capacity` further spikes, ascending in (time, neuron); returns how many. */
  emit(times: Float64Array, neurons: Uint32Array, capacity: number): number;
  /** Forgets what lies after t (already emitted or not) and goes on from t with the present parameters. */
  restart(t: number): void;
}

/** Short-term plasticity: the factor that an arrival's weight is multiplied by. */
export interface ShortTerm extends Stateful {
  /** Advances the terminal `row` by one arrival at t and returns its factor. */
  onPre(row: number, t: number): number;
  /** Where synapses of a terminal differ: a factor for each, by edge, which `arrive` sets for those of its row; missing where they do not. */
  readonly factors?: Float64Array | null;
  rest(): void;
}

/** A plasticity rule: when, which way and how strongly the synapses are pulsed. It never sees topology. */
export interface PlasticityRule extends Stateful {
  /** Whether an arrival pulses the synapses of its row (if not, arrivals can be noted in one go). */
  readonly pulsesAtArrival: boolean;
  /** Whether an arrival is delivered before the rule sees it; else it passes through the synapse that it has pulsed. */
  readonly deliversFirst?: boolean;
  /** Whether, of both at one instant, a spike that comes along the dendrite is seen before the arrivals. */
  readonly postFirst?: boolean;
  /** Factor of the strength of every pulse, 1 at first; it may be set between runs. Missing where it cannot be changed. */
  gain?: number;
  /** An arrival at presynaptic terminal `row`: read the other side's trace, pulse, then update the own trace. */
  onPre(row: number, t: number): void;
  /** A spike of postsynaptic neuron `column`. A pair at Δt = 0 changes nothing unless the rule says otherwise. */
  onPost(column: number, t: number): void;
  rest(t: number): void;
}

/** The devices of a projection, pulsed by its rule. Strength of synapse (row, column) is scale × trace of the other side. */
export interface Devices extends Stateful {
  readonly edges: Edges;
  /**
   * Pulses synapse (row, column) for every column of `row` with strength `scale * trace[column]`; the sign is the
   * direction. With `mu` the strength is multiplied by (1 - g)^mu upwards, g^mu downwards, g being the normalised weight.
   */
  pulseRow(row: number, trace: Float64Array, scale: number, mu: number, t: number): void;
  /** The same for every row of `column`, with strength `scale * trace[row]`. */
  pulseColumn(column: number, trace: Float64Array, scale: number, mu: number, t: number): void;
  /** Scales the weights of each postsynaptic neuron that were pulsed since the last call to this sum. No pulse, no energy. */
  normalise(sum: number, t: number): void;
  /** Whether weights change by pulses only, and not by themselves (relaxation, drift, noise of the read). */
  readonly isSteady: boolean;
  /**
   * Accounts for one read of all synapses of `row`; devices that are not steady put what is read at t into `edges`. `share`: of the
   * energy of a full read pulse, 1 if left out.
   */
  read(row: number, t: number, share?: number): void;
  /** Puts every weight as it is at t into `edges`. Changes nothing else. */
  refresh(t: number): void;
  /** Weight of a synapse at t, without the noise of reading. Changes nothing. */
  weight(edge: number, t: number): number;
  /** The arrays that the weight is the signed sum of, where there are several. */
  readonly sides?: readonly { readonly sign: 1 | -1; readonly devices: Devices }[];
  /** Conductance in S of a synapse at t, NaN for a device that has none. Changes nothing. */
  conductance(edge: number, t: number): number;
  /** Shows hidden synapses again; missing where none can be. */
  unmask?(): void;
  /** What passes between pulses (heat, short-term memory) is gone, as after a long silence; what was learned stays. */
  rest(t: number): void;
  /** The books up to now. */
  readonly usage: DeviceUsage;
  /** Pulses so far, and joules spent, of `accounts`. */
  readonly writes: number;
  readonly energy: DeviceUsage['energy'];
}

/** What a rule pulses: the devices themselves, or a modulator that stands before them. */
export type PulseTarget = Pick<Devices, 'edges' | 'pulseRow' | 'pulseColumn'>;

/** A third factor. It takes the pulses of the rule in place of the devices and decides what reaches those, and when. */
export interface Modulator extends PulseTarget, Stateful {
  /** A spike of modulating neuron `neuron` reaches the synapses. */
  modulate(neuron: number, t: number): void;
  /** Factor of what an arrival at presynaptic terminal `row` delivers; missing where it modulates learning only. */
  efficacy?(row: number, t: number): number;
  rest(t: number): void;
}
