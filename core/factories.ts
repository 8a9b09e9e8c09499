import type { Edges, Transpose } from './graph/edges.ts';
import type { Inhibition } from './graph/inhibition.ts';
import type { Arena, Precision } from './kernels/arena.ts';
import type {
  Devices,
  Modulator,
  NeuronModel,
  PlasticityRule,
  PulseTarget,
  ShortTerm,
  StimulusModel,
} from './model.ts';
import type { Seed } from './random/random.ts';

/** Context in which a model is created. `name` is the path of its population or projection, used to name random streams. */
export interface ModelContext {
  readonly arena: Arena;
  readonly seed: Seed;
  readonly name: string;
  /** Winner-take-all inhibition of the population; undefined if its neurons do not inhibit each other. */
  readonly inhibition?: Pick<Inhibition, 'groupCount' | 'until'>;
}

/** Factory that holds the parameters of a neuron model and creates the model object of a population. */
export interface NeuronFactory<M extends NeuronModel = NeuronModel> {
  readonly kind: 'neurons';
  readonly precision: Precision;
  create(context: ModelContext): M;
}
/** Factory that holds the parameters of a stimulus and creates the stimulus object of a population. */
export interface StimulusFactory<M extends StimulusModel = StimulusModel> {
  readonly kind: 'stimulus';
  create(context: ModelContext): M;
}

/** Context in which the short-term plasticity of a projection is created. */
export interface ShortTermContext extends ModelContext {
  /** Number of presynaptic terminals. */
  readonly rows: number;
  readonly edges: Edges;
}
/** Factory that holds the parameters of a model of short-term plasticity and creates the model object of a projection. */
export interface ShortTermFactory {
  create(context: ShortTermContext): ShortTerm;
}
/** Context in which the devices of a projection are created. */
export interface DeviceContext extends ModelContext {
  readonly edges: Edges;
  /** Transpose of sparse edges; null for dense edges or without a rule. */
  readonly transpose: Transpose | null;
  /**
   * True if the initial weights are random: they are clipped to the device range. False if the user gives them: weights
   * outside the range are an error.
   */
  readonly hasRandomWeights: boolean;
  /**
   * True if both devices of a differential pair start near mid-range, so that pulses of both directions have an effect.
   * False if both start as low as possible. Ignored if pulses only raise the conductance.
   */
  readonly startsNearMidRange?: boolean;
  /** True to count pulses and write energy per device. Results do not change, but time and memory increase. */
  readonly recordsUsagePerDevice?: boolean;
}
/** Weight range of a synapse and, for devices with a conductance, conductance range. */
export interface DeviceRanges {
  /** Minimum weight of a synapse. */
  readonly minWeight: number;
  /** Maximum weight of a synapse. */
  readonly maxWeight: number;
  /** Conductance range (S), weight per siemens, and read pulse (V, s); null for a device without a conductance. */
  readonly electricalProperties: {
    readonly gMin: number;
    readonly gMax: number;
    readonly weightPerSiemens: number;
    readonly readVoltage: number;
    readonly readTime: number;
    readonly array: { readonly lineResistance: number; readonly load: number };
  } | null;
}
/** Factory that holds the parameters of a device model and creates the devices of a projection. */
export interface DeviceFactory {
  create(context: DeviceContext): Devices;
  readonly ranges: DeviceRanges;
}
/** Context in which the learning rule of a projection with `rows` terminals and `columns` target neurons is created. */
export interface RuleContext extends ModelContext {
  readonly devices: PulseTarget;
  /** Transpose of sparse edges; null for dense edges. */
  readonly transpose: Transpose | null;
  readonly rows: number;
  readonly columns: number;
  /**
   * Potential of postsynaptic neuron `column`, mV from rest, for use in `onPre` of a rule that pulses at arrivals and in `onPost`: before
   * the arrival is delivered (unless `deliversFirst`), and after the reset of a neuron that has fired. With a dendritic delay d, `onPost`
   * is called 2 d after the spike (arrivals come d after they pass the synapse), and reads the potential of that time. Reading changes
   * no results.
   */
  readPotential(column: number, t: number): number;
}
/** Factory that holds the parameters of a learning rule and creates the rule object of a projection. */
export interface RuleFactory {
  create(context: RuleContext): PlasticityRule;
}
/** Context in which the modulator of a projection is created. */
export interface ModulatorContext extends ModelContext {
  readonly devices: PulseTarget;
  readonly transpose: Transpose | null;
  /** Number of modulating neurons. */
  readonly modulatingNeuronCount: number;
}
/** Factory that holds the parameters of a modulator and creates the modulator object of a projection. */
export interface ModulatorFactory {
  create(context: ModulatorContext): Modulator;
}

/** Factory type of each kind of model. */
export interface Factories {
  readonly neuron: NeuronFactory;
  readonly stimulus: StimulusFactory;
  readonly device: DeviceFactory;
  readonly rule: RuleFactory;
  readonly shortTerm: ShortTermFactory;
  readonly modulator: ModulatorFactory;
}
