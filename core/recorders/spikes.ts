import type { RowSink } from '../log/tables.ts';

const CAPACITY = 65536;

/**
 * Collects the spikes of all recorded populations and hands them on in the one order that does not depend on how the
 * engine went through them: ascending (time, population, neuron). A row leaves once no earlier one can come any more.
 */
export class SpikeRecorder {
  readonly #sink: RowSink;
  readonly #catchUp: () => number;
  #times = new Float64Array(CAPACITY);
  #neurons = new Uint32Array(CAPACITY);
  #populations = new Uint8Array(CAPACITY);
  #count = 0;
  /** So many rows are handed on; more when most of the last lot had to stay. */
  #limit = CAPACITY;
  #emptying = false;

  /** `catchUp` makes stimuli append what they have emitted so far and returns the time up to which all is known. */
  constructor(sink: RowSink, catchUp: () => number) {
    this.#sink = sink;
    this.#catchUp = catchUp;
  }

  /** Rows not handed on yet. */
  get pending(): number {
    return this.#count;
  }

  append(population: number, time: number, neuron: number): void {
    if (this.#count === this.#times.length) this.#grow(1);
    this.#times[this.#count] = time;
    this.#neurons[this.#count] = neuron;
    this.#populations[this.#count++] = population;
    if (this.#count >= this.#limit) this.#empty();
  }

  appendAll(population: number, times: Float64Array, neurons: Uint32Array, from: number, to: number): void {
    if (this.#count + to - from > this.#times.length) this.#grow(to - from);
    for (let k = from; k < to; k++) {
      this.#times[this.#count] = times[k]!;
      this.#neurons[this.#count] = neurons[k]!;
      this.#populations[this.#count++] = population;
    }
    if (this.#count >= this.#limit) this.#empty();
  }

  /** Hands on every row before t (all of them for Infinity). */
  flush(before: number): void {
    this.#sort();
    let rows = 0;
    while (rows < this.#count && this.#times[rows]! < before) rows++;
    if (rows === 0) return;
    this.#sink.write({ time: this.#times, neuron: this.#neurons, population: this.#populations }, rows);
    this.#times.copyWithin(0, rows, this.#count);
    this.#neurons.copyWithin(0, rows, this.#count);
    this.#populations.copyWithin(0, rows, this.#count);
    this.#count -= rows;
  }

  /** Only once new rows are in: a stimulus appends rows of the past, which must not come after what is handed on here. */
  #empty(): void {
    if (this.#emptying) return; // catching up appends rows too
    this.#emptying = true;
    this.flush(this.#catchUp());
    this.#emptying = false;
    this.#limit = Math.max(CAPACITY, 2 * this.#count);
  }

  #grow(count: number): void {
    const capacity = 2 ** Math.ceil(Math.log2(this.#count + count));
    const grow = <T extends Float64Array | Uint32Array | Uint8Array>(old: T, bigger: T): T => {
      bigger.set(old.subarray(0, this.#count));
      return bigger;
    };
    this.#times = grow(this.#times, new Float64Array(capacity));
    this.#neurons = grow(this.#neurons, new Uint32Array(capacity));
    this.#populations = grow(this.#populations, new Uint8Array(capacity));
  }

  /** Rows come nearly sorted; a merge of long runs costs little, and nothing when they are in order already. */
  #sort(): void {
    const [t, n, p] = [this.#times, this.#neurons, this.#populations];
    const compare = (a: number, b: number) => t[a]! - t[b]! || p[a]! - p[b]! || n[a]! - n[b]!;
    let sorted = true;
    for (let k = 1; k < this.#count && sorted; k++) sorted = compare(k - 1, k) <= 0;
    if (sorted) return;
    const order = Array.from({ length: this.#count }, (_, k) => k).sort(compare);
    t.set(Float64Array.from(order, (k) => t[k]!));
    n.set(Uint32Array.from(order, (k) => n[k]!));
    p.set(Uint8Array.from(order, (k) => p[k]!));
  }
}
