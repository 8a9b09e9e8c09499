import type { Arena } from '../../core/kernels/arena.ts';
import type { StimulusModel } from '../../core/model.ts';

/** Copies spikes of a list, from where the cursor stands, into a block; returns how many. */
export function emitFrom(
  cursor: Uint32Array,
  ofTimes: Float64Array,
  ofNeurons: Uint32Array,
  times: Float64Array,
  neurons: Uint32Array,
  capacity: number,
): number {
  const from = cursor[0]!;
  const to = Math.min(from + capacity, ofTimes.length);
  times.set(ofTimes.subarray(from, to));
  neurons.set(ofNeurons.subarray(from, to));
  cursor[0] = to;
  return to - from;
}

/** Plays given spikes, ascending in (time, neuron). */
export class RecordedSpikes implements StimulusModel {
  readonly size: number;
  readonly state;
  #times: Float64Array;
  #neurons: Uint32Array;
  readonly #cursor: Uint32Array;

  constructor(size: number, times: Float64Array, neurons: Uint32Array, arena: Arena) {
    this.size = size;
    this.#times = times;
    this.#neurons = neurons;
    this.#cursor = arena.u32(1);
    this.state = { cursor: this.#cursor };
  }

  /** Plays these from now on; through `Network.change`. They are no part of a checkpoint. */
  setSpikes(times: Float64Array, neurons: Uint32Array): void {
    this.#times = times;
    this.#neurons = neurons;
    this.#cursor[0] = 0;
  }

  get next(): number {
    return this.#times[this.#cursor[0]!] ?? Infinity;
  }

  emit(times: Float64Array, neurons: Uint32Array, capacity: number): number {
    return emitFrom(this.#cursor, this.#times, this.#neurons, times, neurons, capacity);
  }

  restart(t: number): void {
    let low = 0;
    let high = this.#times.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[middle]! <= t) low = middle + 1;
      else high = middle;
    }
    this.#cursor[0] = low;
  }
}
