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

/** Time course of one recorded quantity of one neuron. */
export interface Course {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/**
 * Sink that keeps recorded rows in memory, as typed arrays, for short runs. All methods include the rows up to the
 * clock of the network, also rows that recorders still buffer. ```ts const spikes = net.recordSpikes([output]);
 * net.run(1000); spikes.trains('output'); // one Float64Array of times per neuron spikes.of('output'); // { times,
 * neurons } spikes.array('time'); // times of all populations together ```
 */
export class MemoryTable implements RowSink {
  readonly #columns: Record<string, Column> = {};
  readonly #lists = new Map<string, readonly number[]>();
  readonly #sources = new Set<RecordSource>();
  #rows = 0;

  addSource(source: RecordSource): void {
    this.#sources.add(source);
  }

  get rows(): number {
    this.#catchUp();
    return this.#rows;
  }

  /** Values of a column so far, as a list of numbers; empty before the first row. */
  column(name: string): readonly number[] {
    this.#catchUp();
    const cached = this.#lists.get(name);
    if (cached?.length === this.#rows) return cached;
    const list = Array.from(this.array(name));
    this.#lists.set(name, list);
    return list;
  }

  /** Values of a column so far, as a view that later rows do not change. */
  array(name: string): Column {
    this.#catchUp();
    return this.#columns[name]?.subarray(0, this.#rows) ?? new Float64Array(0);
  }

  /** Spikes of a population. @throws UserError for a population that `recordSpikes` does not record here */
  of(population: string): RecordedSpikes {
    const { id } = this.#populationOf(population);
    const [times, neurons, ids] = ['time', 'neuron', 'population'].map((name) => this.array(name));
    const selected = Uint32Array.from(ids!.keys()).filter((i) => ids![i] === id);
    return {
      times: Float64Array.from(selected, (i) => times![i]!),
      neurons: Uint32Array.from(selected, (i) => neurons![i]!),
    };
  }

  /** Spike train of each neuron of a population: times, ms, ascending. @throws UserError for a population that is not recorded here */
  trains(population: string): Float64Array[] {
    const { size } = this.#populationOf(population);
    const { times, neurons } = this.of(population);
    const counts = new Uint32Array(size);
    for (const neuron of neurons) counts[neuron]!++;
    const trains = Array.from(counts, (count) => new Float64Array(count));
    counts.fill(0);
    for (let i = 0; i < times.length; i++) trains[neurons[i]!]![counts[neurons[i]!]!++] = times[i]!;
    return trains;
  }

  /** Time course of a quantity, such as `output.threshold`, of neuron `index`. @throws UserError for a quantity that is not recorded here */
  course(quantity: string, index: number): Course {
    const names = [...this.#sources].flatMap(({ quantities }) => [...(quantities?.() ?? [])]);
    const id = names.find(({ name }) => name === quantity)?.id;
    if (id === undefined)
      throw new UserError(
        `this table has no quantity ${show(quantity)}${didYouMean(
          quantity,
          names.map(({ name }) => name),
          'recorded',
        )}`,
      );
    const [times, indices, values, ids] = ['time', 'index', 'value', 'quantity'].map((name) => this.array(name));
    const selected = Uint32Array.from(ids!.keys()).filter((i) => ids![i] === id && indices![i] === index);
    return {
      times: Float64Array.from(selected, (i) => times![i]!),
      values: Float64Array.from(selected, (i) => values![i]!),
    };
  }

  write(columns: Readonly<Record<string, Column>>, rows: number): void {
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

  #catchUp(): void {
    for (const { flush } of this.#sources) flush();
  }

  #populationOf(name: string): { readonly id: number; readonly size: number } {
    const recorded = [...this.#sources].flatMap(({ populations }) => populations ?? []);
    const found = recorded.find((population) => population.name === name);
    if (found !== undefined) return found;
    if (recorded.length === 0)
      throw new UserError(`this table has no spikes of ${show(name)}: \`recordSpikes\` records no population here.`);
    throw new UserError(
      `this table has no spikes of ${show(name)}${didYouMean(
        name,
        recorded.map((population) => population.name),
        'recorded',
      )}`,
    );
  }
}
