import type { Arena } from '../kernels/arena.ts';
import type { NeuronModel, StimulusModel } from '../model.ts';
import type { SpikeRecorder } from '../recorders/spikes.ts';
import type { EventSource } from './eventSource.ts';
import type { NeuronPositions, Positions } from './positions.ts';
import { Sources } from './sources.ts';
import { SpikeQueue } from './spikeQueue.ts';
import type { WtaGroups } from './wtaGroups.ts';

/** Looks at neurons at the end of an instant at which they have fired. */
export interface SpikeObserver {
  fired(neuron: number): void;
  endOfInstant(t: number): void;
}

/** What populations of neurons and of stimuli have in common. Ids follow the names, not the order of declaration. */
abstract class PopulationBase implements EventSource {
  next = Infinity;
  order = 0;
  queuedAt = Infinity;
  readonly queueProxy = null;
  id = 0;
  /** Spikes so far. */
  spikes = 0;
  recorder: SpikeRecorder | null = null;
  /** Look at its neurons when they fire. */
  readonly observers: SpikeObserver[] = [];
  /** Where its neurons are; null where nobody has said. */
  positions: NeuronPositions | null = null;
  readonly name: string;
  readonly size: number;

  constructor(name: string, size: number) {
    this.name = name;
    this.size = size;
  }
}

/** Winner-take-all inhibition: one neuron of the population, or of each group, fires at an instant, and resets and silences all there. */
export interface WinnerTakeAll {
  /** How long arrivals are ignored after a spike, ms. */
  readonly hold: number;
  /** Into how many groups of equal size the population falls, each with inhibition and homeostasis of its own. Default 1. */
  readonly groups?: number | undefined;
  /** After so many spikes a group is silent until the network rests. Default: never. */
  readonly spikes?: number | undefined;
}

/** What `Network.population` takes beside the model. */
export interface PopulationOptions {
  readonly winnerTakeAll?: WinnerTakeAll;
  /** Where its neurons are, for `connect: { distance }`. */
  readonly positions?: Positions;
}

/** A population of model neurons. As an event source it stands for the threshold crossings that its model predicts. */
export class Neurons<M extends NeuronModel = NeuronModel> extends PopulationBase {
  readonly kind = 'neurons';
  readonly model: M;
  readonly winnerTakeAll: WinnerTakeAll | null;
  /** Null where the population is inhibited as one, and for ever so often. */
  readonly groups: WtaGroups | null;
  /** Arrivals before this time are ignored (winner-take-all inhibition), by all groups. */
  inhibitedUntil = -Infinity;
  /** The neuron that fired last (the highest index among simultaneous ones), -1 before the first spike. */
  lastSpike = -1;

  constructor(name: string, model: M, winnerTakeAll: WinnerTakeAll | null, groups: WtaGroups | null) {
    super(name, model.size);
    this.model = model;
    this.groups = groups;
    this.next = model.next;
    this.winnerTakeAll = winnerTakeAll;
  }
}

/** Blocks start small after a restart, so that a stimulus that is changed often draws little in vain, and grow. */
const FIRST_BLOCK = 64;
const LAST_BLOCK = 1024;

/** What a stimulus knows of a projection that takes its spikes. */
interface OutgoingQueues {
  readonly queues: readonly SpikeQueue[];
  /** Of each lane, ms. */
  readonly delays: readonly number[];
  readonly sources: Sources;
}

/**
 * A population whose spikes come from outside. Nothing in the network can change them, so they are emitted ahead of time
 * in blocks, straight into the lanes of the outgoing projections; `note` counts and records them once their time has come.
 * As an event source it stands for the next block.
 */
export class Stimulus<M extends StimulusModel = StimulusModel> extends PopulationBase {
  readonly kind = 'stimulus';
  readonly model: M;
  /** Its spikes as a target: they drive the rules of incoming projections. */
  readonly post: PostSpikeQueue;
  readonly block;
  readonly outgoing: OutgoingQueues[] = [];
  readonly #everyone: Sources;
  /** Whether rules of projections to it see its spikes. */
  drivesRules = false;

  constructor(name: string, model: M, arena: Arena) {
    super(name, model.size);
    this.model = model;
    this.post = new PostSpikeQueue(this, arena);
    this.#everyone = new Sources(model.size);
    this.block = {
      times: arena.f64(LAST_BLOCK),
      neurons: arena.u32(LAST_BLOCK),
      count: 0,
      noted: 0,
      capacity: FIRST_BLOCK,
    };
    this.next = model.next;
  }

  /** Emits the next block into all lanes. Every spike of the last block lies in the past by now. */
  emitBlock(): void {
    const { block } = this;
    this.recordUntil(Infinity);
    for (const { queues } of this.outgoing) for (const lane of queues) lane.detachFromBlock();
    this.post.detachFromBlock();
    block.count = this.model.emit(block.times, block.neurons, block.capacity);
    block.capacity = Math.min(2 * block.capacity, LAST_BLOCK);
    block.noted = 0;
    for (const { queues, delays, sources } of this.outgoing) {
      queues.forEach((lane, l) => {
        lane.pushBlock(block, delays[l]!, sources, l * sources.count);
      });
    }
    if (this.drivesRules) this.post.pushBlock(block, 0, this.#everyone, 0);
    this.next = this.model.next;
  }

  /** Whether blocks have their full length. */
  get hasFullBlocks(): boolean {
    return this.block.capacity === LAST_BLOCK;
  }

  /** Takes over that blocks were drawn elsewhere: `past` spikes in all but the last, `count` in that, `noted` of them past too. */
  adoptBlocks(past: number, count: number, noted: number): void {
    const { block } = this;
    this.spikes += block.count - block.noted + past + noted;
    block.count = count;
    block.noted = noted;
    this.next = this.model.next;
  }

  /** Counts and records the emitted spikes up to and including t. */
  recordUntil(t: number): void {
    const { block } = this;
    const from = block.noted;
    if (block.count > 0 && block.times[block.count - 1]! <= t) block.noted = block.count;
    else while (block.noted < block.count && block.times[block.noted]! <= t) block.noted++;
    this.spikes += block.noted - from;
    this.recorder?.appendAll(this.id, block.times, block.neurons, from, block.noted);
  }

  /** Takes back every spike after t and goes on from t with the model's present parameters. */
  restart(t: number): void {
    this.recordUntil(t);
    this.block.count = this.block.noted;
    this.block.capacity = FIRST_BLOCK;
    for (const { queues, delays } of this.outgoing) {
      queues.forEach((lane, l) => {
        lane.cancelAfter(t + delays[l]!);
      });
    }
    this.post.cancelAfter(t);
    this.model.restart(t);
    this.next = this.model.next;
  }
}

/** The spikes of a stimulus on their way to the rules of its incoming projections. */
export class PostSpikeQueue extends SpikeQueue {
  readonly kind = 'post';
  readonly target: Stimulus;

  constructor(target: Stimulus, arena: Arena) {
    super(arena);
    this.target = target;
  }
}

export type Population = Neurons | Stimulus;
