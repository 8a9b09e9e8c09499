import { UserError } from '../declare/errors.ts';
import { endOfInstant } from '../engine/stretch.ts';
import type { Arena } from '../kernels/arena.ts';
import type { Devices, NeuronModel, PlasticityRule, ShortTerm } from '../model.ts';
import type { WeightRecorder } from '../recorders/weights.ts';
import { type Edges, rowEnd, rowLength, rowStart } from './edges.ts';
import { Lane } from './lane.ts';
import type { Population } from './population.ts';

/** The spikes in flight to one projection with one delay. */
export class ArrivalLane extends Lane {
  readonly kind = 'arrivals';
  readonly projection: Projection;

  constructor(projection: Projection, arena: Arena) {
    super(arena);
    this.projection = projection;
  }

  get target(): Population {
    return this.projection.target;
  }
}

/** Postsynaptic spikes on their way along the dendrite to the synapses of one projection; its rows are columns. */
export class DendriteLane extends Lane {
  readonly kind = 'dendrite';
  readonly projection: Projection;

  constructor(projection: Projection, arena: Arena) {
    super(arena);
    this.projection = projection;
  }

  get target(): Population {
    return this.projection.target;
  }
}

/** The synapses from one population to another: edges, short-term dynamics, devices and the rule that moves them. */
export class Projection {
  id = 0;
  readonly lanes: readonly ArrivalLane[];
  /** Arrivals so far and synaptic events, those that found their target listening. */
  arrivals = 0;
  synapticEvents = 0;
  recorder: WeightRecorder | null = null;

  readonly name: string;
  readonly source: Population;
  /** It comes from neurons first … first + count - 1 of the source. */
  readonly first: number;
  readonly count: number;
  readonly target: Population;
  readonly edges: Edges;
  /** Of each lane, axonal and dendritic together, ms. */
  readonly delays: readonly number[];
  readonly dendriticDelay: number;
  /** Where spikes of the target wait until the rule sees them; null without a dendritic delay. */
  readonly dendrite: DendriteLane | null;
  readonly shortTerm: ShortTerm | null;
  readonly devices: Devices | null;
  readonly rule: PlasticityRule | null;
  /** It has no synapses, and only brings the modulator of another projection its spikes. */
  readonly modulatory: boolean;

  constructor(parts: {
    name: string;
    source: Population;
    first: number;
    count: number;
    target: Population;
    edges: Edges;
    delays: readonly number[];
    dendriticDelay: number;
    shortTerm: ShortTerm | null;
    devices: Devices | null;
    rule: PlasticityRule | null;
    modulatory: boolean;
    arena: Arena;
  }) {
    const { arena } = parts;
    this.name = parts.name;
    this.source = parts.source;
    this.first = parts.first;
    this.count = parts.count;
    this.target = parts.target;
    this.edges = parts.edges;
    this.delays = parts.delays;
    this.dendriticDelay = parts.dendriticDelay;
    this.dendrite = parts.rule !== null && parts.dendriticDelay > 0 ? new DendriteLane(this, arena) : null;
    this.shortTerm = parts.shortTerm;
    this.devices = parts.devices;
    this.rule = parts.rule;
    this.modulatory = parts.modulatory;
    this.lanes = parts.delays.map(() => new ArrivalLane(this, arena));
  }

  /** Whether arrivals can be handed to the target in one go: nothing about one depends on the one before. */
  get inOneGo(): boolean {
    return this.shortTerm === null && !this.rule?.pulsesAtArrival && !this.recorder?.atArrivals;
  }

  /**
   * One arrival: the rule learns of it and pulses, then the target receives weight × short-term factor. The order is that
   * of NEST: the spike that depresses a synapse passes through it depressed. With a dendritic delay all this is done when
   * the current reaches the target: the synapse is always taken care of `dendriticDelay` late, by which no interval changes.
   */
  arrive(row: number, t: number): void {
    this.rule?.arrive(row, t);
    if (this.modulatory) {
      this.arrivals++;
      return;
    }
    const factor = this.shortTerm === null ? 1 : this.shortTerm.arrive(row, t);
    if (Number.isNaN(factor))
      throw new UserError(`${this.name}.shortTerm: the factor of an arrival at ${t} ms is NaN.`);
    this.arrivals++;
    this.devices?.read(row, t);
    this.recorder?.arrival(row, factor);
    const { target } = this;
    if (target.kind === 'neurons' && t < target.deafUntil) return;
    this.synapticEvents += rowEnd(this.edges, row) - rowStart(this.edges, row);
    if (target.kind === 'neurons') target.model.receive(this.edges, row, factor, t);
  }

