import { basename, extname } from 'node:path';
import { UserError } from '../../../../core/declare/errors.ts';
import { plural, show } from '../../../../core/declare/show.ts';
import { didYouMean } from '../../../../core/declare/suggest.ts';
import { readWhole } from '../../../network/config/text.ts';
import { type Grid, type GridRow, gridOfText, onOneLine } from './grid.ts';
import { isNumeric } from './units.ts';

const stemOf = (file: string): string => basename(file, extname(file));

/** Whether a file is a workbook: they are zip archives, whatever they are called. */
const isWorkbook = (bytes: Uint8Array): boolean => [0x50, 0x4b, 3, 4].every((byte, i) => bytes[i] === byte);

type Value = string | number | boolean | Date | null;
const textOf = (value: Value): string =>
  value === null ? '' : value instanceof Date ? value.toISOString() : onOneLine(String(value));

/** A sheet with the settings of a measurement: a name, and beside it a value, a row each. */
const isSettings = (rows: readonly GridRow[]): boolean => {
  const filled = rows.map(({ cells }) => cells.filter((cell) => cell !== ''));
  const names = filled.map(([name]) => name!);
  return new Set(names).size === names.length && filled.every((cells) => cells.length < 4 && !isNumeric(cells[0]!));
};

const hasNumbers = ({ rows }: { readonly rows: readonly GridRow[] }): boolean =>
  rows.filter(({ cells }) => cells.some(isNumeric)).length > 1;

async function workbook(file: string, bytes: Buffer) {
  // read-excel-file: one format, kept up, small, reads numbers to the last bit; loaded only for a workbook.
  const { default: readWorkbook } = await import('read-excel-file/node');
  return readWorkbook(bytes).catch((error: Error) => {
    throw new UserError(`${file} cannot be read as an .xlsx workbook: ${error.message.split('\n')[0]}.`, {
      cause: error,
    });
  });
}

/** Names of the sheets of a file, none of a text. */
export async function sheetNames(file: string): Promise<string[]> {
  const bytes = readWhole(file);
  return isWorkbook(bytes) ? (await workbook(file, bytes)).map(({ sheet }) => sheet) : [];
}

/** The sheets of a workbook that hold numbers, or the one that is asked for. */
async function sheets(file: string, bytes: Buffer, asked: string | undefined): Promise<Grid[]> {
  const found = await workbook(file, bytes);
  const grids = found.map(({ sheet, data }) => {
    const rows = data
      .map((cells, i) => ({ cells: (cells as Value[]).map(textOf), line: i + 1 }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
    return { sheet, rows };
  });
  if (asked !== undefined) {
    const names = grids.map(({ sheet }) => sheet);
    const found = grids.find(({ sheet }) => sheet === asked);
    if (found === undefined)
      throw new UserError(`${file} has no sheet ${show(asked)}${didYouMean(asked, names, 'its sheets')}`);
    const name = `${file}, sheet ${show(asked)}`;
    if (!hasNumbers(found)) throw new UserError(`${name} is empty: it holds no readings.`);
    return [{ name, stem: stemOf(file), rows: found.rows, kind: 'workbook' }];
  }
  const held = grids.filter(hasNumbers);
  const settings = held.filter(({ rows }) => isSettings(rows));
  const full = settings.length === held.length ? held : held.filter((grid) => !settings.includes(grid));
  if (full.length === 0) throw new UserError(`${file} is empty: no sheet of it holds readings.`);
  const one = full.length === 1;
  const left = full === held ? [] : settings.map(({ sheet }) => JSON.stringify(sheet));
  return full.map(({ sheet, rows }) => ({
    name: one ? file : `${file}, sheet ${JSON.stringify(sheet)}`,
    stem: one ? stemOf(file) : sheet,
    rows,
    kind:
      left.length === 0
        ? 'workbook'
        : `workbook without its ${plural(left.length, 'sheet')} of settings ${left.join(', ')}`,
  }));
}

/** The tables of a file: one of a text, one for each sheet with numbers of a workbook. */
async function gridsOf(file: string, sheet: string | undefined): Promise<Grid[]> {
  const bytes = readWhole(file);
  if (isWorkbook(bytes)) return sheets(file, bytes, sheet);
  if (sheet !== undefined)
    throw new UserError(`${file} is no workbook (.xlsx), so that it has no sheet ${show(sheet)}, which --sheet names.`);
  return [gridOfText(file, stemOf(file), bytes)];
}

/** The cells of a text file. */
export function textGrid(file: string): Grid {
  const bytes = readWhole(file);
  if (isWorkbook(bytes)) throw new UserError(`${file} is a workbook, which only readMeasurement takes.`);
  return gridOfText(file, stemOf(file), bytes);
}

/**
 * The tables of several files. Those of one name, in different folders, are called by their paths.
 * @param sheet the only one to read of a workbook.
 * @throws UserError for a file given twice, or without that sheet
 */
export async function gridsOfAll(files: readonly string[], sheet?: string): Promise<Grid[]> {
  const twice = files.find((file, i) => files.indexOf(file) !== i);
  if (twice !== undefined) throw new UserError(`${twice} is given twice, and would count as two measurements.`);
  const grids = (await Promise.all(files.map((file) => gridsOf(file, sheet)))).flat();
  const isAlone = ({ stem }: Grid) => grids.filter((grid) => grid.stem === stem).length === 1;
  return grids.every(isAlone)
    ? grids
    : grids.map((grid) => ({ ...grid, stem: grid.name.replace(/\.\w+(?=$|, sheet)/, '') }));
}
