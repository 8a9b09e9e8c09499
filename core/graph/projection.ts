import { UserError } from '../declare/errors.ts';
import type { DeviceHooks, Quantity, RecordableState, RuleHooks } from '../hooks.ts';
import type { Arena, Floats } from '../kernels/arena.ts';
import type { Devices, PlasticityRule, ShortTerm } from '../model.ts';
import { type Edges, findMinWeight, getColumn, getRowEnd, getRowLength, getRowStart, getWeight } from './edges.ts';
import { type copyEdgesBySource, MultiDelayQueue } from './multiDelayQueue.ts';
import type { Population } from './population.ts';
import type { SourceNeurons } from './sourceNeurons.ts';
import { SpikeQueue } from './spikeQueue.ts';

abstract class ProjectionQueue extends SpikeQueue {
  readonly projection: Projection;

  constructor(projection: Projection, arena: Arena) {
    super(arena);
    this.projection = projection;
  }

  get target(): Population {
    return this.projection.target;
  }
}

/** Queue of the presynaptic spikes of a projection for one of its delays. */
export class ArrivalQueue extends ProjectionQueue {
  readonly kind = 'arrivals';
  /** Shared queue that stores this queue's spikes; null if the queue stores its own. */
  sharedQueue: MultiDelayQueue | null = null;
  readonly #index;

  constructor(projection: Projection, index: number, arena: Arena) {
    super(projection, arena);
    this.#index = index;
  }

  get edges(): Edges {
    return this.projection.edges;
  }

  /**
   * Queues a presynaptic spike. There is one queue per delay; if they share one list of spikes, only the first queue of
   * a projection is given the spike, and the others read it with their own delays.
   */
  override push(time: number, row: number) {
    const { sharedQueue, queueProxy } = this;
    if (sharedQueue === null) super.push(time, row);
    else queueProxy!.next = Math.min(queueProxy!.next, sharedQueue.push(time - this.projection.delays[0]!, row));
  }

  override clear() {
    super.clear();
    this.sharedQueue = null;
  }

  override save(): ReturnType<SpikeQueue['save']> {
    return this.sharedQueue?.getArrivals(this.#index) ?? super.save();
  }
}

/** Queue of postsynaptic spikes that travel along the dendrite to the synapses; its rows are column indices. */
export class DendriteQueue extends ProjectionQueue {
  readonly kind = 'dendrite';
}

export interface ProjectionRecorder {
  readonly recordsArrivals: boolean;
  /** Records an arrival, after the devices of its row were read. */
  onArrival(row: number, factor: number): void;
  /** Records a postsynaptic spike that has reached the synapses. */
  onSpike(column: number): void;
  /** Writes the recorded rows that are due at the end of tick t. */
  finishTick(t: number): void;
  writeValues(t: number): void;
}

/** Edges with delivered weights (weight × short-term factor), for short-term dynamics per synapse. */
type EffectiveEdges = Edges & { readonly weights: Floats };

/** Synapses of a projection as arrays of equal length, ascending by (delay, pre, post). */
export interface Synapses {
  readonly pre: Uint32Array;
  readonly post: Uint32Array;
  /** Weight in the target's unit: mV, pA or nS. */
  readonly weight: Float64Array;
  /** Axonal delay, ms. */
  readonly delay: Float64Array;
  /** Conductance of the device, S; NaN if the synapse has no device with a conductance. */
  readonly conductance: Float64Array;
}

type ProjectionParts = Pick<
  Projection,
  | ('name' | 'source' | 'sources' | 'target' | 'edges' | 'delays' | 'dendriticDelay')
  | ('shortTerm' | 'devices' | 'rule' | 'isModulatory')
> & { readonly effectiveEdges: EffectiveEdges | null; readonly arena: Arena };

/** Synapses from one population to another, with short-term dynamics, devices and a learning rule. */
export class Projection {
  id = 0;
  readonly queues: readonly ArrivalQueue[];
  sharedQueue: MultiDelayQueue | null = null;
  edgesBySource: ReturnType<typeof copyEdgesBySource> | null = null;
  arrivals = 0;
  /** Number of synaptic events so far. Synapses to inhibited neurons do not count. */
  synapticEvents = 0;
  recorder: ProjectionRecorder | null = null;
  clock: () => number = () => 0;

