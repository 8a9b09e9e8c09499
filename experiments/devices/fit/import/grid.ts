import type { InfoRecord } from 'csv-parse';
import { CsvError, parse } from 'csv-parse/sync';
import { UserError } from '../../../../core/declare/errors.ts';
import { formatCount } from '../../../../core/declare/show.ts';
import { isNumeric } from './numbers.ts';
import { type GridRow, parseMatlabArrays } from './rearrange.ts';

export interface CellGrid {
  /** Prefix of error messages: file name, and sheet name if there are several sheets. */
  readonly name: string;
  readonly fileStem: string;
  readonly rows: readonly GridRow[];
  /** File format in words, such as `text with tabs between cells`. */
  readonly fileFormat: string;
  readonly hasSemicolons?: boolean;
  readonly remarks?: readonly string[];
}

/** Cell separators, the most reliable first: beside tabs or semicolons, commas may be decimal marks. */
const DELIMITERS = [
  ['\t', 'tabs'],
  [';', 'semicolons'],
  [',', 'commas'],
] as const;
/** Number of lines from the middle of a file in which the separator is detected. */
const SAMPLE_LINES = 200;
const COMMENT_MARK = /^\s*(#|%|\/\/|!)+\s*/;

/** White space between cells, except the space before the unit in a header, as in `G (uS)`. */
const CELL_GAP = /\s+(?![([][^\s)\]]*[)\]](?:\s|$))|(?<=[)\]])\s+/;

export const collapseWhiteSpace = (cell: string): string => cell.trim().replace(/\s+/g, ' ');

/** True if non-ASCII bytes are in pairs, as in GBK; in Windows-1252 (µ, Ω, °) they are mostly single. */
const isGbk = (bytes: Uint8Array): boolean =>
  (new TextDecoder('latin1').decode(bytes).match(/[\u0080-\uffff]+/g) ?? []).every((run) => run.length % 2 === 0);

/** Decodes UTF-16 with byte order mark (Excel's "Unicode text"), UTF-8, GBK or else Windows-1252 (Western Excel). */
function decodeText(file: string, bytes: Uint8Array): string {
  const mark = 256 * (bytes[0] ?? 0) + (bytes[1] ?? 0);
  if (mark === 0xd0cf)
    throw new UserError(`${file} is a workbook in the old format (.xls); save it as .xlsx or as CSV.`);
  if (mark === 0xfffe || mark === 0xfeff)
    return new TextDecoder(mark === 0xfffe ? 'utf-16le' : 'utf-16be').decode(bytes);
  if (bytes.includes(0)) throw new UserError(`${file} is neither a text nor an .xlsx workbook.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder(isGbk(bytes) ? 'gbk' : 'windows-1252').decode(bytes);
  }
}

const isAllNumbers = (line: string) => {
  const cells = line.trim().split(/\s+/);
  return cells.length > 1 && cells.every(isNumeric);
};

/** Detects the separator in most lines with numbers; null if white space separates cells. */
function detectDelimiter(lines: readonly string[]): readonly [string, string] | null {
  const bare = lines.map((line) => line.replace(/"[^"]*"/g, '0')).filter((line) => /\d/.test(line));
  const sample = bare.length > 0 ? bare : lines;
  const most = (is: (line: string) => boolean) => sample.filter(is).length > sample.length / 2;
  const found = DELIMITERS.find(([mark]) => most((line) => line.includes(mark)));
  return found?.[0] === ',' && most(isAllNumbers) ? null : (found ?? null);
}

function splitCells(file: string, text: string, delimiter: string | null): GridRow[] {
  if (delimiter === null) {
    return text
      .split(/\r\n|\r|\n/)
      .map((line, i) => ({ cells: line.trim().replace(COMMENT_MARK, '#').split(CELL_GAP), lineNumber: i + 1 }))
      .filter(({ cells }) => cells[0] !== '');
  }
  try {
    const rows = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      relax_quotes: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      trim: true,
    }) as unknown as { record: string[]; info: InfoRecord }[];
    return rows
      .filter(({ record }) => record.some((cell) => cell !== ''))
      .map(({ record, info }) => ({ cells: record.map(collapseWhiteSpace), lineNumber: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`${file} cannot be read as CSV: ${error.message}.`, { cause: error });
  }
}

/** Removes comments after the first numbers. Earlier comments may be the header, as in files of numpy.savetxt. */
function removeComments(rows: readonly GridRow[]): GridRow[] {
  const isComment = ({ cells }: GridRow) => COMMENT_MARK.test(cells[0]!);
  const first = rows.findIndex((row) => !isComment(row) && row.cells.some(isNumeric));
  const removeMark = (row: GridRow): GridRow => {
    const name = row.cells[0]!.replace(COMMENT_MARK, '');
    return name === '' && row.cells.length > 1 ? row : { ...row, cells: [name, ...row.cells.slice(1)] };
  };
  return rows.flatMap((row, i) => (!isComment(row) ? [row] : i < first ? [removeMark(row)] : []));
}

export function parseTextGrid(file: string, fileStem: string, bytes: Uint8Array): CellGrid {
  const text = decodeText(file, bytes);
  if (text.trim() === '') throw new UserError(`${file} is empty.`);
  const arrays = parseMatlabArrays(text);
  if (arrays !== undefined) return { name: file, fileStem, rows: arrays, fileFormat: 'arrays of a script' };
  const lines = text
    .split(/\r\n|\r|\n/, SAMPLE_LINES * 10)
    .filter((line) => line.trim() !== '' && !COMMENT_MARK.test(line));
  const middle = Math.max(0, Math.floor((lines.length - SAMPLE_LINES) / 2));
  const found = detectDelimiter(lines.slice(middle, middle + SAMPLE_LINES));
  return {
    name: file,
    fileStem,
    rows: removeComments(splitCells(file, text, found?.[0] ?? null)),
    fileFormat: `text with ${found?.[1] ?? 'white space'} between cells`,
    hasSemicolons: found?.[0] === ';',
  };
}

const MAX_LISTED_ERRORS = 5;
/** Maximum number of characters of the listed errors; the first error is listed even if longer. */
const MAX_LIST_LENGTH = 300;

/** Collector of the cell errors of a file, the first of which are reported in one message. */
export class CellErrors {
  readonly #fileName: string;
  readonly #messages: string[] = [];

  constructor(file: string) {
    this.#fileName = file;
  }

  get errorCount(): number {
    return this.#messages.length;
  }

  addError(message: string): void {
    this.#messages.push(message);
  }

  throwIfErrors(): void {
    if (this.errorCount === 0) return;
    const listed = this.#messages.slice(0, MAX_LISTED_ERRORS);
    while (listed.length > 1 && listed.join('; ').length > MAX_LIST_LENGTH) listed.pop();
    const more = this.errorCount - listed.length;
    if (more > 0) listed.push(`and ${formatCount(more, 'more error')}`);
    throw new UserError(`${this.#fileName}: ${listed.join('; ')}.`);
  }
}
