import type { LogTable } from '../table.ts';

/** A file format that a log can be written to. A file that is there already is refused; memory stays that of a few batches. */
export interface Format {
  readonly extension: string;
  readonly help: string;
  write(table: LogTable, out: string): void | Promise<void>;
}
