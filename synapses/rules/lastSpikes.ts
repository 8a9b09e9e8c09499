import type { Arena } from '../../core/kernels/arena.ts';

/** When each neuron of one side spiked last and next to last: its last spike before any instant up to now. */
export class LastSpikes {
  readonly last: Float64Array;
  readonly state;
  readonly #previous: Float64Array;

  constructor(size: number, arena: Arena) {
    this.last = arena.f64(size).fill(-Infinity);
    this.#previous = arena.f64(size).fill(-Infinity);
    this.state = { last: this.last, previous: this.#previous };
  }

  spike(index: number, t: number): void {
    if (this.last[index] === t) return;
    this.#previous[index] = this.last[index]!;
    this.last[index] = t;
  }

  /** The latest spike before t, -Infinity without one. */
  before(index: number, t: number): number {
    return this.last[index]! < t ? this.last[index]! : this.#previous[index]!;
  }

  rest(): void {
    this.last.fill(-Infinity);
    this.#previous.fill(-Infinity);
  }
}