  readonly name: string;
  readonly source: Population;
  readonly sources: SourceNeurons;
  readonly target: Population;
  /** Synapses as the engine stores them; arrays must not be changed. `weights` and `synapses` give copies. */
  readonly edges: Edges;
  /** Delay of each queue, axonal plus dendritic, ms. */
  readonly delays: readonly number[];
  readonly dendriticDelay: number;
  /** Queue of postsynaptic spikes for the rule; null without a dendritic delay. */
  readonly dendrite: DendriteQueue | null;
  readonly shortTerm: ShortTerm | null;
  readonly #effectiveEdges: EffectiveEdges | null;
  readonly devices: (Devices & Partial<DeviceHooks>) | null;
  readonly rule: (PlasticityRule & Partial<RuleHooks & RecordableState>) | null;
  /** True if the projection has no synapses and only delivers spikes to the modulator of another projection. */
  readonly isModulatory: boolean;
  readonly #arena;

  constructor(parts: ProjectionParts) {
    const { arena, rule, dendriticDelay } = parts;
    this.#arena = arena;
    this.name = parts.name;
    this.source = parts.source;
    this.sources = parts.sources;
    this.target = parts.target;
    this.edges = parts.edges;
    this.delays = parts.delays;
    this.dendriticDelay = dendriticDelay;
    this.dendrite = rule !== null && dendriticDelay > 0 ? new DendriteQueue(this, arena) : null;
    this.shortTerm = parts.shortTerm;
    this.#effectiveEdges = parts.effectiveEdges;
    this.devices = parts.devices;
    this.rule = rule;
    this.isModulatory = parts.isModulatory;
    if (this.rule?.postFirst && this.dendrite === null)
      throw new UserError(
        `projections.${this.name}.rule.coincidence is "postFirst" and needs a dendriticDelay > 0 ms, because without one the arrival may cause the spike.`,
      );
    this.queues = parts.delays.map((_, l) => new ArrivalQueue(this, l, arena));
  }

  /** Switches between a shared queue and one queue per delay; keeps the spikes in flight. */
  useSharedQueue(isShared: boolean) {
    const { queues } = this;
    if (isShared === Boolean(queues[0]?.sharedQueue)) return;
    const inFlight = queues.map((queue) => queue.save());
    const shared = isShared ? new MultiDelayQueue(queues, this.delays, this.sources.neuronCount, this.#arena) : null;
    this.sharedQueue = shared;
    for (const [l, queue] of queues.entries()) {
      queue.load(inFlight[l]!);
      if (shared !== null) queue.clear();
      queue.sharedQueue = shared;
    }
  }

  /**
   * Delivers one arrival: the rule pulses the devices, then the target receives weight × short-term factor, as in NEST.
   * With `deliversFirst`, the rule comes after delivery. A dendritic delay postpones all updates of a synapse equally,
   * so that Δt stays the same.
   */
  receiveSpike(row: number, t: number) {
    const { rule } = this;
    if (rule?.deliversFirst) {
      this.#deliverRow(row, t);
      rule.onPre(row, t);
    } else {
      rule?.onPre(row, t);
      this.#deliverRow(row, t);
    }
  }

  #deliverRow(row: number, t: number) {
    if (this.isModulatory) {
      this.arrivals++;
      return;
    }
    const factor = this.shortTerm === null ? 1 : this.shortTerm.onPre(row, t);
    if (Number.isNaN(factor))
      throw new UserError(
        `projections.${this.name}.shortTerm: the factor of the arrival at ${t} ms is NaN, but must be a number.`,
      );
    this.arrivals++;
    this.devices?.readRow(row, t);
    this.recorder?.onArrival(row, factor);
    const { target } = this;
    if (target.kind === 'neurons' && t < target.inhibition.allInhibitedUntil) return;
    const groups = target.kind === 'neurons' ? target.groupInhibition : null;
    this.synapticEvents +=
      groups === null ? getRowLength(this.edges, row) : groups.countUninhibitedSynapses(this.edges, row, t);
    if (target.kind === 'neurons') target.model.receiveArrival(this.#computeEffectiveEdges(row), row, factor, t);
  }

  #computeEffectiveEdges(row: number): Edges {
    const { edges, shortTerm } = this;
    const effective = this.#effectiveEdges;
    if (effective === null) return edges;
    const end = getRowEnd(edges, row);
    for (let k = getRowStart(edges, row); k < end; k++)
      effective.weights[k] = getWeight(edges, k) * shortTerm!.factors![k]!;
    return effective;
  }

