/**
 * Text formats of labelled signals.
 *
 * `.ts` (UEA archive, Bagnall et al. 2018, arXiv:1811.00075): header lines `@name value`, then `@data`; per example the channels,
 * separated by `:`, samples by commas, `?` for a missing one, the class last. `.txt`, `.tsv` (UCR archive, Dau et al. 2019,
 * arXiv:1810.07758): class, then samples; NaN for a missing sample, or at the end of shorter examples. `.csv`: one row per example.
 */
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { decodeDelimitedText, parseNumberCell } from '../../network/config/text.ts';
import type { SignalsConfig } from './settings.ts';

/** Labelled example: one list of samples per channel; missing samples are NaN. */
export interface Signal {
  readonly channels: readonly Float64Array[];
  readonly label: string;
  /** Position in the file, for messages. */
  readonly place: string;
  /** True for an example of the test set, false for the training set; undefined if the file does not say. */
  readonly isTest?: boolean;
  /** Sampling rate, Hz; known for sound only. */
  readonly rate?: number;
}

export type CsvColumns = Pick<SignalsConfig, 'classColumn' | 'splitColumn'>;

const listLines = (bytes: Buffer, path: string) =>
  bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, k) => ({ text: line.trim(), place: `${path}, line ${k + 1}` }))
    .filter(({ text }) => text !== '' && !/^[#%]/.test(text));

/** Parses samples; the marks of a missing one, ? and NaN, give NaN. */
const parseSamples = (cells: readonly string[], place: string): Float64Array =>
  Float64Array.from(cells, (cell, k) =>
    /^(\?|nan)$/i.test(cell.trim()) ? Number.NaN : parseNumberCell(cell, () => `${place}, sample ${k + 1}`),
  );

export function parseUea(bytes: Buffer, path: string): Signal[] {
  const lines = listLines(bytes, path);
  const start = lines.findIndex(({ text }) => /^@data$/i.test(text));
  if (start < 0) throw new UserError(`${path} has no line @data, after which a .ts file holds its examples.`);
  const header = new Map(
    lines.slice(0, start).map(({ text }) => {
      const [key, ...values] = text.split(/\s+/);
      return [key!.toLowerCase(), values] as const;
    }),
  );
  if (header.get('@timestamps')?.[0]?.toLowerCase() === 'true')
    throw new UserError(`${path} has time stamps (@timeStamps true), but only false is read.`);
  const [hasClasses, ...names] = header.get('@classlabel') ?? [];
  if (hasClasses?.toLowerCase() !== 'true')
    throw new UserError(`${path} has no classes: its header must hold @classLabel true, followed by their names.`);
  return lines.slice(start + 1).map(({ text, place }) => {
    const parts = text.split(':');
    const label = parts.pop()!.trim();
    if (!names.includes(label))
      throw new UserError(`${place}: the class is ${show(label)}, but must be one of ${names.join(', ')}.`);
    const channels = parts.map((part, k) => parseSamples(part.split(','), `${place}, dimension ${k + 1}`));
    return { channels, label, place };
  });
}

/** Class written as a number, such as 1.0000000e+00, in its shortest form. */
const shortenLabel = (cell: string) => (cell !== '' && Number.isFinite(Number(cell)) ? String(Number(cell)) : cell);

export const parseUcr = (bytes: Buffer, path: string): Signal[] =>
  listLines(bytes, path).map(({ text, place }) => {
    const [label, ...cells] = text.split(text.includes(',') ? /\s*,\s*/ : /\s+/);
    const samples = parseSamples(cells, place);
    const length = samples.findLastIndex((x) => !Number.isNaN(x)) + 1;
    return { channels: [samples.subarray(0, length)], label: shortenLabel(label!), place };
  });

/** Parses a CSV file with header: a column with the class, optionally one that says train or test; the others are samples in order. */
export function parseCsv(bytes: Buffer, path: string, { classColumn, splitColumn = '' }: CsvColumns): Signal[] {
  const { text, format } = decodeDelimitedText(bytes);
  const rows = format.parse(text);
  const { columns } = rows;
  const missing = [classColumn, splitColumn].find((name) => name !== '' && !columns.includes(name));
  if (missing !== undefined || new Set(columns).size < columns.length)
    throw new UserError(
      `${path} has the columns ${show(columns.join(','))}, but must have different ones, with ${missing ?? classColumn} among them.`,
    );
  const samples = columns.filter((name) => name !== classColumn && name !== splitColumn);
  return rows.map((row, k) => {
    const place = `${path}, row ${k + 1}`;
    const set = row[splitColumn];
    if (set !== undefined && set !== 'train' && set !== 'test')
      throw new UserError(`${place}: ${splitColumn} is ${show(set)}, but must be train or test.`);
    const values = samples.map((name) => parseNumberCell(row[name], () => `${place}, column ${name}`));
    return {
      channels: [Float64Array.from(values)],
      label: row[classColumn]!,
      place,
      ...(set && { isTest: set === 'test' }),
    };
  });
}
