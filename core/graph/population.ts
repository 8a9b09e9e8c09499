import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import type { ModelContext, NeuronFactory } from '../factories.ts';
import type { Arena } from '../kernels/arena.ts';
import type { NeuronModel, StimulusModel } from '../model.ts';
import type { SpikeRecorder } from '../recorders/spikes.ts';
import { MAX_TIME, validateTime } from '../time.ts';
import { checkWtaGroups, Inhibition } from './inhibition.ts';
import type { NeuronPositions, Positions } from './positions.ts';
import type { WinnerTakeAll } from './schema.ts';
import { SourceNeurons } from './sourceNeurons.ts';
import { EventSource, SpikeQueue } from './spikeQueue.ts';

/** Observer of a population's spikes; `finishTick` is called at the end of each tick at which the population spikes. */
interface SpikeObserver {
  onSpike(neuron: number): void;
  finishTick(t: number): void;
}

/** Base class of neuron and stimulus populations. Ids ascend by name, independent of the order of declaration. */
abstract class PopulationBase extends EventSource {
  id = 0;
  spikes = 0;
  recorder: SpikeRecorder | null = null;
  readonly observers: SpikeObserver[] = [];
  positions: NeuronPositions | null = null;
  override readonly name: string;
  readonly size: number;

  constructor(name: string, size: number) {
    super();
    this.name = name;
    this.size = size;
  }
}

/** Options of `Network.population`: winner-take-all inhibition and positions; default: neither. */
export interface PopulationOptions {
  readonly winnerTakeAll?: WinnerTakeAll;
  /** Positions of the neurons, for `connect: { distance }`. */
  readonly positions?: Positions;
}

