import { UserError } from '../declare/errors.ts';
import { show } from '../declare/show.ts';
import { didYouMean } from '../declare/suggest.ts';
import type { Column, RecordSource, RowSink } from '../log/tables.ts';

const FIRST_ROOM = 1024;

/** The spikes of one population, ascending in (time, neuron). */
export interface RecordedSpikes {
  readonly times: Float64Array;
  readonly neurons: Uint32Array;
}

/** The course of one recorded quantity of one neuron. */
export interface Course {
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/**
 * Keeps recorded rows in memory, as typed arrays: a sink for short runs. What is read holds every row up to the clock of the
 * network, also those that recorders have not handed on yet.
 *
 * ```ts
 * const spikes = net.recordSpikes([output]);
 * net.run(1000);
 * spikes.trains('output'); // a Float64Array of times a neuron
 * spikes.of('output'); // { times, neurons }
 * spikes.array('time'); // of all populations together
 * ```
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

  /** All values of a column so far, as a list of numbers; empty as long as no row was written. */
  column(name: string): readonly number[] {
    this.#catchUp();
    const known = this.#lists.get(name);
    if (known?.length === this.#rows) return known;
    const list = Array.from(this.array(name));
    this.#lists.set(name, list);
    return list;
  }

  /** All values of a column so far: a view, which rows to come are not seen in. */
  array(name: string): Column {
    this.#catchUp();
    return this.#columns[name]?.subarray(0, this.#rows) ?? new Float64Array(0);
  }

  /** The spikes of a population that `recordSpikes` records here. UserError for any other. */
  of(population: string): RecordedSpikes {
    const { id } = this.#populationOf(population);
    const [times, neurons, ids] = ['time', 'neuron', 'population'].map((name) => this.array(name));
    const chosen = Uint32Array.from(ids!.keys()).filter((i) => ids![i] === id);
    return {
      times: Float64Array.from(chosen, (i) => times![i]!),
      neurons: Uint32Array.from(chosen, (i) => neurons![i]!),
    };
  }

  /** The spike train of each neuron of a population that `recordSpikes` records here: times in ms, ascending. UserError for any other. */
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

  /** The course of a quantity that `recordState` records here, such as `output.threshold`, of neuron `index`. UserError for any other. */
  course(quantity: string, index: number): Course {
    const names = [...this.#sources].flatMap(({ quantities }) => [...(quantities?.() ?? [])]);
    const id = names.find(({ name }) => name === quantity)?.id;
    if (id === undefined)
      throw new UserError(
        `this table holds no ${show(quantity)}${didYouMean(
          quantity,
          names.map(({ name }) => name),
          'there',
        )}`,
      );
    const [times, indices, values, ids] = ['time', 'index', 'value', 'quantity'].map((name) => this.array(name));
    const chosen = Uint32Array.from(ids!.keys()).filter((i) => ids![i] === id && indices![i] === index);
    return {
      times: Float64Array.from(chosen, (i) => times![i]!),
      values: Float64Array.from(chosen, (i) => values![i]!),
    };
  }

  write(columns: Readonly<Record<string, Column>>, rows: number): void {
    for (const [name, values] of Object.entries(columns)) {
      let kept = this.#columns[name];
      if (kept === undefined || kept.length < this.#rows + rows) {
        const room = 2 ** Math.ceil(Math.log2(Math.max(FIRST_ROOM, this.#rows + rows)));
        const longer = new (values.constructor as new (length: number) => Column)(room);
        if (kept !== undefined) longer.set(kept.subarray(0, this.#rows));
        this.#columns[name] = kept = longer;
      }
      kept.set(values.subarray(0, rows), this.#rows);
    }
    this.#rows += rows;
  }

  #catchUp(): void {
    for (const { flush } of this.#sources) flush();
  }

  #populationOf(name: string): { readonly id: number; readonly size: number } {
    const there = [...this.#sources].flatMap(({ populations }) => populations ?? []);
    const found = there.find((population) => population.name === name);
    if (found !== undefined) return found;
    if (there.length === 0)
      throw new UserError(`spikes of ${show(name)} are not in this table: recordSpikes of no population writes to it.`);
    throw new UserError(
      `this table holds no spikes of ${show(name)}${didYouMean(
        name,
        there.map((population) => population.name),
        'recorded',
      )}`,
    );
  }
}
