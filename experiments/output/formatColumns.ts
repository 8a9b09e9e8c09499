import { escapeControlCharacters } from '../../core/declare/show.ts';

/** Formats a table as text, with two spaces between columns: the first one left-aligned, the others as `align`. */
export function formatColumns(table: readonly (readonly string[])[], align: 'left' | 'right' = 'left'): string {
  const rows = table.map((row) => row.map(escapeControlCharacters));
  const width = (column: number) => Math.max(...rows.map((row) => row[column]?.length ?? 0));
  const widths = (rows[0] ?? []).map((_, column) => width(column));
  const padded = (cell: string, column: number) =>
    align === 'right' && column > 0 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0);
  return rows.map((row) => row.map(padded).join('  ').trimEnd()).join('\n');
}
