import type { InfoRecord } from 'csv-parse';
import { CsvError, parse } from 'csv-parse/sync';
import { UserError } from '../../../../core/declare/errors.ts';
import { isNumeric } from './numbers.ts';

export interface GridRow {
  readonly cells: readonly string[];
  /** Line of the file, or row of the sheet. */
  readonly line: number;
}

/** The cells of a text file or of one sheet of a workbook, blank rows left out. */
export interface Grid {
  /** The file, with the sheet where there are several: what errors begin with. */
  readonly name: string;
  /** What the readings are called where no column tells their device: the file or the sheet. */
  readonly stem: string;
  readonly rows: readonly GridRow[];
  /** How cells are told apart, in words. */
  readonly kind: string;
  /** Whether semicolons tell them apart, as where decimals have commas. */
  readonly semicolons?: boolean;
}

/** In the order in which they are believed: decimal commas are found in files of semicolons and tabs, never the reverse. */
const DELIMITERS = [
  ['\t', 'tabs'],
  [';', 'semicolons'],
  [',', 'commas'],
] as const;
const SAMPLE = 200;
const COMMENT = /^\s*(#|%|\/\/|!)+\s*/;

/** White space between cells, but not before the unit of a name: `G (uS)`. */
const BETWEEN = /\s+(?![([][^\s)\]]*[)\]](?:\s|$))|(?<=[)\]])\s+/;

/** A cell of several lines on one. */
export const onOneLine = (cell: string): string => cell.trim().replace(/\s+/g, ' ');

/** Excel's "Unicode text" is UTF-16 with a mark; what is no UTF-8 is Windows-1252, in which Western Excel writes µ and Ω. */
function decoded(file: string, bytes: Uint8Array): string {
  const mark = 256 * (bytes[0] ?? 0) + (bytes[1] ?? 0);
  if (mark === 0xd0cf)
    throw new UserError(`${file} is a workbook in the old format (.xls); save it as .xlsx or as CSV.`);
  if (mark === 0xfffe || mark === 0xfeff)
    return new TextDecoder(mark === 0xfffe ? 'utf-16le' : 'utf-16be').decode(bytes);
  if (bytes.includes(0)) throw new UserError(`${file} is neither a text nor an .xlsx workbook.`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

const allNumbers = (line: string) => {
  const cells = line.trim().split(/\s+/);
  return cells.length > 1 && cells.every(isNumeric);
};

/** The separator that most lines with a number in them hold; white space where none does, or where commas are decimal. */
function delimiterOf(lines: readonly string[]): readonly [string, string] | null {
  const bare = lines.map((line) => line.replace(/"[^"]*"/g, '0')).filter((line) => /\d/.test(line));
  const told = bare.length > 0 ? bare : lines;
  const most = (is: (line: string) => boolean) => told.filter(is).length > told.length / 2;
  const found = DELIMITERS.find(([mark]) => most((line) => line.includes(mark)));
  return found?.[0] === ',' && most(allNumbers) ? null : (found ?? null);
}

function cellsOf(file: string, text: string, delimiter: string | null): GridRow[] {
  if (delimiter === null) {
    return text
      .split(/\r\n|\r|\n/)
      .map((line, i) => ({ cells: line.trim().replace(COMMENT, '#').split(BETWEEN), line: i + 1 }))
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
      .map(({ record, info }) => ({ cells: record.map(onOneLine), line: info.lines }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new UserError(`${file} cannot be read as CSV: ${error.message}.`, { cause: error });
  }
}

/** Comments after the first row of numbers are nothing; before it one may hold the names, as numpy.savetxt writes them. */
function withoutComments(rows: readonly GridRow[]): GridRow[] {
  const first = rows.findIndex(({ cells }) => !COMMENT.test(cells[0]!) && cells.some(isNumeric));
  const bared = (row: GridRow): GridRow => {
    const cells = row.cells.map((cell, i) => (i === 0 ? cell.replace(COMMENT, '') : cell));
    return { ...row, cells: cells[0] === '' && cells.length > 1 && COMMENT.test(row.cells[0]!) ? row.cells : cells };
  };
  return rows.flatMap((row, i) => (!COMMENT.test(row.cells[0]!) ? [row] : i < first ? [bared(row)] : []));
}

export function gridOfText(file: string, stem: string, bytes: Uint8Array): Grid {
  const text = decoded(file, bytes);
  if (text.trim() === '') throw new UserError(`${file} is empty.`);
  const lines = text.split(/\r\n|\r|\n/, SAMPLE * 10).filter((line) => line.trim() !== '' && !COMMENT.test(line));
  const middle = Math.max(0, Math.floor((lines.length - SAMPLE) / 2));
  const found = delimiterOf(lines.slice(middle, middle + SAMPLE));
  return {
    name: file,
    stem,
    rows: withoutComments(cellsOf(file, text, found?.[0] ?? null)),
    kind: `text with ${found?.[1] ?? 'white space'} between cells`,
    semicolons: found?.[0] === ';',
  };
}

const MAX_LISTED_ERRORS = 5;
/** Maximum length of the listed errors; the first one may be longer. */
const MAX_LIST_LENGTH = 300;

/** Collector of the errors in the cells of one file: all rows are checked, the first errors are reported in one message. */
export class CellErrors {
  readonly #file: string;
  readonly #found: string[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  get count(): number {
    return this.#found.length;
  }

  add(message: string): void {
    this.#found.push(message);
  }

  throwIfAny(): void {
    if (this.count === 0) return;
    let listed = this.#found[0]!;
    let shown = 1;
    while (
      shown < Math.min(MAX_LISTED_ERRORS, this.count) &&
      listed.length + this.#found[shown]!.length < MAX_LIST_LENGTH
    )
      listed += `; ${this.#found[shown++]!}`;
    const more = this.count - shown;
    throw new UserError(`${this.#file}: ${listed}${more > 0 ? `; and ${more} more error${more > 1 ? 's' : ''}` : ''}.`);
  }
}
