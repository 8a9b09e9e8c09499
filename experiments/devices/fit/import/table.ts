import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';
import type { CellErrors, Grid, GridRow } from './grid.ts';
import { type Name, nameOf, wayOf } from './names.ts';
import { type Decimal, isNormalised, isNumeric, type Marks, marksOf, pointed, quantitiesOf } from './numbers.ts';

export interface TableRow {
  readonly cells: readonly string[];
  /** `row 7 (line 8)`: number among the rows of readings, and line of the file. */
  readonly where: string;
}

/** Grid split into header and readings. */
export interface Table extends Pick<Grid, 'name' | 'stem' | 'kind'> {
  /** Header of each column; empty if the file has no header. */
  readonly names: readonly Name[];
  readonly hasNames: boolean;
  readonly rows: readonly TableRow[];
  readonly marks: Marks;
}

/** Maximum number of rows before the header, such as the settings in files of a Keithley. */
const MAX_PREAMBLE_ROWS = 200;
const EMPTY_UNIT = /^(-+|#|1|)$/;

const known = (row: GridRow): number =>
  row.cells.filter((cell) => cell !== '' && nameOf(cell).role !== undefined).length;
const labelled = (row: GridRow): number =>
  row.cells.filter((cell) => {
    const { way, device, cycle } = nameOf(cell);
    return way !== undefined || device !== undefined || cycle !== undefined;
  }).length;

/** True if a row may be the header: all words, or a word over each column of numbers (`pulse, 1, 2, 3`). */
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

/** Index of the header: the row with most known names before the readings; -1 if there is none. */
function findHeader(rows: readonly GridRow[]): number {
  let [best, most] = [-1, 0];
  const end = Math.min(rows.length, MAX_PREAMBLE_ROWS);
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

/** Label of each column from the row above the header; an empty cell continues the label before it: `D1,,D2,`. */
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

/** Column names; a repeated name is completed by the labels above and the comments below it, as in files of Origin. */
function parseHeader(
  given: readonly string[],
  above: readonly string[],
  below: readonly GridRow[],
  width: number,
): Name[] {
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

/** Maximum number of rows of units and comments between header and readings. */
const MAX_UNIT_ROWS = 3;

/** Index of the first row of readings after the header; -1 if there is none. */
function findReadings(after: readonly GridRow[], header: readonly string[]): number {
  const isWorded = header.some((cell) => nameOf(cell).role === 'direction');
  const isReading = ({ cells }: GridRow) => cells.some(isNumeric) || (isWorded && cells.some((cell) => wayOf(cell)));
  const first = after.findIndex(isReading);
  return first < 0 && after.length <= MAX_UNIT_ROWS ? -1 : Math.min(first < 0 ? MAX_UNIT_ROWS : first, MAX_UNIT_ROWS);
}

const whereOf = (i: number, { line }: GridRow): string => `row ${i + 1} (line ${line})`;

/** Decimal and thousands marks of a table. @throws UserError if its numbers can be read in two ways */
function marksIn(
  table: Omit<Table, 'marks' | 'rows'>,
  data: readonly GridRow[],
  { semicolons }: Grid,
  given: Decimal | undefined,
): Marks {
  const cells = data.map((row) => row.cells);
  const marks = marksOf(cells, semicolons, given);
  if ('decimal' in marks) return marks;
  const { row, column } = marks;
  const cell = data[row]!.cells[column]!;
  const [point, comma] = (['.', ','] as const).map((decimal) =>
    pointed(/[-+−–\d.,]+/.exec(cell)![0], { decimal, grouped: true }),
  );
  throw new UserError(
    `${table.name}: ${whereOf(row, data[row]!)}, column ${table.names[column]?.text || column + 1}: ${show(cell)} is ${point} or ${comma}, and no other number of the file decides. Next step: --decimal point or --decimal comma.`,
  );
}

/** Finds header, units and readings in a grid. @param decimal the decimal mark, for files whose numbers do not show it */
export function tableOf(grid: Grid, decimal?: Decimal): Table {
  const { name, stem, kind, rows } = grid;
  const at = findHeader(rows);
  const header = at < 0 ? [] : [...rows[at]!.cells];
  while (header.at(-1) === '') header.pop();
  const after = rows.slice(at + 1);
  const first = findReadings(after, header);
  const data = (first < 0 ? [] : after.slice(first)).filter(({ cells }) => cells.join() !== rows[at]?.cells.join());
  if (data.length === 0) throw new UserError(`${name} holds no readings, only ${at < 0 ? 'words' : 'its first line'}.`);
  const width =
    at < 0 ? Math.max(...data.slice(0, MAX_PREAMBLE_ROWS).map(({ cells }) => filled(cells))) : header.length;
  const table = {
    name,
    stem,
    kind,
    names: parseHeader(header, labelsAbove(rows[at - 1], width), after.slice(0, first), width),
    hasNames: at >= 0,
  };
  return {
    ...table,
    marks: marksIn(table, data, grid, decimal),
    rows: data.map((row, i) => ({ cells: row.cells, where: whereOf(i, row) })),
  };
}

/** Number of cells of a row without the empty ones at its end. */
export const filled = (cells: readonly string[]): number => cells.findLastIndex((cell) => cell !== '') + 1;

/** Name of a column in messages: its header, or its number. */
export const columnName = (table: Table, at: number): string => table.names[at]?.text || String(at + 1);

/** Name of a column in a sentence, without quotes unless it is long or not printable. */
export const shownName = (table: Table, at: number): string => {
  const name = columnName(table, at);
  return /^\P{C}{1,60}$/u.test(name) ? name : show(name);
};

/** Columns that `--columns ROLE=NAME` means: by header, by number, or by a range of numbers (`2-5`). */
export function columnsCalled(table: Table, role: string, name: string): number[] {
  const texts = table.names.map(({ text }) => text.toLowerCase());
  const found = texts.flatMap((text, at) => (text === name.toLowerCase() ? [at] : []));
  if (found.length > 0) return found;
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(name) ?? [];
  if (first !== undefined && 1 <= Number(first) && Number(first) <= Number(last) && Number(last) <= texts.length)
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) - 1 + i);
  const known = table.names.map((_, at) => columnName(table, at));
  throw new UserError(
    `${table.name}: no column is called ${show(name)}, which --columns gives for ${role}${didYouMean(name, known, 'its columns')}`,
  );
}

/** Error of a `--columns` option that gives one column two roles. */
export const twoRolesError = (table: Table, at: number, roles: readonly [string, string]): UserError =>
  new UserError(
    `${table.name}: --columns gives the column ${show(columnName(table, at))} two roles, ${roles.join(' and ')}.`,
  );

/** Error of several columns that may have the same role. */
export const ambiguousError = (table: Table, names: readonly string[], role: string): UserError =>
  new UserError(
    `${table.name}: the columns ${names.map((name) => show(name)).join(' and ')} may both be the ${role}. Next step: choose one with --columns ${role}=NAME.`,
  );

/** Message about a cell with a wrong value. */
export function cellError(table: Table, row: TableRow, at: number, allowed: string): string {
  const cell = row.cells[at] ?? '';
  const [mark, other] = table.marks.decimal === ',' ? ['comma', /\d\.\d/] : ['point', /\d,\d/];
  const marks = other.test(cell) ? `, with a decimal ${mark} as elsewhere in this file` : '';
  const found = cell === '' ? 'nothing' : show(cell);
  return `${row.where}, column ${shownName(table, at)}: ${found} is given, but ${allowed} is needed${marks}`;
}

/** Adds an error for every row with more cells than the table has columns. */
export function checkRowWidths(table: Table, errors: CellErrors): void {
  for (const { cells, where } of table.rows)
    if (filled(cells) > table.names.length)
      errors.add(`${where}: ${filled(cells)} cells stand under ${table.names.length} names`);
}

const ABSENT = /^(nan|n\/?a|#n\/?a|null|none|-{2,}|overflow|\+?9\.9\d*e\+?3[78])$/i;

/** True for the marks that instruments and programs write in place of a missing reading. */
export const isAbsent = (cell: string): boolean => ABSENT.test(cell);
