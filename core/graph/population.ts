import { Confluence } from '../engine/confluence.ts';
import type { EventSource } from '../engine/scheduler.ts';
import type { Arena } from '../kernels/arena.ts';
import type { NeuronModel, StimulusModel } from '../model.ts';
import type { SpikeRecorder } from '../recorders/spikes.ts';
import { Lane } from './lane.ts';
import type { ArrivalLane, Projection } from './projection.ts';

/** What populations of neurons and of stimuli have in common. Ids follow the names, not the order of declaration. */
abstract class Group implements EventSource {
  next = Number.POSITIVE_INFINITY;
  order = 0;
  queued = Number.POSITIVE_INFINITY;
  id = 0;
  /** Spikes so far. */
  spikes = 0;
  recorder: SpikeRecorder | null = null;
  readonly incoming: Projection[] = [];
  readonly outgoing: Projection[] = [];
  readonly name: string;
  readonly size: number;

  constructor(name: string, size: number) {
    this.name = name;
    this.size = size;
  }
}

/** Winner-take-all inhibition: one neuron of the population fires at an instant, and resets and silences all. */
export interface WinnerTakeAll {
  /** How long arrivals are ignored after a spike, ms. */
  readonly hold: number;
}

/** A population of model neurons. As an event source it stands for the threshold crossings that its model predicts. */
export class Neurons<M extends NeuronModel = NeuronModel> extends Group {
  readonly kind = 'neurons';
  readonly model: M;
  readonly winnerTakeAll: WinnerTakeAll | null;
  /** Arrivals before this time are ignored (winner-take-all inhibition). */
  deafUntil = Number.NEGATIVE_INFINITY;
  /** The neuron that fired last (the highest index among simultaneous ones), -1 before the first spike. */
  lastSpike = -1;
  /** Where a kernel can run all of its lanes as one. */
  readonly confluence: Confluence | null;

  constructor(name: string, model: M, winnerTakeAll: WinnerTakeAll | null, arena: Arena) {
    super(name, model.size);
    this.model = model;
    this.next = model.next;
    this.winnerTakeAll = winnerTakeAll;
    const served = arena.kernels.confluence !== null && winnerTakeAll === null && (model.delta?.(0) ?? null) !== null;
    this.confluence = served ? new Confluence(this, arena) : null;
  }
}

/** Blocks start small after a restart, so that a stimulus that is changed often draws little in vain, and grow. */
const FIRST_BLOCK = 64;
const LAST_BLOCK = 1024;

/**
 * A population whose spikes come from outside. Nothing in the network can change them, so they are emitted ahead of time
 * in blocks, straight into the lanes of the outgoing projections; `note` counts and records them once their time has come.
 * As an event source it stands for the next block.
 */
export class Stimulus<M extends StimulusModel = StimulusModel> extends Group {
  readonly kind = 'stimulus';
  readonly model: M;
  /** Its spikes as a target: they drive the rules of incoming projections. */
  readonly post: PostLane;
  readonly block;

  constructor(name: string, model: M, arena: Arena) {
    super(name, model.size);
    this.model = model;
    this.post = new PostLane(this, arena);
    this.block = {
      times: arena.f64(LAST_BLOCK),
      neurons: arena.u32(LAST_BLOCK),
      all: model.size,
      count: 0,
      noted: 0,
      capacity: FIRST_BLOCK,
    };
    this.next = model.next;
  }

  /** Emits the next block into all lanes. Every spike of the last block lies in the past by now. */
  refill(): void {
    const { block } = this;
    this.note(Number.POSITIVE_INFINITY);
    for (const projection of this.outgoing) for (const lane of projection.lanes) lane.release();
    this.post.release();
    block.count = this.model.emit(block.times, block.neurons, block.capacity);
    block.capacity = Math.min(2 * block.capacity, LAST_BLOCK);
    block.noted = 0;
    for (const projection of this.outgoing) {
      projection.lanes.forEach((lane, l) => {
        lane.pushAll(block, projection.delays[l]!, projection.first, projection.count, l * projection.count);
      });
    }
    if (this.incoming.length > 0) this.post.pushAll(block, 0, 0, this.size, 0);
    this.next = this.model.next;
  }

  /**
   * The lane that alone takes its spikes, each as it comes, while blocks have their full length: nobody else would notice
   * if they were drawn where they are delivered. Null where there is none.
   */
  get direct(): ArrivalLane | null {
    if (this.outgoing.length !== 1 || this.incoming.length > 0 || this.recorder !== null) return null;
    const { lanes, delays, edges, count, rule, devices } = this.outgoing[0]!;
    const asTheyCome = lanes.length === 1 && delays[0] === 0 && count === this.size && edges.identity;
    const full = this.block.capacity === LAST_BLOCK && this.model.source !== undefined;
    return asTheyCome && full && rule === null && devices === null ? lanes[0]! : null;
  }

  /** Takes over that blocks were drawn elsewhere: `past` spikes in all but the last, `count` in that, `noted` of them past too. */
  drew(past: number, count: number, noted: number): void {
    const { block } = this;
    this.spikes += block.count - block.noted + past + noted;
    block.count = count;
    block.noted = noted;
    this.next = this.model.next;
  }

  /** Counts and records the emitted spikes up to and including t. */
  note(t: number): void {
    const { block } = this;
    const from = block.noted;
    if (block.count > 0 && block.times[block.count - 1]! <= t) block.noted = block.count;
    else while (block.noted < block.count && block.times[block.noted]! <= t) block.noted++;
    this.spikes += block.noted - from;
    this.recorder?.appendAll(this.id, block.times, block.neurons, from, block.noted);
  }

  /** Takes back every spike after t and goes on from t with the model's present parameters. */
  restart(t: number): void {
    this.note(t);
    this.block.count = this.block.noted;
    this.block.capacity = FIRST_BLOCK;
    for (const projection of this.outgoing) {
      projection.lanes.forEach((lane, l) => {
        lane.cancelAfter(t + projection.delays[l]!);
      });
    }
    this.post.cancelAfter(t);
    this.model.restart(t);
    this.next = this.model.next;
  }
}

/** The spikes of a stimulus on their way to the rules of its incoming projections. */
export class PostLane extends Lane {
  readonly kind = 'post';
  readonly target: Stimulus;

  constructor(target: Stimulus, arena: Arena) {
    super(arena);
    this.target = target;
  }
}

export type Population = Neurons | Stimulus;
