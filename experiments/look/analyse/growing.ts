import { UserError } from '../../../core/declare/errors.ts';

/** What the memory of an analysis is held to: at about 200 bytes a neuron, 0.8 GB. */
export const MOST_NEURONS = 2 ** 22;

export function checkSize(name: string, size: number): void {
  if (size > MOST_NEURONS)
    throw new UserError(`${name} has ${size} neurons or more; an analysis takes at most ${MOST_NEURONS} a population.`);
}

/** A number for each neuron, for as many as turn up. */
export class Growing {
  readonly #initial: number;
  #values = new Float64Array(0);

  constructor(initial: number) {
    this.#initial = initial;
  }

  /** The numbers, of this neuron too; they move to another array when a higher neuron turns up. */
  at(neuron: number): Float64Array {
    if (neuron >= this.#values.length) this.#grow(neuron + 1);
    return this.#values;
  }

  #grow(size: number): void {
    checkSize('a population', size);
    const larger = new Float64Array(Math.min(MOST_NEURONS, Math.max(64, size, 2 * this.#values.length)));
    larger.fill(this.#initial);
    larger.set(this.#values);
    this.#values = larger;
  }
}
