import { UserError } from '../../../../core/declare/errors.ts';
import { show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';
import { findExtent } from '../lists.ts';
import type { CellErrors, CellGrid } from './grid.ts';
import { type ColumnHeader, isUnlabelled, parseDirection, parseHeader, QUANTITY_ROLES } from './names.ts';
import {
  type DecimalMarkName,
  detectNumberFormat,
  findUnitQuantities,
  isNormalisedUnit,
  isNumeric,
  type NumberFormat,
  toDecimalPoint,
} from './numbers.ts';
import { dropCopiedRows, findPreambleReadVoltage, type GridRow, keepFirstTable, rearrangeRows } from './rearrange.ts';

export interface TableRow {
  readonly cells: readonly string[];
  /** Location for messages, such as `row 7 (line 8)`: row below the header, and line in the file. */
  readonly rowLocation: string;
}

export interface Table extends Pick<CellGrid, 'name' | 'fileStem' | 'fileFormat'> {
  readonly headers: readonly ColumnHeader[];
  readonly hasHeader: boolean;
  readonly rows: readonly TableRow[];
  readonly numberFormat: NumberFormat;
  readonly remarks: readonly string[];
  /** Read voltage in the rows above the header, V. */
  readonly readVoltage?: number | undefined;
  /** Temperature in the header of the column of readings, K. */
  readonly temperature?: number;
}

const MAX_PREAMBLE_ROWS = 200;
const MAX_UNIT_ROWS = 3;
const EMPTY_UNIT = /^(-+|#|1|units?|)$/i;

const hasLabel = (cell: string): boolean => !isUnlabelled(parseHeader(cell));

const SETTING = /^[\w\s]+[=:]\s*[-+]?\.?\d[^,]*$/;

/** True if row i may be a header: only words, or `pulse` before numbers (`pulse, 1, 2, 3`). */
function mayBeHeader(rows: readonly GridRow[], i: number): boolean {
  const { cells } = rows[i]!;
  const given = cells.filter((cell) => cell !== '');
  const isReadings = given.some((cell) => QUANTITY_ROLES.some((role) => role === parseHeader(cell).role));
  if (!isReadings && given.some((cell) => SETTING.test(cell))) return false;
  if (given.every((cell) => !isNumeric(cell))) return true;
  const isPulses = given.length > 2 && !isNumeric(cells[0]!) && parseHeader(cells[0]!).role === 'pulse';
  return isPulses && [i + 1, i + 2].every((next) => isNumeric(rows[next]?.cells[0] ?? ''));
}

function findHeader(rows: readonly GridRow[]): number {
  let [best, most] = [-1, 0];
  const end = Math.min(rows.length, MAX_PREAMBLE_ROWS);
  for (let i = 0; i < end; i++) {
    if (!mayBeHeader(rows, i)) continue;
    const roles = rows[i]!.cells.filter((cell) => cell !== '' && parseHeader(cell).role !== undefined).length;
    const score = 2 * roles + rows[i]!.cells.filter(hasLabel).length;
    const isRepeated = best >= 0 && rows[i]!.cells.join() === rows[best]!.cells.join();
    if (score > most || (score === most && score > 0 && !isRepeated && i < best + 3)) [best, most] = [i, score];
  }
  if (best >= 0) return best;
  const first = rows.findIndex(({ cells }) => cells.some(isNumeric));
  const before = first < 0 ? rows.length - 1 : first - 1;
  return before >= 0 && (rows[before]!.cells.length > 1 || first !== 0) ? before : -1;
}

const isUnitRow = (cells: readonly string[]): boolean => {
  const bare = cells.map((cell) => cell.replace(/^[([{]\s*|\s*[)\]}]$/g, ''));
  const units = bare.filter((cell) => findUnitQuantities(cell).length > 0 || isNormalisedUnit(cell));
  return units.length > 0 && bare.every((cell) => EMPTY_UNIT.test(cell) || units.includes(cell));
};

/** Reads labels from the row above the header; an empty cell repeats the label on its left: `D1,,D2,`. */
function readLabelsAbove(row: GridRow | undefined, width: number): string[] {
  const cells = row?.cells ?? [];
  const given = cells.filter((cell) => cell !== '');
  const labelCount = cells.filter(hasLabel).length;
  const isLabels = given.length > 0 && (labelCount === given.length || labelCount > 1);
  let last = '';
  return Array.from({ length: width }, (_, i) => {
    last = cells[i] || last;
    return isLabels ? last : '';
  });
}

function parseHeaders(
  given: readonly string[],
  above: readonly string[],
  below: readonly GridRow[],
  width: number,
): ColumnHeader[] {
  // If two columns have the same name "G", pandas writes the second one as "G.1", so such a suffix is removed.
  const texts = given.map((text) => (given.includes(text.replace(/\.\d+$/, '')) ? text.replace(/\.\d+$/, '') : text));
  const units = below.find(({ cells }) => isUnitRow(cells))?.cells ?? [];
  const comments = below.filter(({ cells }) => cells !== units);
  return Array.from({ length: width }, (_, i) => {
    const own = texts[i] ?? '';
    const isRepeated = texts.filter((text) => text === own).length > 1;
    const comment = comments.map(({ cells }) => cells[i] ?? '').join(' ');
    return parseHeader(isRepeated ? `${above[i]} ${own} ${comment.trim()}`.trim() : own, units[i] ?? '');
  });
}

function findFirstReading(after: readonly GridRow[], header: readonly string[]): number {
  const hasDirections = header.some((cell) => parseHeader(cell).role === 'direction');
  const isReading = ({ cells }: GridRow) =>
    cells.some(isNumeric) || (hasDirections && cells.some((cell) => parseDirection(cell)));
  const first = after.findIndex(isReading);
  return first < 0 && after.length <= MAX_UNIT_ROWS ? -1 : Math.min(first < 0 ? MAX_UNIT_ROWS : first, MAX_UNIT_ROWS);
}

const formatRowLocation = (i: number, { lineNumber }: GridRow): string => `row ${i + 1} (line ${lineNumber})`;

function resolveNumberFormat(
  table: Omit<Table, 'numberFormat' | 'rows'>,
  data: readonly GridRow[],
  { hasSemicolons }: CellGrid,
  given: DecimalMarkName | undefined,
): NumberFormat {
  const rows = data.map(({ cells }) => cells);
  const found = detectNumberFormat(rows, hasSemicolons, given);
  if ('decimalMark' in found) return found;
  const { rowIndex, columnIndex } = found;
  const cell = rows[rowIndex]![columnIndex]!;
  const [point, comma] = (['.', ','] as const).map((decimalMark) =>
    toDecimalPoint(/[-+−–\d.,]+/.exec(cell)![0], { decimalMark, isGrouped: true }),
  );
  throw new UserError(
    `${table.name}: ${formatRowLocation(rowIndex, data[rowIndex]!)}, column ${table.headers[columnIndex]?.text || columnIndex + 1}: ${show(cell)} is ${point} or ${comma}, and no other number in the file shows which. Next step: --decimal point or --decimal comma.`,
  );
}

export function parseTable(grid: CellGrid, decimal?: DecimalMarkName): Table {
  const { name, fileStem, fileFormat } = grid;
  const arranged = rearrangeRows(grid.rows);
  const at = findHeader(arranged);
  const { rows, remarks: tableRemarks } = keepFirstTable(arranged, at);
  const header = at < 0 ? [] : [...rows[at]!.cells];
  while (header.at(-1) === '') header.pop();
  const after = rows.slice(at + 1);
  const first = findFirstReading(after, header);
  const all = (first < 0 ? [] : after.slice(first)).filter(({ cells }) => cells.join() !== rows[at]?.cells.join());
  if (all.length === 0) throw new UserError(`${name} holds no readings, only ${at < 0 ? 'words' : 'column names'}.`);
  const { rows: data, remarks: copyRemarks } = dropCopiedRows(all);
  const sample = data.slice(0, MAX_PREAMBLE_ROWS).map(({ cells }) => filledCount(cells));
  const width = at < 0 ? findExtent(sample)[1] : header.length;
  const headers = parseHeaders(header, readLabelsAbove(rows[at - 1], width), after.slice(0, first), width);
  const table = {
    name,
    fileStem,
    fileFormat,
    headers,
    hasHeader: at >= 0,
    remarks: [...(grid.remarks ?? []), ...tableRemarks, ...copyRemarks],
    readVoltage: findPreambleReadVoltage(rows.slice(0, Math.max(0, at))),
  };
  return {
    ...table,
    numberFormat: resolveNumberFormat(table, data, grid, decimal),
    rows: data.map((row, i) => ({ cells: row.cells, rowLocation: formatRowLocation(i, row) })),
  };
}

const filledCount = (cells: readonly string[]): number => cells.findLastIndex((cell) => cell !== '') + 1;

export const getColumnName = (table: Table, at: number): string => table.headers[at]?.text || String(at + 1);

export const formatColumnName = (table: Table, at: number): string => {
  const name = getColumnName(table, at);
  return /^\P{C}{1,60}$/u.test(name) ? name : show(name);
};

/** Finds the columns of `--columns ROLE=NAME`: by header, number, or range of numbers (`2-5`). */
export function findColumnsByName(table: Table, role: string, name: string): number[] {
  const texts = table.headers.map(({ text }) => text.toLowerCase());
  const found = texts.flatMap((text, at) => (text === name.toLowerCase() ? [at] : []));
  if (found.length > 0) return found;
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(name) ?? [];
  if (first !== undefined && 1 <= Number(first) && Number(first) <= Number(last) && Number(last) <= texts.length)
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) - 1 + i);
  const known = table.headers.map((_, at) => getColumnName(table, at));
  throw new UserError(
    `${table.name}: no column is called ${show(name)}, which --columns gives for ${role}${didYouMean(name, known, 'its columns')}`,
  );
}

