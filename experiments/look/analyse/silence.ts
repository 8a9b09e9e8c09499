export interface Silence {
  /** ms in which no neuron of the population fires, the ends of the window included. */
  readonly longest: number;
  /** Share of the bins without any spike. */
  readonly emptyBins: number;
}

/** When a whole population is silent. Definition: ours, the gaps between the merged spikes of all neurons. */
export class SilenceOf {
  readonly #to: number;
  #last: number;
  #longest = 0;
  #bins = 0;
  #empty = 0;

  constructor(from: number, to: number) {
    this.#last = from;
    this.#to = to;
  }

  spike(t: number): void {
    this.#longest = Math.max(this.#longest, t - this.#last);
    this.#last = t;
  }

  bin(count: number): void {
    this.#bins++;
    if (count === 0) this.#empty++;
  }

  result(): Silence {
    return { longest: Math.max(this.#longest, this.#to - this.#last), emptyBins: this.#empty / this.#bins };
  }
}
