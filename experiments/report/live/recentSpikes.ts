import { allocateColumns, type Column, type RowSink, SPIKES } from '../../../core/log/tables.ts';

/** Number of spikes kept in memory. */
const CAPACITY = 1 << 17;

type SpikeColumns = Record<'time' | 'neuron' | 'population', Column>;

/** Keeps the latest spikes in memory and passes spikes on to a log. */
export class RecentSpikes implements RowSink {
  readonly #log: RowSink;
  /** 1 for each id of a population whose spikes are logged; undefined: all populations are logged. */
  readonly #isLogged: Uint8Array | undefined;
  readonly #times = new Float64Array(CAPACITY);
  readonly #neurons = new Uint32Array(CAPACITY);
  readonly #populations = new Uint8Array(CAPACITY);
  /** Number of spikes received. */
  #count = 0;

  /** @param logged ids of populations that are logged. Default: all */
  constructor(log: RowSink, logged?: readonly number[]) {
    this.#log = log;
    if (logged === undefined) return;
    this.#isLogged = new Uint8Array(256);
    for (const id of logged) this.#isLogged[id] = 1;
  }

  write(columns: Readonly<Record<string, Column>>, rows: number): void {
    const spikes = columns as SpikeColumns;
    // Ring buffer: rows continue at index 0 after the end of the arrays. Of a long batch, only the newest are kept.
    for (let from = Math.max(0, rows - CAPACITY); from < rows; ) {
      const at = (this.#count + from) % CAPACITY;
      const to = Math.min(rows, from + CAPACITY - at);
      this.#times.set(spikes.time.subarray(from, to), at);
      this.#neurons.set(spikes.neuron.subarray(from, to), at);
      this.#populations.set(spikes.population.subarray(from, to), at);
      from = to;
    }
    this.#count += rows;
    if (this.#isLogged === undefined) this.#log.write(columns, rows);
    else this.#forwardLogged(spikes, rows, this.#isLogged);
  }

  #forwardLogged(columns: SpikeColumns, rows: number, logged: Uint8Array): void {
    const kept = new Uint32Array(rows);
    let count = 0;
    for (let i = 0; i < rows; i++) if (logged[columns.population[i]!] === 1) kept[count++] = i;
    if (count === 0) return;
    const passed = allocateColumns(SPIKES, count);
    for (const name of ['time', 'neuron', 'population'] as const) {
      for (let k = 0; k < count; k++) passed[name]![k] = columns[name][kept[k]!]!;
    }
    this.#log.write(passed, count);
  }

  /** Selects the kept spikes since `from`, ms, in order of time, in ticks of `tick` ms from `from`. */
  spikesSince(from: number, tick: number): { ticks: number[]; neurons: number[]; populationOf: number[] } {
    const found = { ticks: [] as number[], neurons: [] as number[], populationOf: [] as number[] };
    const oldest = Math.max(0, this.#count - CAPACITY);
    let start = this.#count;
    while (start > oldest && this.#times[(start - 1) % CAPACITY]! >= from) start--;
    for (let i = start; i < this.#count; i++) {
      const k = i % CAPACITY;
      found.ticks.push(Math.round((this.#times[k]! - from) / tick));
      found.neurons.push(this.#neurons[k]!);
      found.populationOf.push(this.#populations[k]!);
    }
    return found;
  }
}
