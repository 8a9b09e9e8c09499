import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { fileChunks } from '../../core/log/file.ts';
import type { Mapping } from './config/override.ts';
import type { Origin } from './models.ts';

/**
 * A file that a result depends on, with its SHA-256.
 * @param known hashes of files that were read before: the points of one sweep are bound to the same bytes
 */
export function bindInput(file: string, known = new Map<string, string>()): Origin {
  if (!known.has(file)) known.set(file, sha256OfFile(file));
  return { file, sha256: known.get(file)! };
}

/**
 * A configuration that is bound to the file which it imports.
 * @param source file beside which a relative path leads
 * @param known hashes of files that were read before
 */
export function bindImport<C extends { readonly import?: string | undefined }>(
  config: C,
  source: string,
  known?: Map<string, string>,
): C {
  if (config.import === undefined) return config;
  const file = resolve(dirname(source), config.import);
  return { ...config, import: file, inputs: [bindInput(file, known)] };
}

function sha256OfFile(path: string): string {
  const hash = createHash('sha256');
  for (const chunk of fileChunks(path)) hash.update(chunk);
  return hash.digest('hex');
}

const compareHashes = (found: string, expected: string): string =>
  `its SHA-256 begins with ${found.slice(0, 8)}, not ${expected.slice(0, 8)}`;

/** UserError if a file has been changed since a configuration was bound to it. */
export function requireUnchanged({ file, sha256 }: Origin, expected: string): void {
  if (sha256 !== expected)
    throw new UserError(
      `${file} has been changed since (${compareHashes(sha256, expected)}); put it back, or start a new run.`,
    );
}

/** UserError if one of the files that a configuration is bound to has been changed since. */
export function requireInputs(inputs: readonly Origin[] = []): void {
  for (const { file, sha256 } of inputs) requireUnchanged(bindInput(file), sha256);
}

/** UserError if two configurations are bound to one file with different content. */
export function requireSameInputs(here: Mapping, there: Mapping): void {
  const boundFiles = ({ inputs = [], models = [] }: Mapping) => [...(inputs as Origin[]), ...(models as Origin[])];
  const expected = new Map(boundFiles(there).map(({ file, sha256 }) => [file, sha256]));
  for (const origin of boundFiles(here)) requireUnchanged(origin, expected.get(origin.file) ?? origin.sha256);
}

/** UserError if a data set is not the expected one. @param expected SHA-256 of its images and labels; undefined: any */
export function requireData({ file, sha256 }: Origin, expected: string | undefined): void {
  if (expected !== undefined && sha256 !== expected)
    throw new UserError(
      `${file} holds other data than were read before (${compareHashes(sha256, expected)}); if it has been changed since, put it back, else name the earlier data set.`,
    );
}
