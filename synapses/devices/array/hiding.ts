import type { Floats } from '../../../core/kernels/arena.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import { type Books, TOTALS } from './books.ts';
import type { Signal } from './signal.ts';
import type { Stash } from './stash.ts';

/** What hiding a synapse and showing it again does to its weight and to the books. */
export class Hiding {
  readonly #stash: Stash;
  readonly #g: Float64Array;
  readonly #weights: Floats;
  readonly #signal: Signal;
  readonly #books: Books;

  constructor(stash: Stash, g: Float64Array, weights: Floats, signal: Signal, books: Books) {
    this.#stash = stash;
    this.#g = g;
    this.#weights = weights;
    this.#signal = signal;
    this.#books = books;
  }

  get state() {
    return this.#stash.state;
  }

  visible(row: number): number {
    return this.#stash.visible[row]!;
  }

  hides(k: number): boolean {
    return this.#stash.hides(k);
  }

  reveal(k: number, row: number, column: number): void {
    if (this.#stash.reveal(k, row)) this.#show(k, row, column);
  }

  /** Whether the device of this one pulse is hidden: it misses it then. */
  missed(p: Pulses): boolean {
    const k = p.edges[0]!;
    if (!this.#stash.hides(k)) return false;
    this.#books.totals[TOTALS.skipped]!++;
    if (this.#stash.missed(k, rowOf(p))) this.#show(k, rowOf(p), columnOf(p));
    return true;
  }

  /** The device of this one pulse got it, or was spared it because it is at its bound, which is no change either. */
  pulsed(p: Pulses): void {
    const k = p.edges[0]!;
    const change = p.count > 0 ? p.after[0]! - p.before[0]! : 0;
    if (!this.#stash.pulsed(k, rowOf(p), p.before[0]! + change, change)) return;
    this.#books.totals[TOTALS.hidden]!++;
    this.#weights[k] = 0;
    this.#books.change(rowOf(p), columnOf(p), -this.#signal.conductance(k, this.#g[k]!));
  }

  #show(k: number, row: number, column: number): void {
    this.#books.totals[TOTALS.hidden]!--;
    this.#weights[k] = this.#signal.weight(k, this.#g[k]!);
    this.#books.change(row, column, this.#signal.conductance(k, this.#g[k]!));
  }
}

/** Row and column of the only pulse of a batch. */
const rowOf = ({ row, others }: Pulses): number => (row < 0 ? others[0]! : row);
const columnOf = ({ column, others }: Pulses): number => (column < 0 ? others[0]! : column);
