import type { KernelChoice } from '../../../core/arena.ts';
import type { Column, RowSink } from '../../../core/log/tables.ts';
import type { Network } from '../../../core/network.ts';

/** A network of a comparison, built and ready. Only `run` is timed. */
export interface Benchmarked {
  readonly net: Network;
  /** Biological time of `run`, ms. */
  readonly biological: number;
  /** What the other side's script does before its clock starts. */
  warmUp(): void;
  run(): void;
  /** What both sides must agree in, by name. */
  counts(): Record<string, number>;
}

export type MakeBenchmarked = (seed: number, kernels: KernelChoice) => Benchmarked;

/** Keeps recorded spikes in memory, as the other side's monitors do. */
export class KeptSpikes implements RowSink {
  times = new Float64Array(1 << 16);
  neurons = new Uint32Array(1 << 16);
  count = 0;

  write({ time, neuron }: Readonly<Record<string, Column>>, rows: number): void {
    if (this.count + rows > this.times.length) {
      const [times, neurons] = [this.times, this.neurons];
      this.times = new Float64Array(2 * (this.count + rows));
      this.neurons = new Uint32Array(2 * (this.count + rows));
      this.times.set(times);
      this.neurons.set(neurons);
    }
    this.times.set((time as Float64Array).subarray(0, rows), this.count);
    this.neurons.set((neuron as Uint32Array).subarray(0, rows), this.count);
    this.count += rows;
  }

  /** Spikes at or after t. */
  since(t: number): number {
    return this.times.subarray(0, this.count).reduce((n, time) => n + (time >= t ? 1 : 0), 0);
  }
}
