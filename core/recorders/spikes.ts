import type { RowSink } from '../log/tables.ts';

/**
 * Rows handed on at a time at most, and after how many waiting ones the recorder empties itself: few enough to stay in the
 * cache beside the weights.
 */
const LOT = 8192;

/** The spikes of one population that wait to be handed on, ascending in (time, neuron). */
class Waiting {
  readonly population: number;
  times = new Float64Array(1024);
  neurons = new Uint32Array(1024);
  head = 0;
  tail = 0;

  constructor(population: number) {
    this.population = population;
  }

  /** Time of the first one, Infinity when there is none. */
  get next(): number {
    return this.head < this.tail ? this.times[this.head]! : Infinity;
  }

  makeRoom(count: number): void {
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

  /** Within one instant neurons ascend, whatever the order in which they come. */
  push(time: number, neuron: number): void {
    this.makeRoom(1);
    let place = this.tail++;
    for (; place > this.head && this.times[place - 1] === time && this.neurons[place - 1]! > neuron; place--) {
      this.neurons[place] = this.neurons[place - 1]!;
    }
    this.times[this.tail - 1] = time;
    this.neurons[place] = neuron;
  }
}

/** First index of `from` … `to` whose time is not before `until`, or `to`; times ascend. Near the beginning it is found at once. */
function endBefore(times: Float64Array, from: number, to: number, until: number): number {
  let end = from;
  for (let step = 1; end < to && times[end]! < until; step *= 2) {
    from = end + 1;
    end = Math.min(to, end + step);
  }
  while (from < end) {
    const middle = (from + end) >> 1;
    if (times[middle]! < until) from = middle + 1;
    else end = middle;
  }
  return end;
}

/**
 * Collects the spikes of all recorded populations and hands them on in the one order that does not depend on how the
 * engine went through them: ascending (time, population, neuron). Each population's spikes come in order; they are merged
 * once no earlier one can come any more.
 */
export class SpikeRecorder {
  readonly #sink: RowSink;
  readonly #catchUp: () => number;
  readonly #waiting: Waiting[] = [];
  readonly #lot = { time: new Float64Array(LOT), neuron: new Uint32Array(LOT), population: new Uint8Array(LOT) };
  #count = 0;
  #limit = LOT;
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
    this.#of(population).push(time, neuron);
    if (++this.#count >= this.#limit) this.#empty();
  }

  /** Appends a run of spikes that is in order and follows all earlier ones of its population. */
  appendAll(population: number, times: Float64Array, neurons: Uint32Array, from: number, to: number): void {
    if (from === to) return;
    const waiting = this.#of(population);
    waiting.makeRoom(to - from);
    waiting.times.set(times.subarray(from, to), waiting.tail);
    waiting.neurons.set(neurons.subarray(from, to), waiting.tail);
    waiting.tail += to - from;
    this.#count += to - from;
    if (this.#count >= this.#limit) this.#empty();
  }

  /** Hands on every row before t (all of them for Infinity). */
  flush(before: number): void {
    const { time, neuron, population } = this.#lot;
    let rows = 0;
    for (;;) {
      let first: Waiting | null = null;
      let earliest = before;
      let until = before; // the next time of any other population
      for (const waiting of this.#waiting) {
        if (waiting.next < earliest) {
          until = earliest;
          earliest = waiting.next;
          first = waiting;
        } else if (waiting.next < until) {
          until = waiting.next;
        }
      }
      if (first === null) break;
      const { times, neurons, tail } = first;
      do {
        const from = first.head;
        const most = Math.min(tail, from + LOT - rows);
        const end = times[most - 1]! < until ? most : endBefore(times, from + 1, most, until);
        time.set(times.subarray(from, end), rows);
        neuron.set(neurons.subarray(from, end), rows);
        population.fill(first.population, rows, rows + end - from);
        rows += end - from;
        first.head = end;
        if (rows === LOT) rows = this.#hand(rows);
      } while (first.next < until);
    }
    this.#hand(rows);
  }

  #hand(rows: number): number {
    if (rows > 0) this.#sink.write(this.#lot, rows);
    this.#count -= rows;
    return 0;
  }

  /** The queue of a population; queues ascend by population, which decides between equal times. */
  #of(population: number): Waiting {
    let place = 0;
    for (; place < this.#waiting.length; place++) {
      const waiting = this.#waiting[place]!;
      if (waiting.population === population) return waiting;
      if (waiting.population > population) break;
    }
    const made = new Waiting(population);
    this.#waiting.splice(place, 0, made);
    return made;
  }

  /** Only once new rows are in: a stimulus appends rows of the past, which must not come after what is handed on here. */
  #empty(): void {
    if (this.#emptying) return; // catching up appends rows too
    this.#emptying = true;
    this.flush(this.#catchUp());
    this.#emptying = false;
    this.#limit = Math.max(LOT, 2 * this.#count);
  }
}