/** Checks that a model has the required `members`, listed with their names in version 0.1. */
export function checkMembers(model: object, members: Readonly<Record<string, string>>, where: string) {
  for (const [name, former] of Object.entries(members))
    if (!(name in model))
      throw new UserError(
        `${where} has no \`${name}\`${former in model ? `; \`${former}\` is now named \`${name}\`` : ''}.`,
      );
}

const STIMULUS_MEMBERS = { nextSpikeTime: 'next' };
const NEURON_MEMBERS = { ...STIMULUS_MEMBERS, receiveArrival: 'receive' };

/** Population of model neurons. As an event source, it is due at the threshold crossings that the model predicts. */
export class Neurons<M extends NeuronModel = NeuronModel> extends PopulationBase {
  readonly kind = 'neurons';
  readonly model: M;
  readonly winnerTakeAll: WinnerTakeAll | null;
  /** Winner-take-all inhibition in groups; null with a single group and no spike limit. */
  readonly groupInhibition: Inhibition | null;
  readonly inhibition: Inhibition;
  /** Index of the neuron that fired last; the highest index if several fired at one tick; -1 before the first spike. */
  lastFiredNeuron = -1;

  /** @param hasGroups true if the population has several groups or a spike limit */
  constructor(name: string, model: M, winnerTakeAll: WinnerTakeAll | null, inhibition: Inhibition, hasGroups: boolean) {
    super(name, model.size);
    this.model = model;
    this.groupInhibition = hasGroups ? inhibition : null;
    this.inhibition = inhibition;
    checkMembers(model, NEURON_MEMBERS, `populations.${name}`);
    this.next = model.nextSpikeTime;
    this.winnerTakeAll = winnerTakeAll;
  }
}

/** Number of spikes in the first block after a rate change; small, because a further change discards spikes. */
const FIRST_BLOCK_SIZE = 64;
const MAX_BLOCK_SIZE = 1024;

interface OutgoingQueues {
  readonly queues: readonly SpikeQueue[];
  readonly delays: readonly number[];
  readonly sources: SourceNeurons;
}

/**
 * Stimulus population. Its spikes do not depend on the network, so blocks of them are written into the outgoing spike
 * queues ahead of time; `recordUntil` counts and records spikes up to the clock. The start of a block is an event.
 */
export class Stimulus<M extends StimulusModel = StimulusModel> extends PopulationBase {
  readonly kind = 'stimulus';
  readonly model: M;
  readonly post: PostSpikeQueue;
  readonly block;
  readonly outgoing: OutgoingQueues[] = [];
  readonly #allNeurons;
  /** True if learning rules of incoming projections use the spikes of the stimulus. */
  drivesRules = false;

  constructor(name: string, model: M, arena: Arena) {
    super(name, model.size);
    this.model = model;
    this.post = new PostSpikeQueue(this, arena);
    this.#allNeurons = new SourceNeurons(model.size);
    this.block = {
      times: arena.f64(MAX_BLOCK_SIZE),
      neurons: arena.u32(MAX_BLOCK_SIZE),
      spikeCount: 0,
      recorded: 0,
      capacity: FIRST_BLOCK_SIZE,
    };
    checkMembers(model, STIMULUS_MEMBERS, `populations.${name}`);
    this.next = model.nextSpikeTime;
  }

  /** Emits the next block of spikes into all outgoing queues. The previous block must lie in the past. */
  emitBlock() {
    const { block } = this;
    this.recordUntil(Infinity);
    for (const { queues } of this.outgoing) for (const queue of queues) queue.detachFromBlock();
    this.post.detachFromBlock();
    block.spikeCount = this.model.emit(block.times, block.neurons, block.capacity);
    for (let i = 1; i < block.spikeCount; i++)
      if (block.times[i]! < block.times[i - 1]!)
        throw new UserError(
          `${this.name}: the stimulus emits a spike at ${block.times[i]} ms after one at ${block.times[i - 1]} ms, but spike times must ascend.`,
        );
    block.capacity = Math.min(2 * block.capacity, MAX_BLOCK_SIZE);
    block.recorded = 0;
    for (const { queues, delays, sources } of this.outgoing)
      for (const [q, queue] of queues.entries()) queue.pushBlock(block, delays[q]!, sources, q * sources.neuronCount);
    if (this.drivesRules) this.post.pushBlock(block, 0, this.#allNeurons, 0);
    this.next = this.model.nextSpikeTime;
  }

  get hasFullBlocks(): boolean {
    return this.block.capacity === MAX_BLOCK_SIZE;
  }

  /**
   * Updates the spike counters after a kernel has drawn blocks of spikes.
   * @param past number of spikes in all blocks before the last
   * @param count number of spikes in the last block; the times of the first `recorded` of these spikes are not after the clock
   */
  countDrawnSpikes(past: number, count: number, recorded: number) {
    const { block } = this;
    this.spikes += block.spikeCount - block.recorded + past + recorded;
    block.spikeCount = count;
    block.recorded = recorded;
    this.next = this.model.nextSpikeTime;
  }

  /** Counts and records the emitted spikes up to and including t. */
  recordUntil(t: number) {
    const { block } = this;
    const from = block.recorded;
    if (block.spikeCount > 0 && block.times[block.spikeCount - 1]! <= t) block.recorded = block.spikeCount;
    else while (block.recorded < block.spikeCount && block.times[block.recorded]! <= t) block.recorded++;
    this.spikes += block.recorded - from;
    this.recorder?.appendAll(this.id, block.times, block.neurons, from, block.recorded);
  }

  /** Discards generated spikes later than t and regenerates from t with the current parameters. */
  restart(t: number) {
    this.recordUntil(t);
    this.block.spikeCount = this.block.recorded;
    this.block.capacity = FIRST_BLOCK_SIZE;
    for (const { queues, delays } of this.outgoing)
      for (const [q, queue] of queues.entries()) queue.cancelAfter(t + delays[q]!);
    this.post.cancelAfter(t);
    this.model.restart(t);
    this.next = this.model.nextSpikeTime;
  }
}

/** Queue of a stimulus's own spikes, which rules of incoming projections process as postsynaptic spikes. */
export class PostSpikeQueue extends SpikeQueue {
  readonly kind = 'post';
  readonly target: Stimulus;

  constructor(target: Stimulus, arena: Arena) {
    super(arena);
    this.target = target;
  }
}

/** Population of a network: model neurons, or a stimulus. */
export type Population = Neurons | Stimulus;

export function createNeurons(
  name: string,
  factory: NeuronFactory,
  winnerTakeAll: WinnerTakeAll | undefined,
  context: ModelContext,
  clock: Clock,
): Neurons {
  const { groups: count = 1, spikes = Infinity } = winnerTakeAll ?? {};
  const hold = validateTime(winnerTakeAll?.hold ?? 0, `${context.name}.winnerTakeAll.hold`);
  const inhibition = new Inhibition(count, hold, spikes, context.arena);
  const model = factory.create(winnerTakeAll ? { ...context, inhibition } : context);
  guardPotential(model, context.name, clock);
  const hasGroups = count > 1 || spikes !== Infinity;
  if (hasGroups) checkWtaGroups(model, count, context.name);
  inhibition.groupSize = model.size / count;
  return new Neurons(name, model, winnerTakeAll ? { ...winnerTakeAll, hold } : null, inhibition, hasGroups);
}

/** Inhibits the winner-take-all groups `indices` from t until `Network.resetDynamicState`. */
export function disableGroups(population: Neurons, indices: Iterable<number>, t: number) {
  const { model, groupInhibition: groups, name } = population;
  if (groups === null) throw new UserError(`disableGroups: population ${show(name)} has no winner-take-all groups.`);
  for (const group of indices) {
    if (!(Number.isInteger(group) && group >= 0 && group < groups.groupCount))
      throw new UserError(
        `disableGroups: population ${show(name)} has no group ${show(group)}; its groups are 0 to ${groups.groupCount - 1}.`,
      );
    model.inhibitGroup!(group, t, MAX_TIME);
    groups.inhibit(group, MAX_TIME);
  }
  population.next = model.nextSpikeTime;
}

/** Clock of a network, ms. While the engine runs, models may compute potentials ahead of the clock. */
interface Clock {
  readonly now: number;
  readonly isRunning: boolean;
}

/** Makes `model.potential` reject unknown neurons and times after the clock, except while the engine runs. */
function guardPotential(model: NeuronModel, where: string, clock: Clock) {
  const { size, potential } = model;
  model.potential = (neuron, t) => {
    const { isRunning, now } = clock;
    if (!isRunning && !(Number.isInteger(neuron) && neuron >= 0 && neuron < size))
      throw new UserError(`${where} has no neuron ${show(neuron)}; its neurons are 0 to ${size - 1}.`);
    if (!isRunning && !(t <= now))
      throw new UserError(
        `${where}: the potential of neuron ${neuron} at ${show(t)} ms is not known yet, because the clock is at ${now} ms. Run the network up to this time first.`,
      );
    return potential.call(model, neuron, t);
  };
}
