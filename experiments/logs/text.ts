import type { LogBatch } from '../../core/log/read.ts';
import type { LogTable } from './table.ts';

interface TextStyle {
  readonly separator: string;
  /** How a name is written; default: as it is. */
  readonly name?: (text: string) => string;
  /** Header and source of each column. */
  readonly columns: readonly { readonly header: string; readonly column: string }[];
}

/** RFC 4180: quoted where a separator, a quote or an end of line is in it. */
const cell = (text: string, separator: string): string =>
  text.includes(separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** The columns of a table under their own names. */
export function ownColumns({ spec }: LogTable): TextStyle['columns'] {
  return Object.keys(spec.columns).map((column) => ({ header: column, column }));
}

/**
 * Writes rows as lines of text, the first the header. Populations and projections go by name; numbers are the shortest
 * that read back to the same bits.
 */
export class TextRows {
  readonly header: string;
  readonly #style: TextStyle;
  readonly #names: readonly string[];
  readonly #group: string | undefined;

  constructor(table: LogTable, style: TextStyle) {
    const { separator, columns, name = String } = style;
    this.#style = style;
    this.#group = table.group?.column;
    this.#names = (table.group?.names ?? []).map((text) => cell(name(text), separator));
    this.header = `${columns.map(({ header }) => cell(name(header), separator)).join(separator)}\n`;
  }

  lines({ columns, rows }: LogBatch): string {
    const { separator, columns: wanted } = this.#style;
    const sources = wanted.map(({ column }) => ({
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
