import { basename, extname } from 'node:path';
import { UserError } from '../../../../core/declare/errors.ts';
import { formatCount, show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';
import { readFileBytes } from '../../../network/config/text.ts';
import { hasNoDuplicates } from '../lists.ts';
import { type CellGrid, collapseWhiteSpace, parseTextGrid } from './grid.ts';
import { type DecimalMarkName, isNumeric } from './numbers.ts';
import { parseTable, type Table } from './table.ts';

const { now } = Date;
let openWorkbookCount = 0;

const stemOf = (file: string): string => basename(file, extname(file));

const isWorkbook = (bytes: Uint8Array): boolean => [0x50, 0x4b, 3, 4].every((byte, i) => bytes[i] === byte);

type Value = string | number | boolean | Date | null;
const textOf = (value: Value): string =>
  value instanceof Date ? value.toISOString() : collapseWhiteSpace(String(value ?? ''));

/** True if a sheet holds settings: each row is a unique name with at most three numbers. */
const isSettings = ({ rows }: Pick<CellGrid, 'rows'>): boolean => {
  const filled = rows.map(({ cells }) => cells.filter((cell) => cell !== ''));
  const isSetting = (cells: readonly string[]) => !isNumeric(cells[0]!) && cells.filter(isNumeric).length <= 3;
  return hasNoDuplicates(filled.map(([name]) => name)) && filled.every(isSetting);
};

const hasNumbers = ({ rows }: Pick<CellGrid, 'rows'>): boolean =>
  rows.filter(({ cells }) => cells.some(isNumeric)).length > 1;

/**
 * Runs `read` with a constant `Date.now`: read-excel-file makes chunks smaller the longer they take, until large sheets
 * overflow the call stack.
 */
async function readWithoutClock<T>(read: () => Promise<T>): Promise<T> {
  const start = now();
  Date.now = () => start;
  openWorkbookCount++;
  try {
    return await read();
  } finally {
    if (--openWorkbookCount === 0) Date.now = now;
  }
}

/**
 * Indices of hidden sheets (from 0), and row numbers of hidden rows in each sheet (from 1). Source: ECMA-376-1,
 * 18.2.19, 18.3.1.73.
 */
function findHiddenParts(parts: ReadonlyMap<string, Uint8Array>) {
  const read = (name: string) => new TextDecoder().decode(parts.get(name));
  const attribute = (tag: string, name: string) => new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1];
  const tags = (text: string, name: string) => text.match(new RegExp(`<(?:\\w+:)?${name}\\s[^>]*>`, 'g')) ?? [];
  const links = tags(read('xl/_rels/workbook.xml.rels'), 'Relationship');
  const targets = new Map(links.map((tag) => [attribute(tag, 'Id'), attribute(tag, 'Target') ?? '']));
  return tags(read('xl/workbook.xml'), 'sheet').map((tag) => {
    const target = targets.get(attribute(tag, 'r:id')) ?? '';
    const text = read(target.startsWith('/') ? target.slice(1) : `xl/${target}`);
    const rows = tags(text, 'row').filter((row) => /^(1|true)$/.test(attribute(row, 'hidden') ?? ''));
    return {
      isHidden: /hidden/i.test(attribute(tag, 'state') ?? ''),
      hiddenRows: new Set(rows.map((row) => Number(attribute(row, 'r')))),
    };
  });
}

const VISIBLE_SHEET = { isHidden: false, hiddenRows: new Set<number>() };

async function readWorkbookSheets(file: string, bytes: Buffer) {
  // The universal version of read-excel-file is used, because its Node version hangs on some damaged files.
  const { default: readWorkbook } = await import('read-excel-file/universal');
  const { unzip } = await import('../../../data/unpack.ts');
  try {
    const hidden = findHiddenParts(unzip(bytes, file)); // checks sizes and checksums
    const sheets = await readWithoutClock(() => readWorkbook(new Blob([Uint8Array.from(bytes)]) as File));
    return sheets.map((sheet, k) => ({ ...sheet, ...(hidden[k] ?? VISIBLE_SHEET) }));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const reason = (cause as Error).message.split('\n')[0]!.slice(0, 160);
    throw new UserError(`${file} cannot be read as an .xlsx workbook: ${reason}.`, { cause });
  }
}

