import { once } from 'node:events';
import { dsvFormat } from 'd3-dsv';
import { escapeControlCharacters } from '../../core/declare/show.ts';
import type { LogBatch } from '../../core/log/read.ts';
import type { LogTable } from './table.ts';

/**
 * Creates a formatter of rows as lines of text, with a header. Populations and projections are written by name, numbers
 * with the fewest digits that preserve all bits.
 */
export function createRowFormatter(
  { spec, idColumn }: LogTable,
  separator: string,
  formatName: (name: string) => string = String,
) {
  const { formatValue } = dsvFormat(separator);
  const quote = (text: string) => formatValue(formatName(text));
  const columnNames = Object.keys(spec.columns);
  const groupNames = idColumn?.names.map(quote);
  return {
    header: `${columnNames.map(quote).join(separator)}\n`,
    formatLines: ({ columns, rows }: LogBatch): string => {
      const sources = columnNames.map((name) => ({
        values: columns[name]!,
        names: name === idColumn?.column ? groupNames : undefined,
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
    },
  };
}

/**
 * Prints the selected rows, separated by tabs, as fast as `out` accepts them.
 * @throws UserError if there are none; or, after all intact batches, if the log is cut or damaged
 */
export async function printLog(table: LogTable, out: NodeJS.WritableStream): Promise<void> {
  const text = createRowFormatter(table, '\t', escapeControlCharacters);
  let rows = 0;
  for (const batch of table.readBatches()) {
    const lines = `${rows === 0 ? text.header : ''}${text.formatLines(batch)}`;
    rows += batch.rows;
    if (!out.write(lines)) await once(out, 'drain');
  }
  if (rows === 0) throw table.createNoRowsError();
  table.requireIntact();
}
