import { once } from 'node:events';
import { printable } from '../../core/declare/show.ts';
import type { LogTable } from './table.ts';
import { TextRows } from './text.ts';

/**
 * Prints the wanted rows, separated by tabs, as fast as the reader takes them. UserError if there are none, or after the
 * whole batches of a log that is cut or damaged.
 */
export async function catLog(table: LogTable, out: NodeJS.WritableStream): Promise<void> {
  const text = new TextRows(table, { separator: '\t', name: printable });
  let rows = 0;
  for (const batch of table.batches()) {
    const lines = `${rows === 0 ? text.header : ''}${text.lines(batch)}`;
    rows += batch.rows;
    if (!out.write(lines)) await once(out, 'drain');
  }
  if (rows === 0) throw table.nothing();
  table.requireWhole();
}
