import type { RowSink } from '../log/tables.ts';
import { findFirstAtOrAfter } from '../time.ts';

/** Maximum number of rows per write, and number of buffered rows that triggers a write. */
const BATCH_ROWS = 8192;

/** Buffered spikes of one population, ascending by (time, neuron). */
class SpikeBuffer {
  readonly populationId: number;
  times = new Float64Array(1024);
  neurons = new Uint32Array(1024);
  head = 0;
  tail = 0;

  constructor(population: number) {
    this.populationId = population;
  }

  /** Time of the first buffered spike, ms; Infinity without spikes. */
  get next(): number {
    return this.head < this.tail ? this.times[this.head]! : Infinity;
  }

  reserve(count: number) {
    if (this.tail + count <= this.times.length) return;
    const { head, tail } = this;
    const length = tail - head;
    const [times, neurons] = [this.times, this.neurons];
    if (2 * (length + count) > times.length) {
      const capacity = 2 ** Math.ceil(Math.log2(2 * (length + count)));
      this.times = new Float64Array(capacity);
      this.neurons = new Uint32Array(capacity);
    }
    this.times.set(times.subarray(head, tail));
    this.neurons.set(neurons.subarray(head, tail));
    this.head = 0;
    this.tail = length;
  }

  /** Appends a spike; spikes of one tick stay sorted by neuron. */
  push(time: number, neuron: number) {
    this.reserve(1);
    let index = this.tail++;
    for (; index > this.head && this.times[index - 1] === time && this.neurons[index - 1]! > neuron; index--) {
      this.neurons[index] = this.neurons[index - 1]!;
    }
    this.times[this.tail - 1] = time;
    this.neurons[index] = neuron;
  }
}

/** Index of the first spike at or after time `until`, among `from` … `to - 1`; `to` if there is none. Exponential search. */
function findEndBefore(times: Float64Array, from: number, to: number, until: number) {
  let end = from;
  for (let step = 1; end < to && times[end]! < until; step *= 2) {
    from = end + 1;
    end = Math.min(to, end + step);
  }
  return findFirstAtOrAfter(times, from, end, until);
}

/**
 * Writes the spikes of all recorded populations, ascending by (time, population, neuron). Spikes are written when no
 * earlier spike of another population can follow.
 */
export class SpikeRecorder {
  readonly #sink;
  readonly #recordStimuli: () => number;
  readonly #buffers: SpikeBuffer[] = [];
  readonly #batch = {
    time: new Float64Array(BATCH_ROWS),
    neuron: new Uint32Array(BATCH_ROWS),
    population: new Uint8Array(BATCH_ROWS),
  };
  #count = 0;
  #limit = BATCH_ROWS;
  #isWriting = false;

  constructor(sink: RowSink, recordStimuli: () => number) {
    this.#sink = sink;
    this.#recordStimuli = recordStimuli;
  }

  append(population: number, time: number, neuron: number) {
    this.#getBuffer(population).push(time, neuron);
    if (++this.#count >= this.#limit) this.#writeFinalRows();
  }

  /** Appends spikes of one population that are in order and follow its earlier spikes. */
  appendAll(population: number, times: Float64Array, neurons: Uint32Array, from: number, to: number) {
    if (from === to) return;
    const buffer = this.#getBuffer(population);
    buffer.reserve(to - from);
    buffer.times.set(times.subarray(from, to), buffer.tail);
    buffer.neurons.set(neurons.subarray(from, to), buffer.tail);
    buffer.tail += to - from;
    this.#count += to - from;
    if (this.#count >= this.#limit) this.#writeFinalRows();
  }

  flush(before: number) {
    const { time, neuron, population } = this.#batch;
    let rows = 0;
    for (;;) {
      let first: SpikeBuffer | null = null;
      let earliest = before;
      let until = before; // earliest next spike of all other populations, ms
      for (const buffer of this.#buffers) {
        if (buffer.next < earliest) {
          until = earliest;
          earliest = buffer.next;
          first = buffer;
        } else if (buffer.next < until) {
          until = buffer.next;
        }
      }
      if (first === null) break;
      const { times, neurons, tail } = first;
      do {
        const from = first.head;
        const limit = Math.min(tail, from + BATCH_ROWS - rows);
        const end = times[limit - 1]! < until ? limit : findEndBefore(times, from + 1, limit, until);
        time.set(times.subarray(from, end), rows);
        neuron.set(neurons.subarray(from, end), rows);
        population.fill(first.populationId, rows, rows + end - from);
        rows += end - from;
        first.head = end;
        if (rows === BATCH_ROWS) rows = this.#write(rows);
      } while (first.next < until);
    }
    this.#write(rows);
  }

  #write(rows: number): number {
    if (rows > 0) this.#sink.write(this.#batch, rows);
    this.#count -= rows;
    return 0;
  }

  /** Returns the buffer of a population. Buffers ascend by population, the order of spikes at equal times. */
  #getBuffer(population: number): SpikeBuffer {
    let index = 0;
    for (; index < this.#buffers.length; index++) {
      const buffer = this.#buffers[index]!;
      if (buffer.populationId === population) return buffer;
      if (buffer.populationId > population) break;
    }
    const created = new SpikeBuffer(population);
    this.#buffers.splice(index, 0, created);
    return created;
  }

  /** Makes stimuli record their past spikes, then writes the rows before which no further spike can occur. */
  #writeFinalRows() {
    if (this.#isWriting) return; // `#recordStimuli` appends rows, which would start another write
    this.#isWriting = true;
    this.flush(this.#recordStimuli());
    this.#isWriting = false;
    this.#limit = Math.max(BATCH_ROWS, 2 * this.#count);
  }
}
