import { UserError } from '../declare/errors.ts';
import type { Arena } from '../kernels/arena.ts';
import type { NeuronModel, Stateful } from '../model.ts';
import { MAX_TIME } from '../time.ts';
import { columnOf, type Edges, rowEnd, rowStart } from './edges.ts';

/**
 * Winner-take-all groups of equal size of one population. Neurons g × size … (g + 1) × size - 1 compete with each other. A
 * group is inhibited for `inhibitionTime` ms after each of its spikes, and after `maxSpikes` spikes until `rest`.
 */
export class WtaGroups implements Stateful {
  readonly count: number;
  /** Number of neurons per group. */
  readonly size: number;
  /** Inhibition time after a spike, ms. */
  readonly inhibitionTime: number;
  /** Number of spikes after which a group is inhibited until `rest`. */
  readonly maxSpikes: number;
  /** Group with the earliest end of inhibition; the times only increase. */
  #first = 0;
  /** Time after which no group is inhibited, ms. */
  #last = -Infinity;
  /** Per group: end of inhibition (ms), number of spikes and last winner (-1: none) since `rest`. */
  readonly inhibitedUntil: Float64Array;
  readonly spikes: Uint32Array;
  readonly winners: Int32Array;
  readonly state;

  constructor(count: number, size: number, inhibitionTime: number, maxSpikes: number, arena: Arena) {
    this.count = count;
    this.size = size;
    this.inhibitionTime = inhibitionTime;
    this.maxSpikes = maxSpikes;
    this.inhibitedUntil = arena.f64(count);
    this.spikes = arena.u32(count);
    this.winners = new Int32Array(count);
    this.state = { deafUntil: this.inhibitedUntil, spikes: this.spikes, winners: this.winners };
    this.rest();
  }

  /** Maximum number of spikes until all groups have reached their limit. */
  get remainingSpikes(): number {
    let left = 0;
    for (let g = 0; g < this.count; g++)
      if (this.inhibitedUntil[g]! < MAX_TIME) left += this.maxSpikes - this.spikes[g]!;
    return left;
  }

  groupOf(neuron: number): number {
    return Math.floor(neuron / this.size);
  }

  /** Records a spike at t. Returns the end of inhibition of the neuron's group, ms. */
  recordSpike(neuron: number, t: number): number {
    const group = this.groupOf(neuron);
    this.winners[group] = neuron;
    const isAtLimit = ++this.spikes[group]! >= this.maxSpikes;
    this.inhibitedUntil[group] = isAtLimit ? MAX_TIME : t + this.inhibitionTime;
    this.#last = Math.max(this.#last, this.inhibitedUntil[group]!);
    if (group === this.#first) this.#findFirst();
    return this.inhibitedUntil[group]!;
  }

  /** Inhibits groups until `rest`. */
  disable(groups: Iterable<number>): void {
    for (const group of groups) this.inhibitedUntil[group] = MAX_TIME;
    this.restored();
  }

  /** Time until which all groups are inhibited, ms. */
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

  /** Number of synaptic events of an arrival at t: synapses of a row whose target group is not inhibited. */
  countDelivered(edges: Edges, row: number, t: number): number {
    const { size, inhibitedUntil } = this;
    const { blocks } = edges;
    const end = rowEnd(edges, row);
    let delivered = 0;
    if (t >= this.#last) return end - rowStart(edges, row);
    if (blocks?.size === size) {
      for (let b = blocks.starts[row]!; b < blocks.starts[row + 1]!; b++)
        if (t >= inhibitedUntil[blocks.groups[b]!]!) delivered += size;
      return delivered;
    }
    for (let k = rowStart(edges, row); k < end; k++)
      if (t >= inhibitedUntil[this.groupOf(columnOf(edges, row, k))]!) delivered++;
    return delivered;
  }

  rest(): void {
    this.inhibitedUntil.fill(-Infinity);
    this.spikes.fill(0);
    this.winners.fill(-1);
    this.#first = 0;
    this.#last = -Infinity;
  }
}

/** Checks the number of groups. @throws UserError if it does not divide the population, or if the model has no `inhibitGroup` */
export function checkGroups({ size, inhibitGroup }: NeuronModel, groups: number, where: string): void {
  if (size % groups !== 0)
    throw new UserError(
      `${where}.winnerTakeAll.groups is ${groups}, which does not divide the population of ${size} neurons.`,
    );
  if (!inhibitGroup)
    throw new UserError(
      `${where}.winnerTakeAll has groups or spikes, which this neuron model does not support; use lif with synapse delta.`,
    );
}