  /** Books the next `count` arrivals of a lane in one go, whose devices were read; the first `ignored` of them found the target deaf. */
  note(lane: Lane, count: number, ignored: number): void {
    const { rule, edges } = this;
    const { times, rows, head } = lane;
    const end = head + count;
    this.arrivals += count;
    const length = rowLength(edges);
    if (!Number.isNaN(length)) {
      this.synapticEvents += (count - ignored) * length;
    } else {
      for (let k = head + ignored; k < end; k++) {
        this.synapticEvents += edges.starts![rows[k]! + 1]! - edges.starts![rows[k]!]!;
      }
    }
    if (rule?.arriveAll) rule.arriveAll(times, rows, head, end);
    else if (rule) for (let k = head; k < end; k++) rule.arrive(rows[k]!, times[k]!);
  }

  /** Reads the devices of arrivals `from` … `to - 1` of a lane. */
  read(lane: Lane, from: number, to: number): void {
    const { devices } = this;
    const { times, rows } = lane;
    if (devices?.readAll) devices.readAll(times, rows, from, to);
    else if (devices) for (let k = from; k < to; k++) devices.read(rows[k]!, times[k]!);
  }

  /**
   * Hands these arrivals on as `NeuronModel.stretch` does, and reads their devices: afterwards in one go, or before each
   * instant where that puts the weights of the moment into the edges.
   */
  stretch(model: NeuronModel, lane: Lane, from: number, to: number): number {
    const { edges, devices } = this;
    const { times, rows } = lane;
    if (devices === null || devices.steady) {
      const taken = model.stretch(edges, times, rows, from, to);
      this.read(lane, from, from + taken);
      return taken;
    }
    for (let k = from; k < to; ) {
      const t = times[k]!;
      const end = endOfInstant(times, k, to);
      if (end === k + 1) {
        devices.read(rows[k]!, t);
        model.stretch(edges, times, rows, k, end);
      } else {
        for (let i = k; i < end; i++) {
          devices.read(rows[i]!, t);
          model.receive(edges, rows[i]!, 1, t);
        }
        model.settle(t);
      }
      k = end;
      if (model.firedCount > 0 || (k < to && model.next <= times[k]!)) return k - from;
    }
    return to - from;
  }

  /**
   * Takes arrivals of a lane before `until` in one go although they pulse their rows, where a kernel can do both; returns how
   * many. What is left is what `arrive` would do beyond that.
   */
  plastic(lane: Lane, until: number): number {
    const { rule, devices, edges, target } = this;
    const { times, rows, head, tail } = lane;
    if (!rule?.arrivalPulses || target.kind === 'stimulus' || !target.model.plastic || !devices?.readAll) return 0;
    if (this.shortTerm !== null || this.recorder !== null || this.modulatory || times[head]! < target.deafUntil)
      return 0;
    const pulses = rule.arrivalPulses(times[head]!);
    if (pulses === null) return 0;
    const taken = target.model.plastic(pulses, edges, times, rows, head, tail, until);
    this.arrivals += taken;
    this.synapticEvents += taken * edges.columns;
    rule.arrived!(times, rows, head, head + taken);
    devices.readAll(times, rows, head, head + taken);
    return taken;
  }

  /** Scales the incoming weights of each postsynaptic neuron at t to a sum (in the target's unit), as some models do per image. */
  normalise(sum: number, t: number): void {
    if (this.devices === null)
      throw new UserError(`projections.${this.name} has no device whose weights could be normalised.`);
    if (!Number.isFinite(sum) || !Number.isFinite(t))
      throw new UserError(`projections.${this.name}: normalise takes a sum and a time, not ${sum} and ${t}.`);
    this.devices.normalise(sum, t);
  }

  /** A spike of postsynaptic neuron `column`; it reaches the synapses at once, or along the dendrite. */
  fire(column: number, t: number): void {
    if (this.dendrite === null) this.backpropagated(column, t);
    else this.dendrite.push(t + 2 * this.dendriticDelay, column); // there, and as late as an arrival is taken care of
  }

  /** A spike of postsynaptic neuron `column` has reached the synapses. */
  backpropagated(column: number, t: number): void {
    this.rule?.fire(column, t);
    this.recorder?.fired(column);
  }
}
