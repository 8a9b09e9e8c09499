import { basename, extname } from 'node:path';
import { UserError } from '../../../../core/declare/errors.ts';
import { formatCount, show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';
import { readFileBytes } from '../../../network/config/text.ts';
import { type CellGrid, collapseWhiteSpace, parseTextGrid } from './grid.ts';
import { type DecimalMarkName, isNumeric } from './numbers.ts';
import { parseTable, type Table } from './table.ts';

const { now } = Date;
/** Number of workbooks that are being read. */
let readCount = 0;

const stemOf = (file: string): string => basename(file, extname(file));

const isWorkbook = (bytes: Uint8Array): boolean => [0x50, 0x4b, 3, 4].every((byte, i) => bytes[i] === byte);

type Value = string | number | boolean | Date | null;
const textOf = (value: Value): string =>
  value instanceof Date ? value.toISOString() : collapseWhiteSpace(String(value ?? ''));

const isSettings = ({ rows }: Pick<CellGrid, 'rows'>): boolean => {
  const filled = rows.map(({ cells }) => cells.filter((cell) => cell !== ''));
  const names = filled.map(([name]) => name!);
  return new Set(names).size === names.length && filled.every((cells) => cells.length < 4 && !isNumeric(cells[0]!));
};

const hasNumbers = ({ rows }: Pick<CellGrid, 'rows'>): boolean =>
  rows.filter(({ cells }) => cells.some(isNumeric)).length > 1;

/**
 * Runs `read` with a constant `Date.now`. read-excel-file parses a sheet in chunks, each by a recursive call, and halves
 * the chunk size whenever a chunk takes over 7 ms, without a lower limit: large sheets would overflow the call stack.
 */
async function readWithoutClock<T>(read: () => Promise<T>): Promise<T> {
  const start = now();
  Date.now = () => start;
  readCount++;
  try {
    return await read();
  } finally {
    if (--readCount === 0) Date.now = now;
  }
}

async function readWorkbookSheets(file: string, bytes: Buffer) {
  // The universal version is used, because the Node version of read-excel-file hangs on some damaged files.
  const { default: readWorkbook } = await import('read-excel-file/universal');
  const { unzip } = await import('../../../data/unpack.ts');
  try {
    unzip(bytes, file); // checks sizes and checksums
    return await readWithoutClock(() => readWorkbook(new Blob([Uint8Array.from(bytes)]) as File));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const reason = (cause as Error).message.split('\n')[0]!.slice(0, 160);
    throw new UserError(`${file} cannot be read as an .xlsx workbook: ${reason}.`, { cause });
  }
}

async function readWorkbookGrids(file: string, bytes: Buffer, requested: string | undefined): Promise<CellGrid[]> {
  const found = await readWorkbookSheets(file, bytes);
  const grids = found.map(({ sheet, data }) => {
    const rows = data
      .map((cells, i) => ({ cells: (cells as Value[]).map(textOf), lineNumber: i + 1 }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
    return { sheet, rows };
  });
  if (requested !== undefined) {
    const names = grids.map(({ sheet }) => sheet);
    const found = grids.find(({ sheet }) => sheet === requested);
    if (found === undefined)
      throw new UserError(`${file} has no sheet ${show(requested)}${didYouMean(requested, names, 'its sheets')}`);
    const name = `${file}, sheet ${show(requested)}`;
    if (!hasNumbers(found)) throw new UserError(`${name} is empty: it holds no readings.`);
    return [{ name, fileStem: stemOf(file), rows: found.rows, fileFormat: 'workbook' }];
  }
  const held = grids.filter(hasNumbers);
  const hasReadings = !held.every(isSettings);
  const full = held.filter((grid) => !hasReadings || !isSettings(grid));
  if (full.length === 0) throw new UserError(`${file} is empty: no sheet of it holds readings.`);
  const one = full.length === 1;
  const left = held.filter((grid) => !full.includes(grid)).map(({ sheet }) => JSON.stringify(sheet));
  const without = ` without its ${formatCount(left.length, 'sheet')} of settings ${left.join(', ')}`;
  return full.map(({ sheet, rows }) => ({
    name: one ? file : `${file}, sheet ${JSON.stringify(sheet)}`,
    fileStem: one ? stemOf(file) : sheet,
    rows,
    fileFormat: `workbook${left.length > 0 ? without : ''}`,
  }));
}

async function gridsOf(file: string, sheet: string | undefined): Promise<CellGrid[]> {
  const bytes = readFileBytes(file);
  if (isWorkbook(bytes)) return readWorkbookGrids(file, bytes, sheet);
  if (sheet !== undefined)
    throw new UserError(`${file} is not a workbook (.xlsx), so it has no sheet ${show(sheet)} (--sheet).`);
  return [parseTextGrid(file, stemOf(file), bytes)];
}

export function readTextGrid(file: string): CellGrid {
  const bytes = readFileBytes(file);
  if (isWorkbook(bytes)) throw new UserError(`${file} is a workbook (.xlsx); read it with readMeasurement.`);
  return parseTextGrid(file, stemOf(file), bytes);
}

/** Reads the cells of several files. Files of the same name in different folders are named by their paths. */
async function readAllGrids(files: readonly string[], sheet?: string): Promise<CellGrid[]> {
  const twice = files.find((file, i) => files.indexOf(file) !== i);
  if (twice !== undefined) throw new UserError(`${twice} is given twice; it would count as two measurements.`);
  const grids = (await Promise.all(files.map((file) => gridsOf(file, sheet)))).flat();
  const isAlone = ({ fileStem }: CellGrid) => grids.filter((grid) => grid.fileStem === fileStem).length === 1;
  return grids.every(isAlone)
    ? grids
    : grids.map((grid) => ({ ...grid, fileStem: grid.name.replace(/\.\w+(?=$|, sheet)/, '') }));
}

/**
 * Reads the tables of measurement files.
 * @param sheet name of the only workbook sheet to read
 * @throws UserError for a file that is given twice, lacks that sheet, or has no readings
 */
export async function readTables(
  files: readonly string[],
  { sheet, decimal }: { readonly sheet?: string | undefined; readonly decimal?: DecimalMarkName | undefined } = {},
): Promise<Table[]> {
  return (await readAllGrids(files, sheet)).map((grid) => parseTable(grid, decimal));
}
