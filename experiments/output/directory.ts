import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { fileKindAt, isTemporaryFile } from '../../core/log/file.ts';
import { hasCode, withFileErrors } from '../../core/log/fileError.ts';
import { isDirectory } from './file.ts';

/** Makes a directory and those above it. Not by Node's recursive way, which does not come to an end under /proc. */
export function makeDirectory(path: string): void {
  withFileErrors('create', path, () => {
    const missing = [resolve(path)];
    while (!isDirectory(missing[0]!) && dirname(missing[0]!) !== missing[0]) missing.unshift(dirname(missing[0]!));
    for (const directory of missing.slice(1)) {
      try {
        mkdirSync(directory);
      } catch (error) {
        if (!hasCode(error, 'EEXIST') || !isDirectory(directory)) throw error; // another process was quicker
      }
    }
  });
}

/**
 * Refuses, before long work begins, a directory that a command must not write to: one that holds anything but results of
 * the same command, which `isOwn` knows by their mark, or what a killed call leaves of names in `begun`. Nothing new is
 * written through a link; only what was begun may be gone on with (`resume`) where a link leads to a directory with the mark.
 */
export function requireOwnDirectory(
  path: string,
  isOwn: (path: string) => boolean,
  begun: readonly string[] = [],
  resume = false,
): void {
  const kind = fileKindAt(path);
  if (kind === 'a symbolic link' && resume && isDirectory(path) && isOwn(path)) return;
  if (kind === undefined) requireParent(path);
  if (kind === 'a symbolic link')
    throw new UserError(`${path} is a symbolic link; name the directory that it leads to, or choose another --out.`);
  if (kind !== undefined && kind !== 'a directory')
    throw new UserError(`${path} is ${kind}, not a directory; choose another --out.`);
  if (kind === undefined || isOwn(path)) return;
  const names = withFileErrors('read', path, () => readdirSync(path).sort());
  const foreign = names.find((name) => !isTemporaryFile(name) && !begun.includes(name));
  if (foreign !== undefined)
    throw new UserError(`${path} holds ${show(foreign)} and no results of this command; choose another --out.`);
}

function requireParent(path: string): void {
  let parent = dirname(resolve(path));
  while (fileKindAt(parent) === undefined) parent = dirname(parent);
  if (!isDirectory(parent)) throw new UserError(`cannot create ${path}: ${parent} is no directory.`);
}

/** Makes a directory inside one of memspike's; what lies there must be one, and no link. */
export function makeSubdirectory(path: string): string {
  requireOwnDirectory(path, () => true);
  makeDirectory(path);
  return path;
}
