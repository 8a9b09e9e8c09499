import { allocateColumns } from '../../core/log/columns.ts';
import { type Column, type RowSink, SPIKES } from '../../core/log/tables.ts';

/** Rows kept at most. */
const MOST = 1 << 17;

/** Passes on the rows of the populations that are logged (all, if not told), and remembers the latest of all. */
export class RecentSpikes implements RowSink {
  readonly #log: RowSink;
  readonly #logged: ReadonlySet<number> | undefined;
  readonly #times = new Float64Array(MOST);
  readonly #neurons = new Uint32Array(MOST);
  readonly #populations = new Uint8Array(MOST);
  #rows = 0;

  /** @param logged ids of the populations whose rows go on to `log`. */
  constructor(log: RowSink, logged?: ReadonlySet<number>) {
    this.#log = log;
    this.#logged = logged;
  }

  write(columns: Readonly<Record<string, Column>>, rows: number): void {
    const { time, neuron, population } = columns as Record<'time' | 'neuron' | 'population', Column>;
    for (let i = 0; i < rows; i++) {
      const k = this.#rows++ % MOST;
      this.#times[k] = time[i]!;
      this.#neurons[k] = neuron[i]!;
      this.#populations[k] = population[i]!;
    }
    if (this.#logged === undefined) this.#log.write(columns, rows);
    else this.#pass(columns, rows, this.#logged);
  }

  #pass(columns: Readonly<Record<string, Column>>, rows: number, logged: ReadonlySet<number>): void {
    const kept = new Uint32Array(rows);
    let count = 0;
    for (let i = 0; i < rows; i++) if (logged.has(columns.population![i]!)) kept[count++] = i;
    if (count === 0) return;
    const passed = allocateColumns(SPIKES, count);
    for (const name of Object.keys(SPIKES.columns)) {
      for (let k = 0; k < count; k++) passed[name]![k] = columns[name]![kept[k]!]!;
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
