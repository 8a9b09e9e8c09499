import { once } from 'node:events';
import { escapeControlCharacters } from '../../core/declare/show.ts';
import type { LogBatch } from '../../core/log/read.ts';
import type { LogTable } from './table.ts';

interface TextStyle {
  readonly separator: string;
  /** Function that formats names; default: unchanged. */
  readonly name?: (text: string) => string;
}

/** Quotes a cell that contains a separator, a quote or a line end (RFC 4180). */
const quoteCell = (text: string, separator: string): string =>
  text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/**
 * Formats rows as lines of text, preceded by a header. Populations and projections are written by name, numbers with
 * the fewest digits that preserve all bits.
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
 * Prints the selected rows, separated by tabs, as fast as `out` accepts them.
 * @throws UserError if there are none; or, after all intact batches, if the log is cut or damaged
 */
export async function printLog(table: LogTable, out: NodeJS.WritableStream): Promise<void> {
  const text = new RowFormatter(table, { separator: '\t', name: escapeControlCharacters });
  let rows = 0;
  for (const batch of table.readBatches()) {
    const lines = `${rows === 0 ? text.header : ''}${text.lines(batch)}`;
    rows += batch.rows;
    if (!out.write(lines)) await once(out, 'drain');
  }
  if (rows === 0) throw table.emptyError();
  table.requireWhole();
}
