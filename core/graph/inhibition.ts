import { UserError } from '../declare/errors.ts';
import type { Arena } from '../kernels/arena.ts';
import type { NeuronModel, Stateful } from '../model.ts';
import { MAX_TIME } from '../time.ts';
import { type Edges, getColumn, getRowEnd, getRowStart } from './edges.ts';

/**
 * Winner-take-all inhibition of one population, in groups of `groupSize` consecutive neurons. Each spike inhibits its
 * group for `inhibitionTime` ms. After `maxSpikes` spikes, the group is inhibited until `Network.resetDynamicState`.
 */
export class Inhibition implements Stateful {
  readonly groupCount: number;
  /** Number of neurons per group; set once the neuron model is known. */
  groupSize = 0;
  readonly inhibitionTime: number;
  readonly maxSpikes: number;
  /** Group whose inhibition ends first; end times only increase. */
  #earliestGroup = 0;
  #latestEnd = -Infinity;
  /** End of the inhibition of each group, ms; -Infinity if it was never inhibited. */
  readonly until: Float64Array;
  /** Number of spikes of each group since the last reset. */
  readonly spikeCounts: Uint32Array;
  /** Per group, index of the neuron that fired last since the last reset; -1 if none fired. */
  readonly lastWinners: Int32Array;
  readonly state;

  constructor(groupCount: number, inhibitionTime: number, maxSpikes: number, arena: Arena) {
    this.groupCount = groupCount;
    this.inhibitionTime = inhibitionTime;
    this.maxSpikes = maxSpikes;
    this.until = arena.f64(groupCount);
    this.spikeCounts = arena.u32(groupCount);
    this.lastWinners = new Int32Array(groupCount);
    this.state = { until: this.until, spikes: this.spikeCounts, winners: this.lastWinners };
    this.resetDynamicState();
  }

  /** Number of spikes until all groups have reached their spike limit. */
  get remainingSpikes(): number {
    let left = 0;
    for (let g = 0; g < this.groupCount; g++)
      if (this.until[g]! < MAX_TIME) left += this.maxSpikes - this.spikeCounts[g]!;
    return left;
  }

  getGroup(neuron: number): number {
    return Math.floor(neuron / this.groupSize);
  }

  /** Counts a spike and inhibits the neuron's group; returns the end of inhibition, ms. */
  recordSpike(neuron: number, t: number): number {
    const group = this.getGroup(neuron);
    this.lastWinners[group] = neuron;
    const isAtLimit = ++this.spikeCounts[group]! >= this.maxSpikes;
    return this.inhibit(group, isAtLimit ? MAX_TIME : t + this.inhibitionTime);
  }

  /** Inhibits a group up to the time `until`, ms; returns `until`. */
  inhibit(group: number, until: number): number {
    this.until[group] = until;
    this.#latestEnd = Math.max(this.#latestEnd, until);
    if (group === this.#earliestGroup) this.#findFirstReleasedGroup();
    return until;
  }

  /** Time before which all groups ignore arrivals, ms. */
  get allInhibitedUntil(): number {
    return this.until[this.#earliestGroup]!;
  }

  onCheckpointLoaded() {
    this.#findFirstReleasedGroup();
    this.#latestEnd = this.until.reduce((a, b) => Math.max(a, b));
  }

  #findFirstReleasedGroup() {
    this.#earliestGroup = 0;
    for (let g = 1; g < this.groupCount; g++)
      if (this.until[g]! < this.until[this.#earliestGroup]!) this.#earliestGroup = g;
  }

  /** Number of synapses of the row whose target neurons are not inhibited at t. */
  countUninhibitedSynapses(edges: Edges, row: number, t: number): number {
    const { groupSize: size, until } = this;
    const { blocks } = edges;
    const end = getRowEnd(edges, row);
    let delivered = 0;
    if (t >= this.#latestEnd) return end - getRowStart(edges, row);
    if (blocks?.blockSize === size) {
      for (let b = blocks.blockStarts[row]!; b < blocks.blockStarts[row + 1]!; b++)
        if (t >= until[blocks.targetGroups[b]!]!) delivered += size;
      return delivered;
    }
    for (let k = getRowStart(edges, row); k < end; k++)
      if (t >= until[this.getGroup(getColumn(edges, row, k))]!) delivered++;
    return delivered;
  }

  resetDynamicState() {
    this.until.fill(-Infinity);
    this.spikeCounts.fill(0);
    this.lastWinners.fill(-1);
    this.#earliestGroup = 0;
    this.#latestEnd = -Infinity;
  }
}

/**
 * Checks the number of groups.
 * @throws UserError if groups do not divide the population, or the model has no `inhibitGroup`
 */
export function checkWtaGroups({ size, inhibitGroup }: NeuronModel, groups: number, where: string) {
  if (size % groups !== 0)
    throw new UserError(
      `${where}.winnerTakeAll.groups is ${groups}, which does not divide the population of ${size} neurons.`,
    );
  if (!inhibitGroup)
    throw new UserError(
      `${where}.winnerTakeAll has groups or spikes, which this neuron model does not support; use lif with synapse delta.`,
    );
}
