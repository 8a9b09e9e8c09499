import { nonNegative } from '../../core/declare/params.ts';
import type { Arena } from '../../core/kernels/arena.ts';

/** Times of each neuron's last two spikes (pre or post), to find its last spike before a given time. */
export class LastSpikes {
  readonly lastTimes;
  readonly state;
  readonly #previousTimes;

  constructor(size: number, arena: Arena) {
    this.lastTimes = arena.f64(size).fill(-Infinity);
    this.#previousTimes = arena.f64(size).fill(-Infinity);
    this.state = { last: this.lastTimes, previous: this.#previousTimes };
  }

  recordSpike(index: number, t: number) {
    if (this.lastTimes[index] === t) return;
    this.#previousTimes[index] = this.lastTimes[index]!;
    this.lastTimes[index] = t;
  }

  /** Time of the latest spike before t, ms; -Infinity if there is none. */
  findLastBefore(index: number, t: number): number {
    return this.lastTimes[index]! < t ? this.lastTimes[index]! : this.#previousTimes[index]!;
  }

  resetDynamicState() {
    this.lastTimes.fill(-Infinity);
    this.#previousTimes.fill(-Infinity);
  }
}

export const arrivalWindowParam = (what: string) =>
  nonNegative(50, 'ms', `length of the window before a postsynaptic spike: inputs that arrived in this window ${what}`);

/**
 * Last arrival time at each presynaptic terminal, ms (-Infinity before the first arrival), and the methods of a rule
 * that records it and pulses at postsynaptic spikes only.
 */
export function createLastArrivalRecorder(rows: number, arena: Arena) {
  const last = arena.f64(rows).fill(-Infinity);
  const hooks = {
    pulsesAtArrival: false,
    onPre(row: number, t: number) {
      last[row] = t;
    },
    onPreBatch(times: Float64Array, rows: Uint32Array, from: number, to: number) {
      for (let k = from; k < to; k++) last[rows[k]!] = times[k]!;
    },
    resetDynamicState: () => void last.fill(-Infinity),
  };
  return { last, hooks };
}
