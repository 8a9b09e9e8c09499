/** Converts table layouts of instruments and papers to rows of readings under column names. */
import { show } from '../../../../core/declare/show.ts';
import { hasNoDuplicates } from '../lists.ts';
import { parseHeader } from './names.ts';
import { isNumeric } from './numbers.ts';
import { MIN_TRAIN_READINGS } from './trains.ts';

export interface GridRow {
  readonly cells: readonly string[];
  readonly lineNumber: number;
}

const ARRAY = /^\s*([A-Za-z]\w*)\s*=\s*\[([^\]]*)\]'?\s*;?[^\S\n]*(?:%\s*([^\s%]+))?/gm;
const SCALAR = /^\s*([A-Za-z]\w*)\s*=\s*([-+\d.eE]+)\s*;?[^\S\n]*(?:%\s*(\S+))?[^\S\n]*$/gm;

/** Converts arrays in a MATLAB script to rows: settings, names, one row per array index; undefined if none. */
export function parseMatlabArrays(text: string): GridRow[] | undefined {
  const plain = text.replace(/\.{3}[^\n]*\n/g, ' '); // continuation lines
  const columns = [...plain.matchAll(ARRAY)].flatMap(([, name, body, unit]) => {
    const lines = body!.split(/[;\n]/).map((line) => line.split(/[\s,]+/).filter(Boolean));
    const rows = lines.filter((cells) => cells.length > 0);
    const width = rows[0]?.length ?? 0;
    const header = (k: string) => `${name}${k}${unit === undefined ? '' : ` (${unit})`}`;
    const isMatrix = rows.length > 1 && width > 1 && rows.every((cells) => cells.length === width);
    return isMatrix
      ? rows[0]!.map((_, k) => [header(` ${k + 1}`), ...rows.map((cells) => cells[k]!)])
      : [[header(''), ...rows.flat()]];
  });
  const arrays = columns.filter((cells) => cells.length > MIN_TRAIN_READINGS && cells.slice(1).every(isNumeric));
  if (arrays.length === 0) return undefined;
  const settings = [...plain.matchAll(SCALAR)].map(([, name, value, unit = '']) => [`${name} = ${value} ${unit}`]);
  const length = Math.max(...arrays.map((cells) => cells.length));
  const rows = Array.from({ length }, (_, i) => arrays.map((cells) => cells[i] ?? ''));
  return [...settings, ...rows].map((cells, i) => ({ cells, lineNumber: i + 1 }));
}

/** Rows of a B1500 export (`DataName`, `DataValue`) under short names: `Smu1.V[1][1]` becomes `V`. */
function extractDataRows(rows: readonly GridRow[]): readonly GridRow[] {
  const header = rows.find(({ cells }) => cells[0] === 'DataName');
  if (header === undefined) return rows;
  const parts = header.cells.slice(1).map((cell) => /^(?:Smu(\d*)\.)?(.+?)(?:\[\d+\])*$/i.exec(cell) ?? ['', '', cell]);
  const quantities = parts.map(([, , quantity]) => quantity!);
  const numbers = quantities.map((quantity) => /^\D+(\d+)$/.exec(quantity)?.[1]);
  const isOneUnit = new Set(numbers.filter(Boolean)).size === 1; // `V1`, `I1`, `Time`
  const names = parts.map(([, unit, quantity], k) => {
    if (isOneUnit) return quantity!.slice(0, quantity!.length - (numbers[k] ?? '').length);
    return hasNoDuplicates(quantities) ? quantity! : `${quantity}${unit}`;
  });
  const values = rows.filter(({ cells }) => cells[0] === 'DataValue');
  return [{ ...header, cells: names }, ...values.map((row) => ({ ...row, cells: row.cells.slice(1) }))];
}

const LABEL_ROLES = ['device', 'cycle', 'direction'];

