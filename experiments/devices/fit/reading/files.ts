import { basename, extname } from 'node:path';
import { UserError } from '../../../../core/declare/errors.ts';
import { readWhole } from '../../../network/config/text.ts';
import { type Grid, gridOfText, isNumeric, onOneLine } from './grid.ts';

const stemOf = (file: string): string => basename(file, extname(file));

/** Whether a file is a workbook: they are zip archives, whatever they are called. */
const isWorkbook = (bytes: Uint8Array): boolean => [0x50, 0x4b, 3, 4].every((byte, i) => bytes[i] === byte);

type Value = string | number | boolean | Date | null;
const textOf = (value: Value): string =>
  value === null ? '' : value instanceof Date ? value.toISOString() : onOneLine(String(value));

/** The sheets of a workbook that hold numbers. */
async function sheets(file: string, bytes: Buffer): Promise<Grid[]> {
  // read-excel-file: one format, kept up, small, reads numbers to the last bit; loaded only for a workbook.
  const { default: readWorkbook } = await import('read-excel-file/node');
  const found = await readWorkbook(bytes).catch((error: Error) => {
    throw new UserError(`${file} cannot be read as an .xlsx workbook: ${error.message.split('\n')[0]}.`, {
      cause: error,
    });
  });
  const grids = found.map(({ sheet, data }) => {
    const rows = data
      .map((cells, i) => ({ cells: (cells as Value[]).map(textOf), line: i + 1 }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
    return { sheet, rows };
  });
  const full = grids.filter(({ rows }) => rows.filter(({ cells }) => cells.some(isNumeric)).length > 1);
  if (full.length === 0) throw new UserError(`${file} is empty: no sheet of it holds readings.`);
  const one = full.length === 1;
  return full.map(({ sheet, rows }) => ({
    name: one ? file : `${file}, sheet ${JSON.stringify(sheet)}`,
    stem: one ? stemOf(file) : sheet,
    rows,
    kind: 'workbook',
  }));
}

/** The tables of a file: one of a text, one for each sheet with numbers of a workbook. */
export async function gridsOf(file: string): Promise<Grid[]> {
  const bytes = readWhole(file);
  return isWorkbook(bytes) ? sheets(file, bytes) : [gridOfText(file, stemOf(file), bytes)];
}

/** The cells of a text file. */
export function textGrid(file: string): Grid {
  const bytes = readWhole(file);
  if (isWorkbook(bytes)) throw new UserError(`${file} is a workbook, which only readMeasurement takes.`);
  return gridOfText(file, stemOf(file), bytes);
}
