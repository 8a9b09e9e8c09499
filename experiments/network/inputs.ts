import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { fileChunks } from '../../core/log/file.ts';
import { isSplitFile, resolveSplit } from '../data/split.ts';
import type { Mapping } from './config/override.ts';
import type { HashedFile } from './models.ts';

/** Hashes a file. @param known hashes of files already read; all points of a sweep share them */
export function hashInputFile(file: string, known = new Map<string, string>()): HashedFile {
  let sha256 = known.get(file);
  if (sha256 === undefined) {
    const hash = createHash('sha256');
    for (const chunk of fileChunks(file)) hash.update(chunk);
    known.set(file, (sha256 = hash.digest('hex')));
  }
  return { file, sha256 };
}

/**
 * Hashes the file `import`, whose path is relative to the directory of the file `source`, and the split file, whose path is relative to
 * the working directory.
 */
export function hashTrainingFiles<C extends { readonly import?: string | undefined; readonly split: string }>(
  config: C,
  source: string,
  known?: Map<string, string>,
): C {
  const split = resolveSplit(config.split);
  const file = config.import === undefined ? undefined : resolve(dirname(source), config.import);
  const files = [...(file === undefined ? [] : [file]), ...(isSplitFile(split) ? [split] : [])];
  if (files.length === 0) return config;
  const inputs = files.map((path) => hashInputFile(path, known));
  return { ...config, split, ...(file !== undefined && { import: file }), inputs };
}

const compareHashes = (found: string, expected: string) =>
  `its SHA-256 begins with ${found.slice(0, 8)}, not ${expected.slice(0, 8)}`;

export function requireUnchangedFile({ file, sha256 }: HashedFile, expected: string) {
  if (sha256 !== expected)
    throw new UserError(
      `${file} has been changed since the run started (${compareHashes(sha256, expected)}); put it back, or start a new run.`,
    );
}

export function verifyInputFiles(inputs: readonly HashedFile[] = []) {
  for (const { file, sha256 } of inputs) requireUnchangedFile(hashInputFile(file), sha256);
}

export function requireSameInputFiles(here: Mapping, there: Mapping) {
  const boundFiles = ({ inputs = [], models = [] }: Mapping) => [
    ...(inputs as HashedFile[]),
    ...(models as HashedFile[]),
  ];
  const expected = new Map(boundFiles(there).map(({ file, sha256 }) => [file, sha256]));
  for (const origin of boundFiles(here)) requireUnchangedFile(origin, expected.get(origin.file) ?? origin.sha256);
}

/** Throws a UserError if a data set does not have the SHA-256 `expected`; undefined: no check. */
export function requireSameDataSet({ file, sha256 }: HashedFile, expected: string | undefined) {
  if (expected !== undefined && sha256 !== expected)
    throw new UserError(
      `${file} does not hold the data set of the earlier run (${compareHashes(sha256, expected)}); put it back, or name its directory.`,
    );
}
