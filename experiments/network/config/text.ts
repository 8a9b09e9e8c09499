import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { didYouMean } from '../../../core/declare/suggest.ts';
import { requireRegular } from '../../../core/log/file.ts';

export const MAX_BYTES = 64 * 2 ** 20;

/** Reads at most one byte more than `limit`, so that a file that grows is no danger. */
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

function neighbours(file: string): string[] {
  try {
    return readdirSync(dirname(file));
  } catch {
    return []; // without a directory to look into there is nothing to suggest
  }
}

function reason(file: string, error: Error & { code?: unknown }): string {
  if (error.code === 'ENOENT') {
    const hint = didYouMean(basename(file), neighbours(file), '');
    return `there is no such file${hint.endsWith('?') ? hint : '.'}`;
  }
  if (error.code === 'EISDIR') return 'it is a directory.';
  if (error.code === 'EACCES') return 'you have no permission to read it.';
  return `${error.message.split(',')[0]}.`;
}

/** The bytes of a file. Refuses, in one sentence, what cannot be read or is larger than 64 MB. */
export function readWhole(file: string): Buffer {
  let bytes: Buffer;
  try {
    requireRegular(file);
    bytes = readBytes(file, MAX_BYTES);
  } catch (error) {
    if (error instanceof UserError || !(error instanceof Error)) throw error;
    throw new UserError(`cannot read ${show(file)}: ${reason(file, error)}`);
  }
  if (bytes.length > MAX_BYTES)
    throw new UserError(`${file} is larger than ${MAX_BYTES / 2 ** 20} MB, the most that is read.`);
  return bytes;
}

/** The text of a file. Refuses, in one sentence, what cannot be read, is larger than 64 MB or is not UTF-8. */
export function readText(file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readWhole(file));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${file} is not a text in UTF-8.`);
  }
}
