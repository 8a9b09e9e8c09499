import { printable } from '../../core/declare/show.ts';

/** Rows of cells as lines of text, each column as wide as its widest cell, two blanks between; all but the first may be put to the right. */
export function formatColumns(table: readonly (readonly string[])[], align: 'left' | 'right' = 'left'): string {
  const rows = table.map((row) => row.map(printable));
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = (rows[0] ?? []).map((_, column) => width(column));
  const padded = (cell: string, column: number): string =>
    align === 'right' && column > 0 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(padded).join('  ').trimEnd()).join('\n');
}
