import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import type { Grid, GridRow } from './grid.ts';
import { type Decimal, type Marks, marksOf, pointed } from './marks.ts';
import { type Name, nameOf, wayOf } from './names.ts';
import { isNormalised, isNumeric, quantitiesOf } from './units.ts';

export interface TableRow {
  readonly cells: readonly string[];
  /** `row 7 (line 8)`: counted from the first row of readings, and in the file. */
  readonly where: string;
}

/** A grid with its header told from its readings. */
export interface Table extends Pick<Grid, 'name' | 'stem' | 'kind'> {
  /** What stands above each column; empty where the file has no names. */
  readonly names: readonly Name[];
  readonly hasNames: boolean;
  readonly rows: readonly TableRow[];
  readonly marks: Marks;
}

/** Rows that a preamble may have, such as the settings that a Keithley writes above its readings. */
const PREAMBLE = 200;
const EMPTY_UNIT = /^(-+|#|1|)$/;

const known = (row: GridRow): number =>
  row.cells.filter((cell) => cell !== '' && nameOf(cell).role !== undefined).length;
const labelled = (row: GridRow): number =>
  row.cells.filter((cell) => {
    const { way, device, cycle } = nameOf(cell);
    return way !== undefined || device !== undefined || cycle !== undefined;
  }).length;

/** A row of names: all words, or words over columns of numbers (`pulse, 1, 2, 3`). */
function mayBeNames(rows: readonly GridRow[], i: number): boolean {
  const { cells } = rows[i]!;
  const given = cells.filter((cell) => cell !== '');
  if (given.every((cell) => !isNumeric(cell))) return true;
  const next = rows.slice(i + 1, i + 3);
  return (
    given.length > 2 &&
    !isNumeric(cells[0]!) &&
    nameOf(cells[0]!).role === 'pulse' &&
    next.length === 2 &&
    next.every((row) => isNumeric(row.cells[0]!))
  );
}

/** The row of names: the one with the most known names, before the readings; -1: there is none. */
function headerAt(rows: readonly GridRow[]): number {
  let [best, most] = [-1, 0];
  const end = Math.min(rows.length, PREAMBLE);
  for (let i = 0; i < end; i++) {
    if (!mayBeNames(rows, i)) continue;
    const score = 2 * known(rows[i]!) + labelled(rows[i]!);
    const isRepeated = best >= 0 && rows[i]!.cells.join() === rows[best]!.cells.join();
    if (score > most || (score === most && score > 0 && !isRepeated && i < best + 3)) [best, most] = [i, score];
  }
  if (best >= 0) return best;
  const first = rows.findIndex(({ cells }) => cells.some(isNumeric));
  const before = first < 0 ? rows.length - 1 : first - 1;
  return before >= 0 && rows[before]!.cells.length > 1 ? before : before >= 0 && first !== 0 ? before : -1;
}

const isUnits = (cells: readonly string[]): boolean => {
  const bare = cells.map((cell) => cell.replace(/^[([{]\s*|\s*[)\]}]$/g, ''));
  const units = bare.filter((cell) => quantitiesOf(cell).length > 0 || isNormalised(cell));
  return units.length > 0 && bare.every((cell) => EMPTY_UNIT.test(cell) || units.includes(cell));
};

/** What a row above the names says of each column: of those that begin under a cell and come before the next one, `D1,,D2,`. */
function labelsAbove(row: GridRow | undefined, width: number): string[] {
  const cells = row?.cells ?? [];
  const given = cells.filter((cell) => cell !== '');
  const isLabels = row !== undefined && given.length > 0 && (labelled(row) === given.length || labelled(row) > 1);
  let last = '';
  return Array.from({ length: width }, (_, i) => {
    last = cells[i] || last;
    return isLabels ? last : '';
  });
}

/** Names of columns that stand twice are told apart by what stands above them or below, as in Origin's rows of comments. */
function named(given: readonly string[], above: readonly string[], below: readonly GridRow[], width: number): Name[] {
  // pandas writes the second "G" as "G.1".
  const header = given.map((name) => (given.includes(name.replace(/\.\d+$/, '')) ? name.replace(/\.\d+$/, '') : name));
  const units = below.find(({ cells }) => isUnits(cells))?.cells ?? [];
  const comments = below.filter(({ cells }) => cells !== units);
  return Array.from({ length: width }, (_, i) => {
    const own = header[i] ?? '';
    const twice = header.filter((name) => name === own).length > 1;
    const more = twice
      ? comments
          .map(({ cells }) => cells[i] ?? '')
          .join(' ')
          .trim()
      : '';
    return nameOf(`${twice ? above[i] : ''} ${own} ${more}`.trim(), units[i] ?? '');
  });
}

/** Rows of units and comments may stand between names and readings. */
const BELOW = 3;
function beginOf(after: readonly GridRow[], header: readonly string[]): number {
  const isWorded = header.some((cell) => nameOf(cell).role === 'direction');
  const isReading = ({ cells }: GridRow) => cells.some(isNumeric) || (isWorded && cells.some((cell) => wayOf(cell)));
  const first = after.findIndex(isReading);
  return first < 0 && after.length <= BELOW ? -1 : Math.min(first < 0 ? BELOW : first, BELOW);
}

const whereOf = (i: number, { line }: GridRow): string => `row ${i + 1} (line ${line})`;

/** The marks of its numbers. @throws UserError where the file does not tell whether commas stand before decimals or between thousands */
function marksIn(
  table: Omit<Table, 'marks' | 'rows'>,
  data: readonly GridRow[],
  { semicolons }: Grid,
  told: Decimal | undefined,
): Marks {
  const cells = data.map((row) => row.cells);
  const marks = marksOf(cells, semicolons, told);
  if ('decimal' in marks) return marks;
  const { row, column } = marks;
  const cell = data[row]!.cells[column]!;
  const [point, comma] = (['.', ','] as const).map((decimal) =>
    pointed(/[-+−–\d.,]+/.exec(cell)![0], { decimal, grouped: true }),
  );
  throw new UserError(
    `${table.name}: ${whereOf(row, data[row]!)}, column ${table.names[column]?.text || column + 1}: ${show(cell)} may be ${point} or ${comma}, and no number of the file tells which; say what stands before decimals: --decimal point or --decimal comma.`,
  );
}

/** Finds names, units and readings in a grid; `decimal`: what stands before decimals, where the numbers do not tell. */
export function tableOf(grid: Grid, decimal?: Decimal): Table {
  const { name, stem, kind, rows } = grid;
  const at = headerAt(rows);
  const header = at < 0 ? [] : [...rows[at]!.cells];
  while (header.at(-1) === '') header.pop();
  const after = rows.slice(at + 1);
  const first = beginOf(after, header);
  const data = (first < 0 ? [] : after.slice(first)).filter(({ cells }) => cells.join() !== rows[at]?.cells.join());
  if (data.length === 0) throw new UserError(`${name} holds no readings, only ${at < 0 ? 'words' : 'its first line'}.`);
  const width = at < 0 ? Math.max(...data.slice(0, PREAMBLE).map(({ cells }) => filled(cells))) : header.length;
  const table = {
    name,
    stem,
    kind,
    names: named(header, labelsAbove(rows[at - 1], width), after.slice(0, first), width),
    hasNames: at >= 0,
  };
  return {
    ...table,
    marks: marksIn(table, data, grid, decimal),
    rows: data.map((row, i) => ({ cells: row.cells, where: whereOf(i, row) })),
  };
}

/** Cells of a row, the empty ones at its end not counted. */
export const filled = (cells: readonly string[]): number => cells.findLastIndex((cell) => cell !== '') + 1;
