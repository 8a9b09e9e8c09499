import type { Edges, Transpose } from './graph/edges.ts';
import type { Arena, Precision, State } from './kernels/arena.ts';
import type { Seed } from './random/random.ts';

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
  /** Names of the receptors that a projection may choose from; none where the sign of a weight decides. */
  readonly receptors?: readonly string[];
  /** The neurons that fired in the last `cross` or `settle`: the first `firedCount` elements, ascending. */
  readonly fired: Uint32Array;
  firedCount: number;
  /** Time of the population's own next event (a predicted threshold crossing); Infinity when it fires only at arrivals. */
  readonly next: number;
  /** Collects the neurons whose predicted crossing is due at t. */
  cross(t: number): void;
  /** Integrates one arrival, `factor` × the weights of `row`, without a threshold test. */
  receive(edges: Edges, row: number, factor: number, t: number): void;
  /** Tests every neuron touched since the last call once and collects those that reach threshold. */
  settle(t: number): void;
  /** What a spike does to its own neuron: reset, refractoriness, adaptation. */
  spike(neuron: number, t: number): void;
  /** Potential above threshold in mV, to choose the winner among neurons that reach it at one instant. */
  margin(neuron: number, t: number): number;
  /** Resets every potential and ignores arrivals before `until` (winner-take-all inhibition). */
  inhibit(t: number, until: number): void;
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
  arrive(row: number, t: number): number;
  rest(): void;
}

/** A plasticity rule: when, which way and how strongly the synapses are pulsed. It never sees topology. */
export interface PlasticityRule extends Stateful {
  /** Whether an arrival pulses the synapses of its row (if not, arrivals can be noted in one go). */
  readonly pulsesAtArrival: boolean;
  /** Factor of the strength of every pulse, 1 at first; it may be set between runs. Missing where it cannot be changed. */
  gain?: number;
  /** An arrival at presynaptic terminal `row`: read the other side's trace, pulse, then update the own trace. */
  arrive(row: number, t: number): void;
  /** A spike of postsynaptic neuron `column`. A pair at Δt = 0 changes nothing unless the rule says otherwise. */
  fire(column: number, t: number): void;
  rest(t: number): void;
}

/** What it took to bring devices to their initial weights by pulses. */
export interface Programmed {
  readonly pulses: number;
  /** Joules of these pulses and of the reads between them; NaN where devices have no conductance. */
  readonly energy: number;
  /** Devices that were not within the tolerance when their last pulse was spent. */
  readonly missed: number;
  /** Root mean square of what the weights lie beside the wanted ones, as a share of the range. */
  readonly error: number;
}

/** What of a write pulse nobody told: the number that stands for it, V and s. */
export interface AssumedPulse {
  readonly voltage?: number;
  readonly time?: number;
}

/** J of the circuits around a crossbar. */
export interface PeripheralEnergy {
  readonly rowReads: number;
  readonly columnReads: number;
  readonly writePulses: number;
}

