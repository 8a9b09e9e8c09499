import { Crossbar, type SelectScheme, Stream, selectCell } from '../../index.ts';

export const ARRAY_SIZES = [2, 4, 8, 16, 32, 64, 128];
export const SCHEMES: readonly SelectScheme[] = ['half', 'third'];

/** Conductances of the cell to be read and of all other cells, S. */
const OFF = 1e-6;
const ON = 1e-4;

/** Resistances read of a cell of 1 MΩ among cells of 10 kΩ, Ω. */
export interface ReadResult {
  readonly size: number;
  /** Resistance with all other lines floating. */
  readonly floating: number;
  /** Resistance with all other lines held at 0 V. */
  readonly held: number;
}

/** Row and column of the cell that is furthest from the drivers of its lines. */
const furthestCell = (size: number) => [0, size - 1] as const;

const makeArray = (size: number, lineResistance: number, conductances: Float64Array): Crossbar =>
  new Crossbar({ rows: size, columns: size, conductances, lineResistance });

export function readCell(size: number, lineResistance: number): ReadResult {
  const [row, column] = furthestCell(size);
  const conductances = new Float64Array(size * size).fill(ON);
  conductances[row * size + column] = OFF;
  const crossbar = makeArray(size, lineResistance, conductances);
  const held = 1 / crossbar.effective[row * size + column]!;
  return { size, floating: crossbar.resistance(row, column), held };
}

export interface WriteResult {
  readonly size: number;
  readonly selection: SelectScheme;
  /** Voltage of the selected cell over the largest voltage of any other cell. */
  readonly margin: number;
  /** Number of other cells that switch, for each seed. */
  readonly disturbed: readonly number[];
}

/**
 * Writes the furthest cell of an array of conducting cells with a line voltage that gives the cell 1.5 times the mean switching
 * voltage. Switching voltages of cells are normal with a relative sd of `spread`.
 */
export function writeCell(
  size: number,
  selection: SelectScheme,
  { lineResistance, spread, seeds }: { lineResistance: number; spread: number; seeds: readonly number[] },
): WriteResult {
  const [row, column] = furthestCell(size);
  const crossbar = makeArray(size, lineResistance, new Float64Array(size * size).fill(ON));
  const cells = crossbar.solve(selectCell(selection, crossbar, row, column, 1)).cells.map(Math.abs);
  const selected = cells[row * size + column]!;
  const others = cells.filter((_, k) => k !== row * size + column);
  const disturbed = seeds.map((seed) => {
    const stream = new Stream(seed, `crossbar/${size}/thresholds`);
    return others.reduce((count, v) => count + ((1.5 * v) / selected > 1 + spread * stream.normal() ? 1 : 0), 0);
  });
  return { size, selection, margin: selected / others.reduce((most, v) => Math.max(most, v)), disturbed };
}
