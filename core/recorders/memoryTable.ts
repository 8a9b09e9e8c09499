import type { Column, RowSink } from '../log/tables.ts';

/**
 * Keeps recorded rows in memory: a sink for short runs. `Network.flush` hands on what recorders still hold.
 *
 * ```ts
 * const spikes = new MemoryTable();
 * net.recordSpikes([output], spikes);
 * net.run(1000);
 * net.flush();
 * spikes.column('time');
 * ```
 */
export class MemoryTable implements RowSink {
  readonly #columns: Record<string, number[]> = {};
  #rows = 0;

  get rows(): number {
    return this.#rows;
  }

  /** All values of a column so far; empty as long as no row was written. */
  column(name: string): readonly number[] {
    return this.#columns[name] ?? [];
  }

  write(columns: Readonly<Record<string, Column>>, rows: number): void {
    for (const [name, values] of Object.entries(columns)) {
      this.#columns[name] ??= [];
      const kept = this.#columns[name];
      for (let i = 0; i < rows; i++) kept.push(values[i]!);
    }
    this.#rows += rows;
  }
}