  /** Scales the incoming weights of each postsynaptic neuron at t to a given sum. */
  normaliseWeights(sum: number, t: number) {
    if (this.devices === null)
      throw new UserError(`projections.${this.name} has no device, but \`normaliseWeights\` needs one.`);
    if (!Number.isFinite(sum) || !Number.isFinite(t))
      throw new UserError(
        `projections.${this.name}.normaliseWeights: sum and time are ${sum} and ${t}, but must be finite numbers.`,
      );
    this.devices.normaliseWeights(sum, t);
  }

  /** Reads the weights and conductances of all synapses now, without read noise. Changes no state. */
  synapses(): Synapses {
    const { edges, delays, dendriticDelay, sources, devices } = this;
    const t = this.clock();
    const { count } = edges;
    const [pre, post] = [new Uint32Array(count), new Uint32Array(count)];
    const [weight, delay] = [new Float64Array(count), new Float64Array(count)];
    const conductance = new Float64Array(count).fill(Number.NaN);
    for (let row = 0; row < edges.rows; row++) {
      const neuron = sources.getNeuron(row % sources.neuronCount);
      const axonal = delays[Math.floor(row / sources.neuronCount)]! - dendriticDelay;
      for (let k = getRowStart(edges, row); k < getRowEnd(edges, row); k++) {
        pre[k] = neuron;
        post[k] = getColumn(edges, row, k);
        weight[k] = devices?.weight(k, t) ?? getWeight(edges, k);
        delay[k] = axonal;
        if (devices) conductance[k] = devices.conductance(k, t);
      }
    }
    return { pre, post, weight, delay, conductance };
  }

  /** Copy of the weights now, in the order of `synapses`; `Network.setWeights` replaces them. */
  get weights(): Float64Array {
    return this.synapses().weight;
  }

  /** Replaces the stored weights; `Network.setWeights` must be called instead, because fast paths keep copies. */
  replaceWeights(weights: ArrayLike<number>) {
    const where = `setWeights: projections.${this.name}`;
    const { edges, devices } = this;
    if (devices !== null)
      throw new UserError(`${where} has a device, which only pulses change; give its first weights in \`connect\`.`);
    if (edges.weights === null)
      throw new UserError(`${where} has one weight for all synapses; give \`connect\` a weight per synapse.`);
    if (weights.length !== edges.weights.length)
      throw new UserError(`${where} has ${edges.weights.length} weights, but ${weights.length} are given.`);
    const wrong = Array.prototype.findIndex.call(weights, (weight) => !Number.isFinite(weight));
    if (wrong >= 0) throw new UserError(`${where}: weight ${wrong} is ${weights[wrong]}, but must be a finite number.`);
    edges.weights.set(weights);
    edges.minWeight = findMinWeight(edges.weights);
    if (this.#effectiveEdges) this.#effectiveEdges.minWeight = edges.minWeight;
    this.edgesBySource = null;
  }

  get quantities(): Readonly<Record<string, Quantity>> {
    const shortTerm: (ShortTerm & Partial<RecordableState>) | null = this.shortTerm;
    return { ...shortTerm?.quantities, ...this.rule?.quantities };
  }

  /** Sends a spike of postsynaptic neuron `column` to the synapses, directly or along the dendrite. */
  sendPostSpike(column: number, t: number) {
    if (this.dendrite === null) this.receivePostSpike(column, t);
    else this.dendrite.push(t + 2 * this.dendriticDelay, column); // dendritic delay, plus the delay of all updates
  }

  receivePostSpike(column: number, t: number) {
    this.rule?.onPost(column, t);
    this.recorder?.onSpike(column);
  }
}
