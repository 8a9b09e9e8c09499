import { allocateColumns } from '../../../core/log/columns.ts';
import { type Column, type RowSink, SPIKES } from '../../../core/log/tables.ts';

/** Rows kept at most. */
const MOST = 1 << 17;

type SpikeColumns = Record<'time' | 'neuron' | 'population', Column>;

/** Passes on the rows of the populations that are logged (all, if not told), and remembers the latest of all. */
export class RecentSpikes implements RowSink {
  readonly #log: RowSink;
  /** Whether rows of a population go on, by its id; undefined: all do. */
  readonly #logged: Uint8Array | undefined;
  readonly #times = new Float64Array(MOST);
  readonly #neurons = new Uint32Array(MOST);
  readonly #populations = new Uint8Array(MOST);
  #rows = 0;

  /** @param logged ids of the populations whose rows go on to `log`. */
  constructor(log: RowSink, logged?: readonly number[]) {
    this.#log = log;
    if (logged === undefined) return;
    this.#logged = new Uint8Array(256);
    for (const id of logged) this.#logged[id] = 1;
  }

  write(columns: Readonly<Record<string, Column>>, rows: number): void {
    const spikes = columns as SpikeColumns;
    // The last of them, where there are more than are remembered; in one piece up to the end of the arrays, the rest from 0 on.
    for (let from = Math.max(0, rows - MOST); from < rows; ) {
      const at = (this.#rows + from) % MOST;
      const to = Math.min(rows, from + MOST - at);
      this.#times.set(spikes.time.subarray(from, to), at);
      this.#neurons.set(spikes.neuron.subarray(from, to), at);
      this.#populations.set(spikes.population.subarray(from, to), at);
      from = to;
    }
    this.#rows += rows;
    if (this.#logged === undefined) this.#log.write(columns, rows);
    else this.#pass(spikes, rows, this.#logged);
  }

  #pass(columns: SpikeColumns, rows: number, logged: Uint8Array): void {
    const { population } = columns;
    const kept = new Uint32Array(rows);
    let count = 0;
    for (let i = 0; i < rows; i++) if (logged[population[i]!] === 1) kept[count++] = i;
    if (count === 0) return;
    const passed = allocateColumns(SPIKES, count);
    for (const name of ['time', 'neuron', 'population'] as const) {
      for (let k = 0; k < count; k++) passed[name]![k] = columns[name][kept[k]!]!;
    }
    this.#log.write(passed, count);
  }

  /** The remembered spikes from `from` on, in whole multiples of `tick` since then, in order. */
  since(from: number, tick: number): { ticks: number[]; neurons: number[]; populationOf: number[] } {
    const found = { ticks: [] as number[], neurons: [] as number[], populationOf: [] as number[] };
    let start = this.#rows;
    while (start > 0 && this.#rows - start < MOST && this.#times[(start - 1) % MOST]! >= from) start--;
    for (let i = start; i < this.#rows; i++) {
      const k = i % MOST;
      found.ticks.push(Math.round((this.#times[k]! - from) / tick));
      found.neurons.push(this.#neurons[k]!);
      found.populationOf.push(this.#populations[k]!);
    }
    return found;
  }
}
