import { UserError } from '../../../core/declare/errors.ts';

/** Maximum number of neurons, which limits the memory of an analysis: about 200 bytes per neuron, 0.8 GB in total. */
const MAX_NEURONS = 2 ** 22;

/** Checks that a population is small enough to be analysed. @throws UserError */
export function checkPopulationSize(name: string, size: number): void {
  if (size > MAX_NEURONS)
    throw new UserError(
      `${name} has at least ${size} neurons; at most ${MAX_NEURONS} neurons per population can be analysed.`,
    );
}

/** Growable table of numbers, with one row per neuron and named columns. */
export class NeuronColumns<Name extends string> {
  readonly #initial: Readonly<Record<Name, number>>;
  #columns: Record<Name, Float64Array>;
  #size = 0;

  /** @param initial initial value in each column */
  constructor(initial: Readonly<Record<Name, number>>) {
    this.#initial = initial;
    this.#columns = this.#allocate();
  }

  /** Number of rows. */
  get size(): number {
    return this.#size;
  }

  /** Returns the columns; first grows the table until it has a row for `neuron`, which replaces the arrays. */
  reserve(neuron: number): Readonly<Record<Name, Float64Array>> {
    if (neuron >= this.#size) this.#grow(neuron + 1);
    return this.#columns;
  }

  #grow(size: number): void {
    checkPopulationSize('a population', size);
    const before = this.#columns;
    this.#size = Math.min(MAX_NEURONS, Math.max(64, size, 2 * this.#size));
    this.#columns = this.#allocate();
    for (const name of Object.keys(before) as Name[]) this.#columns[name].set(before[name]);
  }

  #allocate(): Record<Name, Float64Array> {
    const entries = Object.entries<number>(this.#initial);
    return Object.fromEntries(
      entries.map(([name, value]) => [name, new Float64Array(this.#size).fill(value)]),
    ) as Record<Name, Float64Array>;
  }
}
