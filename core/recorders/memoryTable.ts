import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import { didYouMean } from '../declare/suggest.ts';
import type { Column, RecordSource, RowSink } from '../log/tables.ts';

const INITIAL_CAPACITY = 1024;

/** Spikes of one population, ascending by (time, neuron). */
export interface RecordedSpikes {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
}

/** Time course of one quantity: sampling times, ms, and values. */
export interface TimeCourse {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/**
 * Sink that keeps recorded rows in memory, as typed arrays, for short runs. All methods include the rows up to the
 * clock of the network, also rows that recorders still buffer.
 */
export class MemoryTable implements RowSink {
  readonly #columns: Record<string, Column> = {};
  readonly #lists = new Map<string, readonly number[]>();
  readonly #sources = new Set<RecordSource>();
  #rows = 0;

  addSource(source: RecordSource) {
    this.#sources.add(source);
  }

  get rows(): number {
    this.#flushSources();
    return this.#rows;
  }

  /** Values of a column so far, as a list of numbers; empty before the first row. */
  column(name: string): readonly number[] {
    this.#flushSources();
    const cached = this.#lists.get(name);
    if (cached?.length === this.#rows) return cached;
    const list = Array.from(this.array(name));
    this.#lists.set(name, list);
    return list;
  }

  /** Values of a column so far, as a view that later rows do not change. */
  array(name: string): Column {
    this.#flushSources();
    return this.#columns[name]?.subarray(0, this.#rows) ?? new Float64Array(0);
  }

  /** Spikes of one population. @throws UserError if the table does not record the population */
  of(population: string): RecordedSpikes {
    const read = this.#selectRows({ population: this.#findPopulation(population).id });
    return { times: Float64Array.from(read('time')), neurons: Uint32Array.from(read('neuron')) };
  }

  /** Spike times of each neuron, ms. @throws UserError if the table does not record the population */
  trains(population: string): Float64Array[] {
    const { size } = this.#findPopulation(population);
    const { times, neurons } = this.of(population);
    const counts = new Uint32Array(size);
    for (const neuron of neurons) counts[neuron]!++;
    const trains = Array.from(counts, (count) => new Float64Array(count));
    counts.fill(0);
    for (let i = 0; i < times.length; i++) trains[neurons[i]!]![counts[neurons[i]!]!++] = times[i]!;
    return trains;
  }

  /** Time course of `output.threshold` or another recorded quantity of neuron `index`. @throws UserError */
  course(quantity: string, index: number): TimeCourse {
    const known = [...this.#sources].flatMap(({ quantities }) => quantities?.() ?? []);
    const { id } = findRecorded(known, quantity, `no quantity ${show(quantity)}`);
    const read = this.#selectRows({ quantity: id, index });
    return { times: Float64Array.from(read('time')), values: Float64Array.from(read('value')) };
  }

  write(columns: Readonly<Record<string, Column>>, rows: number) {
    for (const [name, values] of Object.entries(columns)) {
      let column = this.#columns[name];
      if (column === undefined || column.length < this.#rows + rows) {
        const capacity = 2 ** Math.ceil(Math.log2(Math.max(INITIAL_CAPACITY, this.#rows + rows)));
        const larger = new (values.constructor as new (length: number) => Column)(capacity);
        if (column !== undefined) larger.set(column.subarray(0, this.#rows));
        this.#columns[name] = column = larger;
      }
      column.set(values.subarray(0, rows), this.#rows);
    }
    this.#rows += rows;
  }

  #flushSources() {
    for (const { flush } of this.#sources) flush();
  }

  /** Selects the rows with the `wanted` values of some columns. Returns a function that reads a column in these rows. */
  #selectRows(wanted: Readonly<Record<string, number>>): (column: string) => number[] {
    const conditions = Object.entries(wanted).map(([name, value]) => ({ values: this.array(name), value }));
    const rows = [...this.array('time').keys()].filter((i) => conditions.every((c) => c.values[i] === c.value));
    return (name) => {
      const values = this.array(name);
      return rows.map((i) => values[i]!);
    };
  }

  #findPopulation(name: string): { readonly id: number; readonly size: number } {
    const recorded = [...this.#sources].flatMap(({ populations }) => populations ?? []);
    if (recorded.length === 0)
      throw new UserError(`this table has no spikes of ${show(name)}: \`recordSpikes\` records no population here.`);
    return findRecorded(recorded, name, `no spikes of ${show(name)}`);
  }
}

function findRecorded<R extends { readonly name: string }>(recorded: readonly R[], name: string, missing: string): R {
  const found = recorded.find((entry) => entry.name === name);
  if (found !== undefined) return found;
  const names = recorded.map((entry) => entry.name);
  throw new UserError(`this table has ${missing}${didYouMean(name, names, 'recorded names')}`);
}
