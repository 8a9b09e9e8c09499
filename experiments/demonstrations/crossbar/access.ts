import { Crossbar, type SelectScheme, Stream, selectCell } from '../../index.ts';

export const ARRAYS = [2, 4, 8, 16, 32, 64, 128];
export const SELECTIONS: readonly SelectScheme[] = ['half', 'third'];

/** Cells that conduct, and the one to be read, which does not, S. */
const CONDUCTING = 1e-4;
const BLOCKING = 1e-6;

/** What is read of a cell of 1 MΩ among cells of 10 kΩ. */
export interface Read {
  readonly size: number;
  /** Resistance with all other lines floating, and with all other lines held at 0 V, Ω. */
  readonly floating: number;
  readonly held: number;
}

/** The cell furthest from both ends of its lines. */
const far = (size: number) => [0, size - 1] as const;

const array = (size: number, lineResistance: number, conductances: Float64Array): Crossbar =>
  new Crossbar({ rows: size, columns: size, conductances, lineResistance });

export function readOff(size: number, lineResistance: number): Read {
  const [row, column] = far(size);
  const conductances = new Float64Array(size * size).fill(CONDUCTING);
  conductances[row * size + column] = BLOCKING;
  const crossbar = array(size, lineResistance, conductances);
  const held = 1 / crossbar.effective[row * size + column]!;
  return { size, floating: crossbar.resistance(row, column), held };
}

export interface Written {
  readonly size: number;
  readonly selection: SelectScheme;
  /** Voltage of the selected cell over the largest of any other. */
  readonly margin: number;
  /** Other cells that switch with it, one count a seed. */
  readonly disturbed: readonly number[];
}

/**
 * Writes the furthest cell of an array of conducting cells: the voltage at the line is raised until the cell gets 1.5 times
 * the mean switching voltage. Switching voltages are normal with a relative sd of `spread`.
 */
export function write(
  size: number,
  selection: SelectScheme,
  { lineResistance, spread, seeds }: { lineResistance: number; spread: number; seeds: readonly number[] },
): Written {
  const [row, column] = far(size);
  const crossbar = array(size, lineResistance, new Float64Array(size * size).fill(CONDUCTING));
  const cells = crossbar.solve(selectCell(selection, crossbar, row, column, 1)).cells.map(Math.abs);
  const selected = cells[row * size + column]!;
  const others = cells.filter((_, k) => k !== row * size + column);
  const disturbed = seeds.map((seed) => {
    const stream = new Stream(seed, `crossbar/${size}/thresholds`);
    return others.reduce((count, v) => count + ((1.5 * v) / selected > 1 + spread * stream.normal() ? 1 : 0), 0);
  });
  return { size, selection, margin: selected / others.reduce((most, v) => Math.max(most, v)), disturbed };
}
