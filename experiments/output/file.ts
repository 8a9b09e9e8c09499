import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { flag } from '../../core/declare/params.ts';
import { fileKindAt } from '../../core/log/file.ts';
import { withFileErrors } from '../../core/log/fileError.ts';

/** File that a command writes; `replace`: true if it may replace a regular file. */
export interface OutputFile {
  readonly path: string;
  readonly replace: boolean;
}

export const isDirectory = (path: string): boolean =>
  withFileErrors('look at', path, () => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);

/** Path of a file in a directory; null if `path` is not a directory or lacks the file. */
export function fileIn(path: string, name: string): string | null {
  const file = join(path, name);
  return isDirectory(path) && existsSync(file) ? file : null;
}

/** Option of commands that write files named by the user. */
export const overwriteOption = flag({
  help: 'replace files that are there; links, directories and devices never give way',
});

/** True for the directory of a run or a sweep. Files of memspike in it may be replaced. */
export const isMemspikeDirectory = (directory: string): boolean =>
  ['config.json', 'sweep.json'].some((name) => existsSync(join(directory, name)));

/**
 * Output file of a command: `named` by the user, or else its default name. Called before long work begins; a file that appears
 * later is not replaced either.
 * @throws UserError if the path exists and must not be replaced, or if its directory does not exist
 */
export function resolveOutputFile(
  named: string | undefined,
  ownName: string,
  overwrite: boolean,
  ending = '',
): OutputFile {
  const path = `${named ?? ownName}${ending}`;
  const replace = overwrite || (named === undefined && isMemspikeDirectory(dirname(path)));
  requireFree({ path, replace });
  const directory = dirname(resolve(path));
  if (named !== undefined && !isDirectory(directory))
    throw new UserError(`cannot write ${path}: the directory ${directory} does not exist.`);
  return { path, replace };
}

/** @throws UserError if the path exists and must not be replaced */
export function requireFree({ path, replace }: OutputFile): void {
  const kind = fileKindAt(path);
  if (kind === 'a file' && !replace)
    throw new UserError(`${path} already exists; choose another --out, or replace it with --overwrite.`);
  if (kind !== undefined && kind !== 'a file')
    throw new UserError(`${path} is ${kind}, which is never replaced; choose another --out.`);
}
