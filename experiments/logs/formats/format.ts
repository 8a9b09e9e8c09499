import type { OutputFile } from '../../output/file.ts';
import type { LogTable } from '../table.ts';

/** File format to which a log can be exported, using memory for only a few batches. */
export interface LogFormat {
  readonly extension: string;
  readonly help: string;
  write(table: LogTable, out: OutputFile): void | Promise<void>;
}
