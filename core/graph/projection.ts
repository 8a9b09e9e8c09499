import { UserError } from '../declare/errors.ts';
import type { Quantity, RecordableState } from '../hooks.ts';
import type { Arena, Floats } from '../kernels/arena.ts';
import type { Devices, PlasticityRule, ShortTerm } from '../model.ts';
import type { EdgesBySource } from './bySource.ts';
import { type Edges, rowEnd, rowSize, rowStart, weightOf } from './edges.ts';
import { MultiDelayQueue } from './multiDelayQueue.ts';
import type { Population } from './population.ts';
import type { Sources } from './sources.ts';
import { SpikeQueue } from './spikeQueue.ts';
import { type Synapses, synapsesAt } from './synapses.ts';

/** Spikes on their way to the synapses of one projection. */
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

/** Those of presynaptic neurons, with one delay. */
export class ArrivalQueue extends ProjectionQueue {
  readonly kind = 'arrivals';
  /** Has its spikes in place of itself, if it is there. */
  sharedQueue: MultiDelayQueue | null = null;
  readonly #number: number;

  /** @param number of the lane in its projection */
  constructor(projection: Projection, number: number, arena: Arena) {
    super(projection, arena);
    this.#number = number;
  }

  /** A queue takes the spikes of the first lane, for all. */
  override push(time: number, row: number): void {
    const { sharedQueue, queueProxy } = this;
    if (sharedQueue === null) super.push(time, row);
    else queueProxy!.next = Math.min(queueProxy!.next, sharedQueue.push(time - this.projection.delays[0]!, row));
  }

  override clear(): void {
    super.clear();
    this.sharedQueue = null;
  }

  override save(): ReturnType<SpikeQueue['save']> {
    return this.sharedQueue?.arrivalsOf(this.#number) ?? super.save();
  }
}

/** Postsynaptic spikes on their way along the dendrite; its rows are columns. */
export class DendriteQueue extends ProjectionQueue {
  readonly kind = 'dendrite';
}

/** What writes the weights of a projection, as that knows it. */
export interface ProjectionRecorder {
  /** Whether it writes something at each arrival. */
  readonly atArrivals: boolean;
  /** An arrival whose row was just read. */
  arrival(row: number, factor: number): void;
  /** A postsynaptic spike has reached the synapses. */
  fired(column: number): void;
  /** Writes the rows that the instant t asked for. */
  endOfInstant(t: number): void;
  /** Writes every weight as it is at t. */
  snapshot(t: number): void;
  flush(): void;
}

/** Edges with the weights that arrive, where each synapse has short-term dynamics of its own. */
export type EffectiveEdges = Edges & { readonly weights: Floats };

/** The synapses from one population to another: edges, short-term dynamics, devices and the rule that moves them. */
export class Projection {
  id = 0;
  readonly queues: readonly ArrivalQueue[];
  /** Has the spikes of all lanes, if it is there. */
  sharedQueue: MultiDelayQueue | null = null;
  /** Its synapses by source, if a kernel reads those. */
  edgesBySource: EdgesBySource | null = null;
  /** Arrivals so far and synaptic events, those that found their target listening. */
  arrivals = 0;
  synapticEvents = 0;
  recorder: ProjectionRecorder | null = null;
  /** Of its network, ms. */
  clock: () => number = () => 0;

  readonly name: string;
  readonly source: Population;
  readonly sources: Sources;
  readonly target: Population;
  readonly edges: Edges;
  /** Of each lane, axonal and dendritic together, ms. */
  readonly delays: readonly number[];
  readonly dendriticDelay: number;
  /** Where spikes of the target wait until the rule sees them; null without a dendritic delay. */
  readonly dendrite: DendriteQueue | null;
  readonly shortTerm: ShortTerm | null;
  readonly #passing: EffectiveEdges | null;
  readonly devices: Devices | null;
  readonly rule: PlasticityRule | null;
  /** It has no synapses, and only brings the modulator of another projection its spikes. */
  readonly modulatory: boolean;
  readonly #arena: Arena;

  constructor(parts: {
    name: string;
    source: Population;
    sources: Sources;
    target: Population;
    edges: Edges;
    delays: readonly number[];
    dendriticDelay: number;
    shortTerm: ShortTerm | null;
    passing: EffectiveEdges | null;
    devices: Devices | null;
    rule: PlasticityRule | null;
    modulatory: boolean;
    arena: Arena;
  }) {
    const { arena } = parts;
    this.#arena = arena;
    this.name = parts.name;
    this.source = parts.source;
    this.sources = parts.sources;
    this.target = parts.target;
    this.edges = parts.edges;
    this.delays = parts.delays;
    this.dendriticDelay = parts.dendriticDelay;
    this.dendrite = parts.rule !== null && parts.dendriticDelay > 0 ? new DendriteQueue(this, arena) : null;
    this.shortTerm = parts.shortTerm;
    this.#passing = parts.passing;
    this.devices = parts.devices;
    this.rule = parts.rule;
    this.modulatory = parts.modulatory;
    if (this.rule?.postFirst && this.dendrite === null)
      throw new UserError(
        `projections.${this.name}.rule.coincidence is "postFirst", which needs a dendriticDelay above 0 ms: without one an arrival may be what makes the neuron fire.`,
      );
    this.queues = parts.delays.map((_, l) => new ArrivalQueue(this, l, arena));
  }

