import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { findFileKind, isTemporaryFile } from '../../core/log/file.ts';
import { hasErrorCode, withFileErrors } from '../../core/log/fileError.ts';
import { isDirectory } from './file.ts';

/** Creates a directory and its parents; Node's own option `recursive` does not terminate under /proc. */
export function makeDirectory(path: string) {
  withFileErrors('create', path, () => {
    const missing = [resolve(path)];
    while (!isDirectory(missing[0]!) && dirname(missing[0]!) !== missing[0]) missing.unshift(dirname(missing[0]!));
    for (const directory of missing.slice(1)) {
      try {
        mkdirSync(directory);
      } catch (error) {
        if (!hasErrorCode(error, 'EEXIST') || !isDirectory(directory)) throw error; // created by another process in the meantime
      }
    }
  });
}

/**
 * Checks, before long computations, that a directory is new, empty or holds only results of the same command. A
 * symbolic link is accepted only to resume a run.
 * @param isResult true for a directory with results of the same command
 * @param unfinishedFiles names of files that an aborted call may have left
 */
export function requireResultDirectory(
  path: string,
  isResult: (path: string) => boolean,
  unfinishedFiles: readonly string[] = [],
  resume = false,
) {
  const kind = findFileKind(path);
  if (kind === 'a symbolic link' && resume && isDirectory(path) && isResult(path)) return;
  if (kind === undefined) requireParent(path);
  if (kind === 'a symbolic link')
    throw new UserError(`${path} is a symbolic link; give the path to which it points, or choose another --out.`);
  if (kind !== undefined && kind !== 'a directory')
    throw new UserError(`${path} is ${kind}, not a directory; choose another --out.`);
  if (kind === undefined || isResult(path)) return;
  const names = withFileErrors('read', path, () => readdirSync(path).sort());
  const foreign = names.find((name) => !isTemporaryFile(name) && !unfinishedFiles.includes(name));
  if (foreign !== undefined)
    throw new UserError(`${path} holds ${show(foreign)}, which is not a result of this command; choose another --out.`);
}

function requireParent(path: string) {
  let parent = dirname(resolve(path));
  while (findFileKind(parent) === undefined) parent = dirname(parent);
  if (!isDirectory(parent)) throw new UserError(`cannot create ${path}: ${parent} is not a directory.`);
}

export function makeSubdirectory(path: string): string {
  requireResultDirectory(path, () => true);
  makeDirectory(path);
  return path;
}