export const createAmbiguousColumnError = (table: Table, columns: readonly number[], role: string): UserError =>
  new UserError(
    `${table.name}: the columns ${columns.map((at) => show(getColumnName(table, at))).join(' and ')} may both be the ${role}. Next step: choose one with --columns ${role}=NAME.`,
  );

export function formatCellError(table: Table, row: TableRow, at: number, allowed: string): string {
  const cell = row.cells[at] ?? '';
  const [mark, other] = table.numberFormat.decimalMark === ',' ? ['comma', /\d\.\d/] : ['point', /\d,\d/];
  const marks = other.test(cell) ? `, with a decimal ${mark} as elsewhere in this file` : '';
  const found = cell === '' ? 'nothing' : show(cell);
  return `${row.rowLocation}, column ${formatColumnName(table, at)}: ${found} is given, but ${allowed} is needed${marks}`;
}

export function checkRowWidths(table: Table, errors: CellErrors): void {
  for (const { cells, rowLocation } of table.rows)
    if (filledCount(cells) > table.headers.length)
      errors.addError(
        `${rowLocation}: the row has ${filledCount(cells)} cells, but the header has ${table.headers.length}`,
      );
}

const MISSING_MARK = /^(nan|n\/?a|#n\/?a|null|none|-{2,}|overflow|\+?9\.9\d*e\+?3[78])$/i;

export const isMissingValueMark = (cell: string): boolean => MISSING_MARK.test(cell);
