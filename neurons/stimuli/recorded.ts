import { UserError } from '../../core/declare/errors.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import type { StimulusModel } from '../../core/model.ts';

interface Spike {
  readonly time: number;
  readonly neuron: number;
}

/** Spike times (ms) and neurons as arrays, ascending in (time, neuron). */
export function sortSpikes(spikes: Spike[]): { times: Float64Array; neurons: Uint32Array } {
  spikes.sort((a, b) => a.time - b.time || a.neuron - b.neuron);
  return {
    times: Float64Array.from(spikes, ({ time }) => time),
    neurons: Uint32Array.from(spikes, ({ neuron }) => neuron),
  };
}

/** Returns the loaded content of a file parameter. @throws UserError for a path, because only the command line reads files. */
export function requireLoaded<T>(file: T | string, where: string): T {
  if (typeof file === 'string')
    throw new UserError(`${where} is a path, but only \`memspike run\` reads files. Pass the loaded data instead.`);
  return file;
}

/** Stimulus that emits a given list of spikes, ascending in (time, neuron). */
export class RecordedSpikes implements StimulusModel {
  readonly size: number;
  readonly state;
  #times: Float64Array;
  #neurons: Uint32Array;
  readonly #cursor: Uint32Array;

  /** @param cursor its first entry is the number of emitted spikes */
  constructor(
    size: number,
    times: Float64Array,
    neurons: Uint32Array,
    arena: Arena,
    cursor: Uint32Array = arena.u32(1),
  ) {
    this.size = size;
    this.#times = times;
    this.#neurons = neurons;
    this.#cursor = cursor;
    this.state = { cursor };
  }

  /** Replaces the list of spikes. Call within `Network.change`. Checkpoints do not contain the list. */
  setSpikes(times: Float64Array, neurons: Uint32Array): void {
    this.#times = times;
    this.#neurons = neurons;
    this.#cursor[0] = 0;
  }

  get next(): number {
    return this.#times[this.#cursor[0]!] ?? Infinity;
  }

  emit(times: Float64Array, neurons: Uint32Array, capacity: number): number {
    const from = this.#cursor[0]!;
    const to = Math.min(from + capacity, this.#times.length);
    times.set(this.#times.subarray(from, to));
    neurons.set(this.#neurons.subarray(from, to));
    this.#cursor[0] = to;
    return to - from;
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