/** What the devices of a projection did so far: it only grows. Joules are NaN where they have no conductance. */
export interface DeviceAccounts {
  /** How many there are: one a synapse, or several. */
  readonly devices: number;
  /** Devices that were read. */
  readonly reads: number;
  /** Pulses, upwards and downwards in what they do to the weight. */
  readonly writesUp: number;
  readonly writesDown: number;
  /** Pulses that were saved because the device was at the bound already (write on change), or hidden. */
  readonly skipped: number;
  /** Devices that saw a part of a write voltage meant for another one, once for each write. */
  readonly halfSelected: number;
  /** Synapses that are hidden at present. */
  readonly hidden: number;
  /** Devices stuck from the beginning, and worn out since. */
  readonly stuck: number;
  readonly wornOut: number;
  readonly energy: { readonly read: number; readonly write: number; readonly halfSelected: number };
  /** Null where the energy of writes is that of pulses which somebody told. */
  readonly assumed: AssumedPulse | null;
  /** Null where no cost is given. */
  readonly peripheral: PeripheralEnergy | null;
  /** Pulses that each device took, by edge (where a synapse has several: the first ones of all, then the second ones, …); null where that is not counted (nothing depends on it, and it was not asked for). */
  readonly wear: Uint32Array | null;
  /** Joules spent on the pulses of each device, without what they cost half-selected ones; null unless asked for. */
  readonly writeEnergies: Float64Array | null;
  /** Of each device: 0 it works, 1 stuck from the beginning, 2 worn out; null where none can be. */
  readonly failures: Uint8Array | null;
  /** What was spent before the first spike to bring the devices to their weights; null where these were there at once. */
  readonly programming: Programmed | null;
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
  readonly steady: boolean;
  /** Accounts for one read of all synapses of `row`; devices that are not steady put what is read at t into `edges`. */
  read(row: number, t: number): void;
  /** Puts every weight as it is at t into `edges`. Changes nothing else. */
  refresh(t: number): void;
  /** Weight of a synapse at t, without the noise of reading. Changes nothing. */
  weight(edge: number, t: number): number;
  /** Conductance in S of a synapse at t, NaN for a device that has none. Changes nothing. */
  conductance(edge: number, t: number): number;
  /** Shows hidden synapses again; missing where none can be. */
  reveal?(): void;
  /** What passes between pulses (heat, short-term memory) is gone, as after a long silence; what was learned stays. */
  rest(t: number): void;
  /** The books up to now. */
  readonly accounts: DeviceAccounts;
  /** Pulses so far, and joules spent, of `accounts`. */
  readonly writes: number;
  readonly energy: DeviceAccounts['energy'];
}

/** What a rule pulses: the devices themselves, or a modulator that stands before them. */
export type Pulsed = Pick<Devices, 'edges' | 'pulseRow' | 'pulseColumn'>;

/** A third factor. It takes the pulses of the rule in place of the devices and decides what reaches those, and when. */
export interface Modulator extends Pulsed, Stateful {
  /** A spike of modulating neuron `neuron` reaches the synapses. */
  modulate(neuron: number, t: number): void;
  rest(t: number): void;
}

/** What a model is made with. `name` is the path of its population or projection: its random streams are named after it. */
export interface ModelContext {
  readonly arena: Arena;
  readonly seed: Seed;
  readonly name: string;
}

/** A neuron or stimulus model with its parameters, ready to become a population. */
export interface NeuronFactory<M extends NeuronModel = NeuronModel> {
  readonly kind: 'neurons';
  readonly precision: Precision;
  create(context: ModelContext): M;
}
export interface StimulusFactory<M extends StimulusModel = StimulusModel> {
  readonly kind: 'stimulus';
  create(context: ModelContext): M;
}

/** The parts of a synapse with their parameters, ready to be put on the edges of a projection. */
export interface ShortTermContext extends ModelContext {
  /** Presynaptic terminals. */
  readonly rows: number;
}
export interface ShortTermFactory {
  create(context: ShortTermContext): ShortTerm;
}
export interface DeviceContext extends ModelContext {
  readonly edges: Edges;
  /** The post side of sparse edges, when a rule needs it. */
  readonly transpose: Transpose | null;
  /** Whether weights were drawn (and are clipped to the device's range) or given (and refused outside it). */
  readonly drawn: boolean;
  /** Whether pulses and joules are booked for each device, too. It changes no result, but takes time and memory. */
  readonly itemised?: boolean;
}
export interface DeviceFactory {
  create(context: DeviceContext): Devices;
}
export interface RuleContext extends ModelContext {
  readonly devices: Pulsed;
  /** The post side of sparse edges; null when they are dense. */
  readonly transpose: Transpose | null;
  readonly rows: number;
  readonly columns: number;
}
export interface RuleFactory {
  create(context: RuleContext): PlasticityRule;
}
export interface ModulatorContext extends ModelContext {
  readonly devices: Pulsed;
  readonly transpose: Transpose | null;
  /** Size of the modulating population. */
  readonly neurons: number;
}
export interface ModulatorFactory {
  create(context: ModulatorContext): Modulator;
}

/** What makes a model of each kind. */
export interface Factories {
  readonly neuron: NeuronFactory;
  readonly stimulus: StimulusFactory;
  readonly device: DeviceFactory;
  readonly rule: RuleFactory;
  readonly shortTerm: ShortTermFactory;
  readonly modulator: ModulatorFactory;
}
