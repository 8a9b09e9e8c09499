import type { Edges, Transpose } from './graph/edges.ts';
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

/** What a model is made with. `name` is the path of its population or projection: its random streams are named after it. */
export interface ModelContext {
  readonly arena: Arena;
  readonly seed: Seed;
  readonly name: string;
  /** Of a population of neurons under winner-take-all inhibition: how many equal groups it falls into. Default 1. */
  readonly groups?: number;
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
  readonly edges: Edges;
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
  /** Whether both devices of a differential pair begin around the middle of their range, where pulses of either direction move both; else as low as can be. Not where pulses only raise them. */
  readonly centred?: boolean;
  /** Whether pulses and joules are booked for each device, too. It changes no result, but takes time and memory. */
  readonly itemised?: boolean;
}
/** What weights devices reach, and at which conductances. */
export interface DeviceReach {
  /** Lowest and highest weight of a synapse as it is read. */
  readonly low: number;
  readonly high: number;
  /** Range in S, weight of 1 S, and the read pulse, V and s; null where there is no conductance. */
  readonly electrical: {
    readonly gMin: number;
    readonly gMax: number;
    readonly weightPerSiemens: number;
    readonly readVoltage: number;
    readonly readTime: number;
  } | null;
}
export interface DeviceFactory {
  create(context: DeviceContext): Devices;
  readonly reach: DeviceReach;
}
export interface RuleContext extends ModelContext {
  readonly devices: PulseTarget;
  /** The post side of sparse edges; null when they are dense. */
  readonly transpose: Transpose | null;
  readonly rows: number;
  readonly columns: number;
}
export interface RuleFactory {
  create(context: RuleContext): PlasticityRule;
}
export interface ModulatorContext extends ModelContext {
  readonly devices: PulseTarget;
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
