import type { Bias } from './crossbar.ts';

/** How the lines that are not selected are held while one cell is written in an array without selectors. */
export type SelectScheme = 'half' | 'third';

/** Voltages of lines that are not selected, as shares of the write voltage. */
const SHARES = { half: { words: 1 / 2, bits: 1 / 2 }, third: { words: 1 / 3, bits: 2 / 3 } } as const;

/**
 * Voltages at the ends of the lines while cell (row, column) is written with `voltage` V: its word line at V, its bit line
 * at 0 V. `half` holds all other lines at V/2: half-selected cells, those of the same row or column, see V/2 and all others
 * nothing. `third` holds the other word lines at V/3 and the other bit lines at 2V/3: every other cell sees V/3, up to its
 * sign. Line resistance lowers what arrives at the selected cell and changes what the others see.
 */
export function selectCell(
  selection: SelectScheme,
  { rows, columns }: { readonly rows: number; readonly columns: number },
  row: number,
  column: number,
  voltage: number,
): Bias {
  const { words, bits } = SHARES[selection];
  return {
    words: Array.from({ length: rows }, (_, i) => (i === row ? voltage : words * voltage)),
    bits: Array.from({ length: columns }, (_, j) => (j === column ? 0 : bits * voltage)),
  };
}
