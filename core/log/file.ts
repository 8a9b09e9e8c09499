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
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../declare/errors.ts';
import { hasCode, withFileErrors } from './fileError.ts';
import { RowHash } from './hash.ts';
import { type LogReader, type ReadOptions, readLog } from './read.ts';
import type { ByteSink } from './stream.ts';
import type { TableSpec } from './tables.ts';

const SYNC_EVERY_MS = 1000;
const CHUNK_BYTES = 1 << 20;
const CLOSED = -1;

/** A file that grows: written with `writeSync`, so that bytes outlive the process, and on the disk at least once a second. */
export class FileSink implements ByteSink {
  readonly path: string;
  #fd: number;
  #syncedAt = performance.now();

  /** `create` refuses a file that is there; `append` goes on after its first `bytes` bytes and cuts off the rest. */
  constructor(path: string, mode: 'create' | { append: number } = 'create') {
    this.path = path;
    this.#fd = withFileErrors('open', path, () => {
      if (mode !== 'create') truncateSync(path, mode.append);
      const fd = openSync(path, mode === 'create' ? 'wx' : 'a');
      syncDirectory(dirname(path));
      return fd;
    });
  }

  write(bytes: Uint8Array): void {
    withFileErrors('write', this.path, () => writeAll(this.#open(), bytes));
    if (performance.now() - this.#syncedAt >= SYNC_EVERY_MS) this.sync();
  }

  sync(): void {
    withFileErrors('write', this.path, () => fdatasyncSync(this.#open()));
    this.#syncedAt = performance.now();
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = CLOSED;
    if (fd !== CLOSED) withFileErrors('close', this.path, () => closeSync(fd));
  }

  #open(): number {
    if (this.#fd === CLOSED) throw new UserError(`cannot write ${this.path}: it has been closed`);
    return this.#fd;
  }
}

/** Reads a log file of any length in the memory of one batch; see `readLog`. */
export function openLog(path: string, options?: Omit<ReadOptions, 'name'>): LogReader {
  return readLog(fileChunks(path), { ...options, name: path });
}

/** Refuses pipes, sockets and devices, which may never open or never end. Whether the file is there, reading it tells. */
export function requireRegular(path: string): void {
  const found = withFileErrors('read', path, () => statSync(path, { throwIfNoEntry: false }));
  if (found === undefined || found.isFile() || found.isDirectory()) return;
  const kind = found.isFIFO() ? 'a pipe' : found.isSocket() ? 'a socket' : 'a device';
  throw new UserError(`cannot read ${path}: it is ${kind}, but must be a regular file`);
}

/** The whole of a regular file. */
export function readRegular(path: string): Buffer {
  requireRegular(path);
  return withFileErrors('read', path, () => readFileSync(path));
}

/** The bytes of a file, a megabyte at a time; each chunk is overwritten by the next. */
export function fileChunks(path: string): Iterable<Uint8Array> {
  return {
    *[Symbol.iterator]() {
      requireRegular(path);
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

/** The hash of a run's summary (`spikesSha256`, `weightsSha256`): SHA-256 over packed rows. */
export function sha256Rows(spec: TableSpec): RowHash {
  return new RowHash(spec, createHash('sha256'));
}

/** Writes a file in one step: after a crash at any moment it has its old content or the new one, on the disk. */
export function writeFileAtomic(path: string, data: Uint8Array | string, replace = true): void {
  produceFile(path, replace, (temporary) => writeNew(temporary, data));
}

/**
 * Lets `make` write a file under a temporary name, and gives it its own in one step once it is on the disk. With `replace` a
 * regular file may be there, otherwise nothing; links, directories and devices never give way.
 */
export function produceFile<T>(path: string, replace: boolean, make: (temporary: string) => T): T {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    return withFileErrors('write', path, () => {
      const made = make(temporary);
      syncPath(temporary, 'r+');
      const kind = fileKindAt(path);
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

/** Whether a kill in the middle of `produceFile` leaves a file of such a name. */
export const isTemporaryFile = (name: string): boolean =>
  /\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/.test(name);

const NODES = {
  'a directory': 'isDirectory',
  'a file': 'isFile',
  'a symbolic link': 'isSymbolicLink',
  'a pipe': 'isFIFO',
  'a socket': 'isSocket',
} as const;

/** What lies at a path itself, not where it leads; undefined if nothing does. */
export function fileKindAt(path: string): keyof typeof NODES | 'a device' | undefined {
  const found = withFileErrors('look at', path, () => {
    try {
      return lstatSync(resolve(path), { throwIfNoEntry: false });
    } catch (error) {
      if (hasCode(error, 'ENOTDIR')) return undefined; // what is above it is a file
      throw error;
    }
  });
  const kinds = Object.keys(NODES) as (keyof typeof NODES)[];
  return found && (kinds.find((kind) => found[NODES[kind]]()) ?? 'a device');
}

/** Creates a file that must not be there yet, on the disk; leaves nothing behind when it fails. */
export function writeNew(path: string, data: Uint8Array | string): void {
  const fd = openSync(path, 'wx');
  try {
    writeAll(fd, typeof data === 'string' ? new TextEncoder().encode(data) : data);
    fsyncSync(fd);
  } catch (error) {
    rmSync(path);
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** `writeSync` may write a part only, as it does when the disk fills up. */
function writeAll(fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
}

/** Puts the name of a new or renamed file on the disk; Windows has no such call. */
function syncDirectory(path: string): void {
  if (process.platform !== 'win32') syncPath(path, 'r');
}

function syncPath(path: string, flags: 'r' | 'r+'): void {
  const fd = openSync(path, flags);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
