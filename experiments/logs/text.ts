import { once } from 'node:events';
import { printable } from '../../core/declare/show.ts';
import type { LogBatch } from '../../core/log/read.ts';
import type { LogTable } from './table.ts';

interface TextStyle {
  readonly separator: string;
  /** How a name is written; default: as it is. */
  readonly name?: (text: string) => string;
}

/** RFC 4180: quoted where a separator, a quote or an end of line is in it. */
const quoteCell = (text: string, separator: string): string =>
  text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/**
 * Writes rows as lines of text, the first the header. Populations and projections go by name; numbers are the shortest
 * that read back to the same bits.
 */
export class RowFormatter {
  readonly header: string;
  readonly #separator: string;
  readonly #columns: readonly string[];
  readonly #names: readonly string[];
  readonly #group: string | undefined;

  constructor(table: LogTable, style: TextStyle) {
    const { separator, name = String } = style;
    this.#separator = separator;
    this.#columns = Object.keys(table.spec.columns);
    this.#group = table.group?.column;
    this.#names = (table.group?.names ?? []).map((text) => quoteCell(name(text), separator));
    this.header = `${this.#columns.map((column) => quoteCell(name(column), separator)).join(separator)}\n`;
  }

  lines({ columns, rows }: LogBatch): string {
    const separator = this.#separator;
    const sources = this.#columns.map((column) => ({
      values: columns[column]!,
      names: column === this.#group ? this.#names : undefined,
    }));
    let text = '';
    for (let i = 0; i < rows; i++) {
      for (let c = 0; c < sources.length; c++) {
        const { values, names } = sources[c]!;
        const value = values[i]!;
        text += `${c > 0 ? separator : ''}${names?.[value] ?? value}`;
      }
      text += '\n';
    }
    return text;
  }
}

/**
 * Prints the wanted rows, separated by tabs, as fast as the reader takes them. UserError if there are none, or after the
 * whole batches of a log that is cut or damaged.
 */
export async function printLog(table: LogTable, out: NodeJS.WritableStream): Promise<void> {
  const text = new RowFormatter(table, { separator: '\t', name: printable });
  let rows = 0;
  for (const batch of table.readBatches()) {
    const lines = `${rows === 0 ? text.header : ''}${text.lines(batch)}`;
    rows += batch.rows;
    if (!out.write(lines)) await once(out, 'drain');
  }
  if (rows === 0) throw table.emptyError();
  table.requireWhole();
}
