import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { flag } from '../../core/declare/params.ts';
import { fileKindAt } from '../../core/log/file.ts';
import { withFileErrors } from '../../core/log/fileError.ts';

/** A file that a command writes, and whether it may take the place of a regular file. */
export interface OutputFile {
  readonly path: string;
  readonly replace: boolean;
}

export const isDirectory = (path: string): boolean =>
  withFileErrors('look at', path, () => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);

/** The file of this name in a directory; null where `path` is none, or has no such file. */
export function fileIn(path: string, name: string): string | null {
  const file = join(path, name);
  return isDirectory(path) && existsSync(file) ? file : null;
}

/** Option of every command that writes files which a user names. */
export const overwriteOption = flag({
  help: 'replace files that are there; links, directories and devices never give way',
});

/** Whether memspike made this directory: of a run or of a sweep. Its own files there may be written anew. */
export const isMemspikeDirectory = (directory: string): boolean =>
  ['config.json', 'sweep.json'].some((name) => existsSync(join(directory, name)));

/**
 * The file that a command shall write: `named` by the user, or else the one that it names itself. To be asked for before long
 * work begins; what comes there in the meantime is not replaced either.
 * @throws UserError if anything is there that must stay, or if there is no directory for it.
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
    throw new UserError(`cannot write ${path}: there is no directory ${directory}.`);
  return { path, replace };
}

/** UserError if anything is there that must stay. */
export function requireFree({ path, replace }: OutputFile): void {
  const kind = fileKindAt(path);
  if (kind === 'a file' && !replace)
    throw new UserError(`${path} is there already; choose another --out, or replace it with --overwrite.`);
  if (kind !== undefined && kind !== 'a file')
    throw new UserError(`${path} is ${kind}, which is never replaced; choose another --out.`);
}
