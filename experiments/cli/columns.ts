import { printable } from '../../core/declare/show.ts';

/** Rows of cells as lines of text, each column as wide as its widest cell, two blanks between. */
export function columns(table: readonly (readonly string[])[]): string {
  const rows = table.map((row) => row.map(printable));
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = (rows[0] ?? []).map((_, column) => width(column));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
