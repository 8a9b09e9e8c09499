import type { Neurons } from '../../../core/graph/population.ts';
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
  /** See `Outcome`. */
  blocks?(): Record<string, number[]>;
}

export type MakeBenchmarked = (seed: number) => Benchmarked;

/** Keeps recorded spikes in memory, as the other side's monitors do. */
export class KeptSpikes implements RowSink {
  readonly lots: { readonly times: Float64Array; readonly neurons: Uint32Array; readonly populations: Uint8Array }[] =
    [];

  write({ time, neuron, population }: Readonly<Record<string, Column>>, rows: number): void {
    this.lots.push({
      times: (time as Float64Array).slice(0, rows),
      neurons: (neuron as Uint32Array).slice(0, rows),
      populations: (population as Uint8Array).slice(0, rows),
    });
  }

  /** Spikes of one population, or all, from t on and before `end`. */
  between(t: number, end = Infinity, of?: Neurons): number {
    let count = 0;
    for (const { times, populations } of this.lots)
      times.forEach((time, k) => {
        if (time >= t && time < end && (of === undefined || populations[k] === of.id)) count++;
      });
    return count;
  }
}

/** What a comparison of a network's rate runs and counts: the rate after the first fifth of `ms`. */
export function lateRate(net: Network, neurons: Neurons, ms: number): Benchmarked {
  const kept = new KeptSpikes();
  net.recordSpikes([neurons], kept);
  return {
    net,
    biological: ms,
    warmUp() {},
    run: () => void net.run(ms),
    counts() {
      net.flush();
      return { 'late rate (Hz)': kept.between(ms / 5) / neurons.size / (0.0008 * ms) };
    },
  };
}
