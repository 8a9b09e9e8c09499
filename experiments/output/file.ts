import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { flag } from '../../core/declare/params.ts';
import { findFileKind, writeAllBytes, writeViaTemporaryFile } from '../../core/log/file.ts';
import { withFileErrors } from '../../core/log/fileError.ts';

/** Output file; `replace`: true if an existing regular file may be replaced. */
export interface OutputFile {
  readonly path: string;
  readonly replace: boolean;
}

export const isDirectory = (path: string): boolean =>
  withFileErrors('look at', path, () => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false);

export function findFileIn(path: string, name: string): string | null {
  const file = join(path, name);
  return isDirectory(path) && existsSync(file) ? file : null;
}

export const overwriteOption = flag({
  help: 'replace existing files; links, directories and device files are never replaced',
});

/** True for a run or sweep directory, in which memspike may replace files. */
export const isMemspikeDirectory = (directory: string): boolean =>
  ['config.json', 'sweep.json'].some((name) => existsSync(join(directory, name)));

/**
 * Path of an output file, checked before long computations: `named` by the user, or a default name.
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
  requireFreePath({ path, replace });
  const directory = dirname(resolve(path));
  if (named !== undefined && !isDirectory(directory))
    throw new UserError(`cannot write ${path}: the directory ${directory} does not exist.`);
  return { path, replace };
}

export function requireFreePath({ path, replace }: OutputFile) {
  const kind = findFileKind(path);
  if (kind === 'a file' && !replace)
    throw new UserError(`${path} already exists; choose another --out, or replace it with --overwrite.`);
  if (kind !== undefined && kind !== 'a file')
    throw new UserError(`${path} is ${kind}, which is never replaced; choose another --out.`);
}

export class SequentialFile {
  readonly #path;
  readonly #fd: number;

  private constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, 'wx');
  }

  write(bytes: Uint8Array | string) {
    const whole = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    withFileErrors('write', this.#path, () => writeAllBytes(this.#fd, whole));
  }

  static writeAtomic({ path, replace }: OutputFile, fill: (file: SequentialFile) => void) {
    writeViaTemporaryFile(path, replace, (temporary) => {
      const file = new SequentialFile(temporary);
      try {
        fill(file);
      } finally {
        closeSync(file.#fd);
      }
    });
  }
}