async function readWorkbookGrids(file: string, bytes: Buffer, requested: string | undefined): Promise<CellGrid[]> {
  const found = await readWorkbookSheets(file, bytes);
  const grids = found.map(({ sheet, data, isHidden, hiddenRows }) => {
    const all = data
      .map((cells, i) => ({ cells: (cells as Value[]).map(textOf), lineNumber: i + 1 }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
    const rows = all.filter(({ lineNumber }) => !hiddenRows.has(lineNumber));
    const count = all.length - rows.length;
    const remarks = count > 0 ? [`${formatCount(count, 'hidden row')} of sheet ${JSON.stringify(sheet)} left out`] : [];
    return { sheet, rows, isHidden, remarks };
  });
  if (requested !== undefined) {
    const names = grids.map(({ sheet }) => sheet);
    const found = grids[names.indexOf(requested)];
    if (found === undefined)
      throw new UserError(`${file} has no sheet ${show(requested)}${didYouMean(requested, names, 'its sheets')}`);
    const name = `${file}, sheet ${show(requested)}`;
    if (!hasNumbers(found)) throw new UserError(`${name} is empty: it holds no readings.`);
    return [{ name, fileStem: stemOf(file), rows: found.rows, fileFormat: 'workbook', remarks: found.remarks }];
  }
  const filled = grids.filter(hasNumbers);
  const [shown, hidden] = [filled.filter(({ isHidden }) => !isHidden), filled.filter(({ isHidden }) => isHidden)];
  const settings = shown.every(isSettings) ? [] : shown.filter(isSettings);
  const read = shown.filter((grid) => !settings.includes(grid));
  const listSheets = (list: typeof grids) => list.map(({ sheet }) => JSON.stringify(sheet)).join(', ');
  const only = `holds readings in hidden sheets only: ${listSheets(hidden)}. Next step: choose one with --sheet.`;
  if (read.length === 0)
    throw new UserError(`${file} ${hidden.length > 0 ? only : 'is empty: no sheet of it holds readings.'}`);
  const without = ` without its ${formatCount(settings.length, 'sheet')} of settings ${listSheets(settings)}`;
  const hiddenRemark = `hidden sheet${hidden.length > 1 ? 's' : ''} ${listSheets(hidden)} left out`;
  return read.map(({ sheet, rows, remarks }, k) => ({
    name: read.length === 1 ? file : `${file}, sheet ${JSON.stringify(sheet)}`,
    fileStem: read.length === 1 ? stemOf(file) : sheet,
    rows,
    fileFormat: `workbook${settings.length > 0 ? without : ''}`,
    remarks: [...(k === 0 && hidden.length > 0 ? [hiddenRemark] : []), ...remarks],
  }));
}

async function readGrids(file: string, sheet: string | undefined): Promise<CellGrid[]> {
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

/** Reads tables. Files of the same name in different folders are named by their paths. */
export async function readTables(
  files: readonly string[],
  { sheet, decimal }: { readonly sheet?: string | undefined; readonly decimal?: DecimalMarkName | undefined } = {},
): Promise<Table[]> {
  const twice = files.find((file, i) => files.indexOf(file) !== i);
  if (twice !== undefined) throw new UserError(`${twice} is given twice; it would count as two measurements.`);
  const grids = (await Promise.all(files.map((file) => readGrids(file, sheet)))).flat();
  const stems = grids.map(({ fileStem }) => fileStem);
  const pathOf = ({ name }: CellGrid) => name.replace(/\.\w+(?=$|, sheet)/, '');
  return grids.map((grid) => parseTable(hasNoDuplicates(stems) ? grid : { ...grid, fileStem: pathOf(grid) }, decimal));
}
