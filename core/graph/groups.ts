import { UserError } from '../declare/errors.ts';
import type { Arena } from '../kernels/arena.ts';
import type { NeuronModel, Stateful } from '../model.ts';
import { LONGEST } from '../time.ts';
import { columnOf, type Edges, rowEnd, rowStart } from './edges.ts';

/**
 * The equal groups of one population under winner-take-all inhibition: neurons g × size … (g + 1) × size - 1 compete with
 * each other only. A group is deaf for `hold` ms after each of its spikes, and after so many of them until the network rests.
 */
export class Groups implements Stateful {
  readonly count: number;
  /** Neurons of each. */
  readonly size: number;
  readonly #hold: number;
  readonly #most: number;
  /** A group that listens again before all others, or with them: times only grow. */
  #first = 0;
  /** After this all of them listen; after the second all but those that are silent until the network rests. */
  #last = -Infinity;
  #lastHeld = -Infinity;
  /** How often the silent ones have changed; for these edges how many synapses of each row were heard, and as of which change. */
  #changes = 1;
  #known: Edges | null = null;
  #heard = new Uint32Array(0);
  #asOf = new Uint32Array(0);
  /** Until when each is deaf, and its spikes and its last winner (-1: none) since the network rested. */
  readonly deafUntil: Float64Array;
  readonly spikes: Uint32Array;
  readonly winners: Int32Array;
  readonly state;

  constructor(count: number, size: number, hold: number, most: number, arena: Arena) {
    this.count = count;
    this.size = size;
    this.#hold = hold;
    this.#most = most;
    this.deafUntil = arena.f64(count);
    this.spikes = arena.u32(count);
    this.winners = new Int32Array(count);
    this.state = { deafUntil: this.deafUntil, spikes: this.spikes, winners: this.winners };
    this.rest();
  }

  /** Whether spikes hold no group back. */
  get open(): boolean {
    return this.#hold === 0 && this.#most === Infinity;
  }

  of(neuron: number): number {
    return Math.floor(neuron / this.size);
  }

  /** A neuron has fired at t: until when its group is deaf now. */
  fired(neuron: number, t: number): number {
    const group = this.of(neuron);
    this.winners[group] = neuron;
    const silent = ++this.spikes[group]! >= this.#most;
    this.deafUntil[group] = silent ? LONGEST : t + this.#hold;
    if (this.deafUntil[group]! > t) this.#later(this.deafUntil[group]!);
    if (group === this.#first) this.#findFirst();
    return this.deafUntil[group]!;
  }

  /** These are silent until the network rests. */
  silence(groups: Iterable<number>): void {
    for (const group of groups) this.deafUntil[group] = LONGEST;
    this.restored();
  }

  /** Until when all of them are deaf. */
  get allDeafUntil(): number {
    return this.deafUntil[this.#first]!;
  }

  restored(): void {
    this.#findFirst();
    this.#forget();
    for (const t of this.deafUntil) this.#later(t);
  }

  #forget(): void {
    this.#last = this.#lastHeld = -Infinity;
    this.#changes++;
  }

  /** A group is deaf until then. */
  #later(until: number): void {
    this.#last = Math.max(this.#last, until);
    if (until === LONGEST) this.#changes++;
    else this.#lastHeld = Math.max(this.#lastHeld, until);
  }

  #findFirst(): void {
    this.#first = 0;
    for (let g = 1; g < this.count; g++) if (this.deafUntil[g]! < this.deafUntil[this.#first]!) this.#first = g;
  }

  /** How many synapses of a row find their group listening at t. */
  heard(edges: Edges, row: number, t: number): number {
    if (t >= this.#last) return rowEnd(edges, row) - rowStart(edges, row);
    if (t < this.#lastHeld) return this.#count(edges, row, t);
    // Only silent groups are deaf: until there is one more it is the same whenever the row is heard.
    if (this.#known !== edges) {
      this.#known = edges;
      this.#heard = new Uint32Array(edges.rows);
      this.#asOf = new Uint32Array(edges.rows);
    }
    if (this.#asOf[row] !== this.#changes) {
      this.#asOf[row] = this.#changes;
      this.#heard[row] = this.#count(edges, row, t);
    }
    return this.#heard[row]!;
  }

  #count(edges: Edges, row: number, t: number): number {
    const { size, deafUntil } = this;
    const { blocks } = edges;
    let heard = 0;
    if (blocks?.size === size) {
      for (let b = blocks.starts[row]!; b < blocks.starts[row + 1]!; b++)
        if (t >= deafUntil[blocks.groups[b]!]!) heard += size;
      return heard;
    }
    const end = rowEnd(edges, row);
    for (let k = rowStart(edges, row); k < end; k++) if (t >= deafUntil[this.of(columnOf(edges, row, k))]!) heard++;
    return heard;
  }

  rest(): void {
    this.deafUntil.fill(-Infinity);
    this.spikes.fill(0);
    this.winners.fill(-1);
    this.#first = 0;
    this.#forget();
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
