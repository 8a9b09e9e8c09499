import { closeSync, openSync } from 'node:fs';
import type * as H5wasm from 'h5wasm/node';
import { UserError } from '../../core/declare/errors.ts';
import { escapeControlCharacters } from '../../core/declare/show.ts';
import { readRegularFile, writeViaTemporaryFile } from '../../core/log/file.ts';
import type { OutputFile } from '../output/file.ts';

const SIGNATURE = Buffer.from('GCOL');
const HEADER_BYTES = 16;

/**
 * Rejects an HDF5 file with a damaged global heap, which holds texts, because the library would never finish reading.
 * Source: HDF5 File Format Specification 3.0, III.E, "Disk Format: Level 1E - Global Heap".
 */
function requireWholeHeaps(bytes: Buffer, path: string) {
  for (let start = bytes.indexOf(SIGNATURE); start >= 0; start = bytes.indexOf(SIGNATURE, start + 1)) {
    const end = start + longAt(bytes, start + 8);
    let at = start + HEADER_BYTES;
    let isFree = false;
    while (!isFree && at + HEADER_BYTES <= end && end <= bytes.length) {
      isFree = bytes.readUInt16LE(at) === 0;
      const size = longAt(bytes, at + 8);
      at += isFree ? size : HEADER_BYTES + Math.ceil(size / 8) * 8;
    }
    const isWhole = end <= bytes.length && (isFree ? at === end : at <= end);
    if (!isWhole) throw new UserError(`${path} is damaged: its global heap at byte ${start} is not intact.`);
  }
}

const longAt = (bytes: Buffer, at: number) => (at + 8 <= bytes.length ? Number(bytes.readBigUInt64LE(at)) : Number.NaN);

type Hdf5 = typeof H5wasm;
export type Hdf5Group = InstanceType<Hdf5['Group']>;

let loaded: Hdf5 | undefined;

export function readHdf5<T>(path: string, read: (root: Hdf5Group) => T): T {
  if (loaded === undefined)
    throw new UserError(`${path} is an HDF5 file; call \`await prepareHdf5()\` first, which loads the library.`);
  requireWholeHeaps(readRegularFile(path), path);
  let file: InstanceType<Hdf5['File']>;
  try {
    file = new loaded.File(path, 'r');
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    throw new UserError(`${path} is not an HDF5 file: ${extractReason(cause.message)}.`, { cause });
  }
  try {
    return read(file);
  } catch (cause) {
    if (!isLibraryError(cause)) throw cause;
    throw new UserError(`${path} is damaged: ${extractReason(cause.message)}.`, { cause });
  } finally {
    file.close();
  }
}

export async function loadHdf5Library(format: string): Promise<Hdf5> {
  try {
    const library = await import('h5wasm/node');
    // By default, h5wasm only prints an error of a failed write. This call makes it throw.
    (await library.ready).activate_throwing_error_handler();
    return (loaded = library);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new UserError(`${format} needs the package h5wasm, which is not installed. Next step: npm install h5wasm`, {
      cause,
    });
  }
}

const REPORT = 'HDF5-DIAG';
const MAX_REASON_CHARACTERS = 120;

/** Extracts the system error, or else the innermost reason, from an error report of the HDF5 library. */
function extractReason(report: string) {
  const reasons = [...report.matchAll(/#\d+: .* in \w+\(\): ([^\n]*)/g)].map(([, reason]) => reason!);
  const own = report.startsWith(REPORT) ? 'the HDF5 library cannot read it' : report.split('\n')[0]!;
  const reason = /error message = '([^']+)'/.exec(report)?.[1] ?? reasons.at(-1) ?? own;
  return escapeControlCharacters(reason.slice(0, MAX_REASON_CHARACTERS));
}

const isLibraryError = (error: unknown): error is Error =>
  error instanceof WebAssembly.RuntimeError || (error instanceof Error && error.message.includes(REPORT));

/** Writes an HDF5 file; if writing fails, no file remains. */
export async function writeHdf5(format: string, out: OutputFile, fill: (root: Hdf5Group) => void): Promise<void> {
  const { File } = await loadHdf5Library(format);
  writeViaTemporaryFile(out.path, out.replace, (temporary) => {
    closeSync(openSync(temporary, 'wx')); // throws the usual error if the file cannot be created
    try {
      const file = new File(temporary, 'w');
      fill(file);
      file.close();
    } catch (cause) {
      if (cause instanceof UserError || !(cause instanceof Error)) throw cause;
      throw new UserError(`cannot write ${out.path}: ${extractReason(cause.message)}`, { cause });
    }
  });
}
