import { allocateColumns, type Column, type RowSink, SPIKES } from '../../../core/log/tables.ts';

const MAX_KEPT_SPIKES = 1 << 17;

type SpikeColumns = Record<'time' | 'neuron' | 'population', Column>;

/** Keeps the latest spikes in memory and passes spikes on to a log. */
export class RecentSpikeBuffer implements RowSink {
  readonly #log: RowSink;
  /** Array with 1 at the ids of logged populations; undefined if all are logged. */
  readonly #isLoggedPopulation: Uint8Array | undefined;
  readonly #times = new Float64Array(MAX_KEPT_SPIKES);
  readonly #neurons = new Uint32Array(MAX_KEPT_SPIKES);
  readonly #populations = new Uint8Array(MAX_KEPT_SPIKES);
  #receivedCount = 0;

  constructor(log: RowSink, loggedIds?: readonly number[]) {
    this.#log = log;
    if (loggedIds === undefined) return;
    this.#isLoggedPopulation = new Uint8Array(256);
    for (const id of loggedIds) this.#isLoggedPopulation[id] = 1;
  }

  write(columns: Readonly<Record<string, Column>>, rows: number): void {
    const spikes = columns as SpikeColumns;
    // Ring buffers: after the last index, writing continues at index 0. If a batch exceeds the buffers, only its newest
    // spikes are written.
    for (let from = Math.max(0, rows - MAX_KEPT_SPIKES); from < rows; ) {
      const at = (this.#receivedCount + from) % MAX_KEPT_SPIKES;
      const to = Math.min(rows, from + MAX_KEPT_SPIKES - at);
      this.#times.set(spikes.time.subarray(from, to), at);
      this.#neurons.set(spikes.neuron.subarray(from, to), at);
      this.#populations.set(spikes.population.subarray(from, to), at);
      from = to;
    }
    this.#receivedCount += rows;
    if (this.#isLoggedPopulation === undefined) this.#log.write(columns, rows);
    else this.#forwardLoggedSpikes(spikes, rows, this.#isLoggedPopulation);
  }

  #forwardLoggedSpikes(columns: SpikeColumns, rows: number, logged: Uint8Array): void {
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

  /**
   * Spikes in memory since `from`, ms, in order of time; spike times in ticks after `from`. @param tick tick length, ms
   */
  selectSpikesSince(from: number, tick: number) {
    const found = { ticks: [] as number[], neurons: [] as number[], populationIndices: [] as number[] };
    const oldest = Math.max(0, this.#receivedCount - MAX_KEPT_SPIKES);
    let start = this.#receivedCount;
    while (start > oldest && this.#times[(start - 1) % MAX_KEPT_SPIKES]! >= from) start--;
    for (let i = start; i < this.#receivedCount; i++) {
      const k = i % MAX_KEPT_SPIKES;
      found.ticks.push(Math.round((this.#times[k]! - from) / tick));
      found.neurons.push(this.#neurons[k]!);
      found.populationIndices.push(this.#populations[k]!);
    }
    return found;
  }
}
