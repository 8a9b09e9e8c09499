import type { Column, RowSink } from '../../../../core/log/tables.ts';
import type { ImageSpikes } from './spikeStore.ts';

/** Sink that collects the spikes of one population, image by image. */
export class ImageSink implements RowSink {
  #times = new Float64Array(1024);
  #neurons = new Uint32Array(1024);
  #count = 0;

  write({ time, neuron }: Readonly<Record<string, Column>>, rows: number): void {
    if (this.#count + rows > this.#times.length) {
      const [times, neurons] = [this.#times, this.#neurons];
      this.#times = new Float64Array(2 * (this.#count + rows));
      this.#neurons = new Uint32Array(2 * (this.#count + rows));
      this.#times.set(times);
      this.#neurons.set(neurons);
    }
    this.#times.set((time as Float64Array).subarray(0, rows), this.#count);
    this.#neurons.set((neuron as Uint32Array).subarray(0, rows), this.#count);
    this.#count += rows;
  }

  /** Returns and clears the collected spikes, with times relative to `start`; valid until the next spike is written. */
  take(start: number): ImageSpikes {
    const n = this.#count;
    this.#count = 0;
    for (let k = 0; k < n; k++) this.#times[k]! -= start;
    return { times: this.#times.subarray(0, n), neurons: this.#neurons.subarray(0, n) };
  }
}
