import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../declare/errors.ts';
import { hasErrorCode, withFileErrors } from './fileError.ts';
import { type LogReader, type ReadOptions, readLog } from './read.ts';
import { RowPacker } from './rowPacker.ts';
import type { ByteSink } from './stream.ts';
import type { ColumnsByName, TableSpec } from './tables.ts';

const SYNC_EVERY_MS = 1000;
const CHUNK_BYTES = 1 << 20;
const CLOSED = -1;

/** Writes with `writeSync`, so that bytes survive the end of the process, and syncs to disk at least once per second. */
export class FileSink implements ByteSink {
  readonly path: string;
  #fd: number;
  #syncedAt = performance.now();

  /**
   * Opens a file for writing.
   * @param mode `create`: refuse an existing file; `append`: truncate a file to this many bytes, then append
   */
  constructor(path: string, mode: 'create' | { append: number } = 'create') {
    this.path = path;
    this.#fd = withFileErrors('open', path, () => {
      if (mode !== 'create') truncateSync(path, mode.append);
      const fd = openSync(path, mode === 'create' ? 'wx' : 'a');
      syncDirectory(dirname(path));
      return fd;
    });
  }

  write(bytes: Uint8Array) {
    withFileErrors('write', this.path, () => writeAllBytes(this.#requireOpen(), bytes));
    if (performance.now() - this.#syncedAt >= SYNC_EVERY_MS) this.sync();
  }

  sync() {
    withFileErrors('write', this.path, () => fdatasyncSync(this.#requireOpen()));
    this.#syncedAt = performance.now();
  }

  close() {
    const fd = this.#fd;
    this.#fd = CLOSED;
    if (fd !== CLOSED) withFileErrors('close', this.path, () => closeSync(fd));
  }

  #requireOpen(): number {
    if (this.#fd === CLOSED) throw new UserError(`cannot write ${this.path}: the log is closed`);
    return this.#fd;
  }
}

/** Opens a log file of any length; needs the memory of one batch; see `readLog`. */
export function openLog(path: string, options?: Omit<ReadOptions, 'name'>): LogReader {
  return readLog(fileChunks(path), { ...options, name: path });
}

/** Throws for pipes, sockets and devices, whose data may never end; ignores a missing file. */
function requireRegularFile(path: string) {
  const found = withFileErrors('read', path, () => statSync(path, { throwIfNoEntry: false }));
  if (found === undefined || found.isFile() || found.isDirectory()) return;
  throw new UserError(`cannot read ${path}: it is ${describeKind(found)}, but must be a regular file`);
}

export function readRegularFile(path: string): Buffer {
  requireRegularFile(path);
  return withFileErrors('read', path, () => readFileSync(path));
}

/** Bytes of a file in chunks of one megabyte; each chunk is overwritten by the next. */
export function fileChunks(path: string): Iterable<Uint8Array> {
  return {
    *[Symbol.iterator]() {
      requireRegularFile(path);
      const fd = withFileErrors('read', path, () => openSync(path, 'r'));
      try {
        const chunk = new Uint8Array(CHUNK_BYTES);
        for (;;) {
          const length = withFileErrors('read', path, () => readSync(fd, chunk));
          if (length === 0) return;
          yield chunk.subarray(0, length);
        }
      } finally {
        closeSync(fd);
      }
    },
  };
}

export type RowHash = ReturnType<typeof createRowHash>;

/**
 * SHA-256 of packed rows, for `spikesSha256` and `weightsSha256` of a run. It does not depend on batches or metadata.
 * NaN is hashed with its bits.
 */
export function createRowHash(spec: TableSpec) {
  const hash = createHash('sha256');
  const packer = new RowPacker(spec);
  return {
    update: (columns: ColumnsByName, rows: number): void => packer.pack(columns, rows, (bytes) => hash.update(bytes)),
    digest: (): string => hash.digest('hex'),
  };
}

/** Writes a file so that after a crash the disk has its old or its new content. */
export function writeFileAtomic(path: string, data: Uint8Array | string, replace = true) {
  writeViaTemporaryFile(path, replace, (temporary) => writeNewFile(temporary, data));
}

/**
 * Runs `make` to write a temporary file, syncs it to disk and renames it atomically. Existing links, directories and devices
 * are refused; regular files, too, unless `replace` is true.
 */
export function writeViaTemporaryFile<T>(path: string, replace: boolean, make: (temporary: string) => T): T {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    return withFileErrors('write', path, () => {
      const made = make(temporary);
      syncPath(temporary, 'r+');
      const kind = findFileKind(path);
      if (kind !== undefined && kind !== 'a file') throw new UserError(`cannot write ${path}: it is ${kind}.`);
      if (replace) renameSync(temporary, path);
      else linkSync(temporary, path);
      syncDirectory(dirname(path));
      return made;
    });
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(error.message.replaceAll(temporary, path), { cause: error.cause });
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** True for the name of a temporary file of `writeViaTemporaryFile`. Such files remain if the process is killed. */
export const isTemporaryFile = (name: string): boolean =>
  /\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.test(name);

const KIND_TESTS = {
  'a directory': 'isDirectory',
  'a file': 'isFile',
  'a symbolic link': 'isSymbolicLink',
  'a pipe': 'isFIFO',
  'a socket': 'isSocket',
} as const;

type FileKind = keyof typeof KIND_TESTS | 'a device';

function describeKind(found: Stats): FileKind {
  const kinds = Object.keys(KIND_TESTS) as (keyof typeof KIND_TESTS)[];
  return kinds.find((kind) => found[KIND_TESTS[kind]]()) ?? 'a device';
}

/** Kind of the file at a path, links not followed; undefined if nothing exists. */
export function findFileKind(path: string): FileKind | undefined {
  const found = withFileErrors('look at', path, () => {
    try {
      return lstatSync(resolve(path), { throwIfNoEntry: false });
    } catch (error) {
      if (hasErrorCode(error, 'ENOTDIR')) return undefined; // a parent is a file
      throw error;
    }
  });
  return found && describeKind(found);
}

/** Syncs a new file to disk; removes it after an error. */
export function writeNewFile(path: string, data: Uint8Array | string) {
  const fd = openSync(path, 'wx');
  try {
    writeAllBytes(fd, typeof data === 'string' ? new TextEncoder().encode(data) : data);
    fsyncSync(fd);
  } catch (error) {
    rmSync(path);
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** Writes all bytes: one `writeSync` may write only a part, for example on a full disk. */
export function writeAllBytes(fd: number, bytes: Uint8Array) {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/** Syncs a directory, so that a new or renamed file survives a crash. */
function syncDirectory(path: string) {
  if (process.platform !== 'win32') syncPath(path, 'r');
}

function syncPath(path: string, flags: 'r' | 'r+') {
  const fd = openSync(path, flags);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
