import type { Column, RowSink } from '../../../core/log/tables.ts';

/** Keeps the spikes of one image after the other, with times from the start of their image. */
export class CollectedSpikes implements RowSink {
  readonly #starts: number[] = [0];
  readonly #times: number[] = [];
  readonly #neurons: number[] = [];
  readonly #populations: number[] = [];

  write(columns: Readonly<Record<string, Column>>, rows: number): void {
    for (let i = 0; i < rows; i++) {
      this.#times.push(columns.time![i]!);
      this.#neurons.push(columns.neuron![i]!);
      this.#populations.push(columns.population![i]!);
    }
  }

  /** Times on the grid are dyadic, so the difference is exact and the same wherever the clock stands. */
  endImage(start: number): void {
    for (let i = this.#starts.at(-1)!; i < this.#times.length; i++) this.#times[i]! -= start;
    this.#starts.push(this.#times.length);
  }

  result() {
    return {
      starts: Uint32Array.from(this.#starts),
      times: Float64Array.from(this.#times),
      neurons: Uint32Array.from(this.#neurons),
      populations: Uint8Array.from(this.#populations),
    };
  }
}