  /** Has one queue for the spikes of all lanes, or one for each. */
  useSharedQueue(shared: boolean): void {
    const { queues } = this;
    if (shared === Boolean(queues[0]?.sharedQueue)) return;
    const inFlight = queues.map((lane) => lane.save());
    const queue = shared ? new MultiDelayQueue(queues, this.delays, this.sources.count, this.#arena) : null;
    this.sharedQueue = queue;
    for (const [l, lane] of queues.entries()) {
      lane.load(inFlight[l]!);
      if (queue !== null) lane.clear();
      lane.sharedQueue = queue;
    }
  }

  /**
   * One arrival: the rule learns of it and pulses, then the target receives weight × short-term factor. The order is that
   * of NEST, unless the rule says otherwise: the spike that depresses a synapse passes through it depressed. With a dendritic delay all this is done when
   * the current reaches the target: the synapse is always taken care of `dendriticDelay` late, by which no interval changes.
   */
  receiveSpike(row: number, t: number): void {
    const { rule } = this;
    if (rule?.deliversFirst) {
      this.#deliver(row, t);
      rule.onPre(row, t);
    } else {
      rule?.onPre(row, t);
      this.#deliver(row, t);
    }
  }

  #deliver(row: number, t: number): void {
    if (this.modulatory) {
      this.arrivals++;
      return;
    }
    const factor = this.shortTerm === null ? 1 : this.shortTerm.onPre(row, t);
    if (Number.isNaN(factor))
      throw new UserError(`${this.name}.shortTerm: the factor of an arrival at ${t} ms is NaN.`);
    this.arrivals++;
    this.devices?.read(row, t);
    this.recorder?.arrival(row, factor);
    const { target } = this;
    if (target.kind === 'neurons' && t < target.inhibitedUntil) return;
    const groups = target.kind === 'neurons' ? target.groups : null;
    this.synapticEvents += groups === null ? rowSize(this.edges, row) : groups.countDelivered(this.edges, row, t);
    if (target.kind === 'neurons') target.model.receive(this.#passed(row), row, factor, t);
  }

  /** The edges with what short-term dynamics let through of the weights of a row. */
  #passed(row: number): Edges {
    const { edges, shortTerm } = this;
    const passing = this.#passing;
    if (passing === null) return edges;
    const end = rowEnd(edges, row);
    for (let k = rowStart(edges, row); k < end; k++) passing.weights[k] = weightOf(edges, k) * shortTerm!.factors![k]!;
    return passing;
  }

  /** Scales the incoming weights of each postsynaptic neuron at t to a sum (in the target's unit), as some models do per image. */
  normalise(sum: number, t: number): void {
    if (this.devices === null)
      throw new UserError(`projections.${this.name} has no device whose weights could be normalised.`);
    if (!Number.isFinite(sum) || !Number.isFinite(t))
      throw new UserError(`projections.${this.name}: normalise takes a sum and a time, not ${sum} and ${t}.`);
    this.devices.normalise(sum, t);
  }

  /** All synapses as they are now: typed arrays pre, post, weight, delay and conductance, ascending in (delay, pre, post). */
  synapses(): Synapses {
    return synapsesAt(this, this.clock());
  }

  /** What its parts have that `recordState` can record, by name. */
  get quantities(): Readonly<Record<string, Quantity>> {
    const shortTerm: (ShortTerm & Partial<RecordableState>) | null = this.shortTerm;
    const rule: (PlasticityRule & Partial<RecordableState>) | null = this.rule;
    return { ...shortTerm?.quantities, ...rule?.quantities };
  }

  /** A spike of postsynaptic neuron `column`; it reaches the synapses at once, or along the dendrite. */
  sendPostSpike(column: number, t: number): void {
    if (this.dendrite === null) this.receivePostSpike(column, t);
    else this.dendrite.push(t + 2 * this.dendriticDelay, column); // there, and as late as an arrival is taken care of
  }

  /** A spike of postsynaptic neuron `column` has reached the synapses. */
  receivePostSpike(column: number, t: number): void {
    this.rule?.onPost(column, t);
    this.recorder?.fired(column);
  }
}
