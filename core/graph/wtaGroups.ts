import { UserError } from '../declare/errors.ts';
import type { Arena } from '../kernels/arena.ts';
import type { NeuronModel, Stateful } from '../model.ts';
import { MAX_TIME } from '../time.ts';
import { columnOf, type Edges, rowEnd, rowStart } from './edges.ts';

/**
 * The equal groups of one population under winner-take-all inhibition: neurons g × size … (g + 1) × size - 1 compete with
 * each other only. A group is deaf for `hold` ms after each of its spikes, and after so many of them until the network rests.
 */
export class WtaGroups implements Stateful {
  readonly count: number;
  /** Neurons of each. */
  readonly size: number;
  /** For how long a group is deaf after a spike, ms, and after how many until the network rests. */
  readonly inhibitionTime: number;
  readonly maxSpikes: number;
  /** A group that listens again before all others, or with them: times only grow. */
  #first = 0;
  /** After this all of them listen. */
  #last = -Infinity;
  /** Until when each is deaf, and its spikes and its last winner (-1: none) since the network rested. */
  readonly inhibitedUntil: Float64Array;
  readonly spikes: Uint32Array;
  readonly winners: Int32Array;
  readonly state;

  constructor(count: number, size: number, hold: number, most: number, arena: Arena) {
    this.count = count;
    this.size = size;
    this.inhibitionTime = hold;
    this.maxSpikes = most;
    this.inhibitedUntil = arena.f64(count);
    this.spikes = arena.u32(count);
    this.winners = new Int32Array(count);
    this.state = { deafUntil: this.inhibitedUntil, spikes: this.spikes, winners: this.winners };
    this.rest();
  }

  /** How many spikes there can be at most until all of them are silent. */
  get remainingSpikes(): number {
    let left = 0;
    for (let g = 0; g < this.count; g++)
      if (this.inhibitedUntil[g]! < MAX_TIME) left += this.maxSpikes - this.spikes[g]!;
    return left;
  }

  groupOf(neuron: number): number {
    return Math.floor(neuron / this.size);
  }

  /** A neuron has fired at t: until when its group is deaf now. */
  recordSpike(neuron: number, t: number): number {
    const group = this.groupOf(neuron);
    this.winners[group] = neuron;
    const silent = ++this.spikes[group]! >= this.maxSpikes;
    this.inhibitedUntil[group] = silent ? MAX_TIME : t + this.inhibitionTime;
    this.#last = Math.max(this.#last, this.inhibitedUntil[group]!);
    if (group === this.#first) this.#findFirst();
    return this.inhibitedUntil[group]!;
  }

  /** These are silent until the network rests. */
  disable(groups: Iterable<number>): void {
    for (const group of groups) this.inhibitedUntil[group] = MAX_TIME;
    this.restored();
  }

  /** Until when all of them are deaf. */
  get allInhibitedUntil(): number {
    return this.inhibitedUntil[this.#first]!;
  }

  restored(): void {
    this.#findFirst();
    this.#last = this.inhibitedUntil.reduce((a, b) => Math.max(a, b));
  }

  #findFirst(): void {
    this.#first = 0;
    for (let g = 1; g < this.count; g++)
      if (this.inhibitedUntil[g]! < this.inhibitedUntil[this.#first]!) this.#first = g;
  }

  /** How many synapses of a row find their group listening at t. */
  countDelivered(edges: Edges, row: number, t: number): number {
    const { size, inhibitedUntil } = this;
    const { blocks } = edges;
    const end = rowEnd(edges, row);
    let heard = 0;
    if (t >= this.#last) return end - rowStart(edges, row);
    if (blocks?.size === size) {
      for (let b = blocks.starts[row]!; b < blocks.starts[row + 1]!; b++)
        if (t >= inhibitedUntil[blocks.groups[b]!]!) heard += size;
      return heard;
    }
    for (let k = rowStart(edges, row); k < end; k++)
      if (t >= inhibitedUntil[this.groupOf(columnOf(edges, row, k))]!) heard++;
    return heard;
  }

  rest(): void {
    this.inhibitedUntil.fill(-Infinity);
    this.spikes.fill(0);
    this.winners.fill(-1);
    this.#first = 0;
    this.#last = -Infinity;
  }
}

/** @throws UserError for groups that do not divide the population, or that its model cannot inhibit by themselves */
export function checkGroups({ size, inhibitGroup }: NeuronModel, groups: number, where: string): void {
  if (size % groups !== 0)
    throw new UserError(
      `${where}.winnerTakeAll.groups is ${groups}, which does not divide the population of ${size} neurons.`,
    );
  if (!inhibitGroup)
    throw new UserError(
      `${where}.winnerTakeAll has groups or spikes, but neurons of this model are inhibited all together only; lif with synapse delta can.`,
    );
}
