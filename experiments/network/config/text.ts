import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type DSV, dsvFormat } from 'd3-dsv';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { fileChunks } from '../../../core/log/file.ts';
import { hasErrorCode } from '../../../core/log/fileError.ts';

/** Texts by name that replace files: network and sweep descriptions that a Python program passes without a file. */
export const inlineFileTexts = new Map<string, string>();

const MAX_FILE_BYTES = 64 * 2 ** 20;

function listNeighbours(file: string) {
  try {
    return readdirSync(dirname(file));
  } catch {
    return []; // no directory, no suggestions
  }
}

/** Reads a file, even if it grows meanwhile. @throws UserError if it cannot be read or is larger than 64 MB */
export function readFileBytes(file: string): Buffer {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (const chunk of fileChunks(file)) {
      chunks.push(chunk.slice());
      length += chunk.length;
      if (length > MAX_FILE_BYTES)
        throw new UserError(`${file} is larger than ${MAX_FILE_BYTES / 2 ** 20} MB, the size limit.`);
    }
  } catch (error) {
    const { cause, message } = error as Error;
    const isMissing = hasErrorCode(cause, 'ENOENT');
    if (error instanceof UserError && !isMissing) throw error;
    const hint = isMissing ? didYouMean(basename(file), listNeighbours(file), '') : '';
    const reason = isMissing ? `there is no such file${hint.endsWith('?') ? hint : '.'}` : `${message.split(',')[0]}.`;
    throw new UserError(`cannot read ${show(file)}: ${reason}`);
  }
  return Buffer.concat(chunks);
}

/** Reads a text file. @throws UserError if it cannot be read, is larger than 64 MB or is not UTF-8 */
export function readTextFile(file: string): string {
  const inline = inlineFileTexts.get(file);
  if (inline !== undefined) return inline;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readFileBytes(file));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${file} is not UTF-8 text.`);
  }
}

/** Parses a number in a cell of a text table. @param describePlace names the cell in the error */
export function parseNumberCell(cell: string | undefined, describePlace: () => string): number {
  const text = (cell ?? '').trim();
  const value = text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value))
    throw new UserError(`${describePlace()} is ${text === '' ? 'empty' : show(text)}, but must be a number.`);
  return value;
}

/** Decodes delimited text. The separator is the first of `separators` that occurs in the first line. */
export function decodeDelimitedText(
  bytes: Buffer,
  separators: readonly string[] = ['\t', ';', ','],
): { readonly text: string; readonly header: string; readonly format: DSV } {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const header = text.split(/\r?\n/, 1)[0]!;
  return { text, header, format: dsvFormat(separators.find((separator) => header.includes(separator)) ?? ',') };
}