/** Splits rows that hold one train each (columns `device,direction,p0,p1,…`) into one row per reading. */
function splitTrainRows(rows: readonly GridRow[]): readonly GridRow[] {
  const at = rows.findIndex(({ cells }) => cells.some((cell) => LABEL_ROLES.includes(parseHeader(cell).role ?? '')));
  if (at < 0) return rows;
  const { cells: header } = rows[at]!;
  const numbers = header.map((cell) => /^(.*?)[\s_]*(\d+)$/.exec(cell));
  const first = numbers.findIndex((found, i) => found !== null && numbers.slice(i).every((next) => next !== null));
  const labels = header.slice(0, first);
  const pulses = numbers.slice(first).map((found) => Number(found?.[2]));
  const data = rows.slice(at + 1);
  const isTrainRow =
    first > 0 &&
    pulses.length >= MIN_TRAIN_READINGS &&
    pulses.every((n, i) => i === 0 || n === pulses[i - 1]! + 1) &&
    numbers.slice(first).every((found) => found![1] === numbers[first]![1]) &&
    labels.every((cell) => LABEL_ROLES.includes(parseHeader(cell).role ?? 'direction')) &&
    data.length > 0 &&
    hasNoDuplicates(data.map(({ cells }) => cells.slice(0, first).join('\t')));
  if (!isTrainRow) return rows;
  const readings = data.flatMap(({ cells, lineNumber }) =>
    pulses.flatMap((pulse, i) => {
      const value = cells[first + i] ?? '';
      return value === '' ? [] : [{ cells: [...cells.slice(0, first), String(pulse), value], lineNumber }];
    }),
  );
  return [...rows.slice(0, at), { ...rows[at]!, cells: [...labels, 'pulse', 'conductance'] }, ...readings];
}

export const rearrangeRows = (rows: readonly GridRow[]): readonly GridRow[] => splitTrainRows(extractDataRows(rows));

/** Keeps the first of two different tables side by side, separated by an empty column. @param at index of the header */
export function keepFirstTable(rows: readonly GridRow[], at: number): { rows: readonly GridRow[]; remarks: string[] } {
  const header = rows[at]?.cells ?? [];
  const data = rows.slice(at);
  const isEmpty = (i: number) => data.every(({ cells }) => (cells[i] ?? '') === '');
  const gap = header.findIndex((_, i) => i > 1 && isEmpty(i));
  const rolesOf = (cells: readonly string[]) => cells.filter(Boolean).map((cell) => parseHeader(cell).role);
  const [first, second] = [rolesOf(header.slice(0, gap)), rolesOf(header.slice(gap + 1))];
  const isAxis = (role: string | undefined) => role === 'pulse' || role === 'time' || role === 'voltage';
  if (gap < 0 || !first.some(isAxis) || !second.some(isAxis) || first.join() === second.join())
    return { rows, remarks: [] };
  const names = header.slice(gap + 1).filter(Boolean);
  return {
    rows: rows.map((row) => ({ ...row, cells: row.cells.slice(0, gap) })),
    remarks: [`a second table beside the first (${names.map(show).join(', ')}) left out`],
  };
}

/** Removes duplicates from a file that repeats the whole table, or each row, two to four times. */
export function dropCopiedRows(data: readonly GridRow[]): { rows: readonly GridRow[]; remarks: string[] } {
  const texts = data.map(({ cells }) => cells.join('\t'));
  for (let copies = 2; copies <= 4; copies++) {
    const count = texts.length / copies;
    if (!Number.isInteger(count) || count < MIN_TRAIN_READINGS || new Set(texts).size === 1) continue;
    const isBlock = texts.every((text, i) => text === texts[i % count]);
    if (!isBlock && !texts.every((text, i) => text === texts[i - (i % copies)])) continue;
    return {
      rows: isBlock ? data.slice(0, count) : data.filter((_, i) => i % copies === 0),
      remarks: [`${data.length - count} rows that repeat all others exactly left out`],
    };
  }
  return { rows: data, remarks: [] };
}

const READ_VOLTAGE =
  /\b(?:v[\s_]*r(?:ead)?|read(?:ing)?[\s_]*(?:voltage|bias))\s*(?:[([]\s*(m?v)\s*[)\]])?[\s:=,;]*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(m?v)?\b/i;

export function findPreambleReadVoltage(rows: readonly GridRow[]): number | undefined {
  for (const { cells } of rows) {
    const found = READ_VOLTAGE.exec(cells.join(' '));
    const value = Number(found?.[2]);
    if (found !== null && value !== 0) return /^m/i.test(found[1] ?? found[3] ?? '') ? value / 1000 : value;
  }
  return undefined;
}
