import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type DSV, dsvFormat } from 'd3-dsv';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { requireRegularFile } from '../../../core/log/file.ts';

export const MAX_BYTES = 64 * 2 ** 20;

/** Reads a file up to `limit` bytes plus one, even if the file grows. */
function readBytes(file: string, limit: number): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const chunks: Buffer[] = [];
    let left = limit + 1;
    while (left > 0) {
      const chunk = Buffer.allocUnsafe(Math.min(left, 2 ** 18));
      const count = readSync(descriptor, chunk);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      left -= count;
    }
    return Buffer.concat(chunks);
  } finally {
    closeSync(descriptor);
  }
}

function listNeighbours(file: string): string[] {
  try {
    return readdirSync(dirname(file));
  } catch {
    return []; // no directory, no suggestions
  }
}

function describeReadError(file: string, error: Error & { code?: unknown }): string {
  if (error.code === 'ENOENT') {
    const hint = didYouMean(basename(file), listNeighbours(file), '');
    return `there is no such file${hint.endsWith('?') ? hint : '.'}`;
  }
  if (error.code === 'EISDIR') return 'it is a directory.';
  if (error.code === 'EACCES') return 'permission denied.';
  return `${error.message.split(',')[0]}.`;
}

/** @throws UserError if the file cannot be read or is larger than 64 MB */
export function readWhole(file: string): Buffer {
  let bytes: Buffer;
  try {
    requireRegularFile(file);
    bytes = readBytes(file, MAX_BYTES);
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    throw new UserError(`cannot read ${show(file)}: ${describeReadError(file, error)}`);
  }
  if (bytes.length > MAX_BYTES)
    throw new UserError(`${file} is larger than ${MAX_BYTES / 2 ** 20} MB, the size limit.`);
  return bytes;
}

/** @throws UserError if the file cannot be read, is larger than 64 MB or is not UTF-8 */
export function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readWhole(file));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${file} is not UTF-8 text.`);
  }
}

/** Decodes delimited text; its separator is the first of `separators` in the first line. */
export function detectDelimited(
  bytes: Buffer,
  separators: readonly string[] = ['\t', ';', ','],
): { readonly text: string; readonly header: string; readonly format: DSV } {
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  const header = text.split(/\r?\n/, 1)[0]!;
  return { text, header, format: dsvFormat(separators.find((separator) => header.includes(separator)) ?? ',') };
}
