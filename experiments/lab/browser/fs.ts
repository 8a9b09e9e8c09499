/**
 * Browser replacement for the functions of `node:fs` that the lab needs. Files are kept in memory, where a
 * run in the page writes the same run directory as a run on the command line. Relative paths start at the root.
 */
import { dirname, resolve } from './path.ts';

interface DiskEntry {
  /** Content buffer of a file, at least `length` bytes long; undefined for a directory. */
  bytes?: Uint8Array;
  length: number;
}

const entries = new Map<string, DiskEntry>([['/', { length: 0 }]]);
const openFiles = new Map<number, { readonly entry: DiskEntry; position: number }>();
let lastDescriptor = 2;

/** Throws an error with the properties of Node's system errors. */
function throwError(code: string, path: string): never {
  throw Object.assign(new Error(`${code}: ${path}`), { code, errno: -1 });
}

const entryAt = (path: string): DiskEntry => entries.get(resolve(path)) ?? throwError('ENOENT', path);
const isFile = (entry: DiskEntry): boolean => entry.bytes !== undefined;
const contentOf = (entry: DiskEntry, path: string): Uint8Array =>
  entry.bytes?.subarray(0, entry.length) ?? throwError('EISDIR', path);
const openFileOf = (fd: number) => openFiles.get(fd) ?? throwError('EBADF', String(fd));

function addEntry(path: string, entry: DiskEntry): DiskEntry {
  if (isFile(entryAt(dirname(resolve(path))))) throwError('ENOTDIR', path);
  entries.set(resolve(path), entry);
  return entry;
}

function reserve(entry: DiskEntry, length: number): Uint8Array {
  if (entry.bytes!.length >= length) return entry.bytes!;
  const larger = new Uint8Array(Math.max(length, 2 * entry.bytes!.length, 4096));
  larger.set(entry.bytes!.subarray(0, entry.length));
  entry.bytes = larger;
  return larger;
}

export const existsSync = (path: string): boolean => entries.has(resolve(path));

export function mkdirSync(path: string) {
  if (existsSync(path)) throwError('EEXIST', path);
  addEntry(path, { length: 0 });
}

export function readdirSync(path: string): string[] {
  if (isFile(entryAt(path))) throwError('ENOTDIR', path);
  const inside = resolve(path) === '/' ? '/' : `${resolve(path)}/`;
  return [...entries.keys()]
    .filter((key) => key !== '/' && key.startsWith(inside) && !key.slice(inside.length).includes('/'))
    .map((key) => key.slice(inside.length))
    .sort();
}

export function statSync(path: string, { throwIfNoEntry = true } = {}) {
  const entry = entries.get(resolve(path));
  if (entry === undefined) return throwIfNoEntry ? throwError('ENOENT', path) : undefined;
  const no = () => false;
  const other = { isSymbolicLink: no, isFIFO: no, isSocket: no };
  return { size: entry.length, isFile: () => isFile(entry), isDirectory: () => !isFile(entry), ...other };
}
export const lstatSync = statSync;

export function openSync(path: string, flags: 'r' | 'r+' | 'wx' | 'a'): number {
  if (flags === 'wx' && existsSync(path)) throwError('EEXIST', path);
  const isNew = flags === 'wx' || (flags === 'a' && !existsSync(path));
  const entry = isNew ? addEntry(path, { bytes: new Uint8Array(0), length: 0 }) : entryAt(path);
  openFiles.set(++lastDescriptor, { entry, position: flags === 'a' ? entry.length : 0 });
  return lastDescriptor;
}

export function writeSync(fd: number, bytes: Uint8Array, from = 0): number {
  const file = openFileOf(fd);
  const part = bytes.subarray(from);
  reserve(file.entry, file.position + part.length).set(part, file.position);
  file.position += part.length;
  file.entry.length = Math.max(file.entry.length, file.position);
  return part.length;
}

export function readSync(fd: number, into: Uint8Array): number {
  const file = openFileOf(fd);
  const part = contentOf(file.entry, String(fd)).subarray(file.position, file.position + into.length);
  into.set(part);
  file.position += part.length;
  return part.length;
}

export function readFileSync(path: string): Uint8Array;
export function readFileSync(path: string, encoding: 'utf8'): string;
export function readFileSync(path: string, encoding?: 'utf8'): Uint8Array | string {
  const bytes = contentOf(entryAt(path), path);
  return encoding ? new TextDecoder().decode(bytes) : bytes.slice();
}

export function truncateSync(path: string, length: number) {
  entryAt(path).length = length;
}

export function renameSync(from: string, to: string) {
  addEntry(to, entryAt(from));
  entries.delete(resolve(from));
}

export function linkSync(from: string, to: string) {
  if (existsSync(to)) throwError('EEXIST', to);
  addEntry(to, entryAt(from));
}

export function rmSync(path: string, { force = false, recursive = false } = {}) {
  const at = resolve(path);
  if (!entries.has(at) && !force) throwError('ENOENT', path);
  if (recursive) for (const key of entries.keys()) if (key.startsWith(`${at}/`)) entries.delete(key);
  entries.delete(at);
}

export const closeSync = (fd: number) => void openFiles.delete(fd);
/** Does nothing, because files in memory need not be written to disk. */
export const fsyncSync = () => {};
export const fdatasyncSync = fsyncSync;

export function putFile(path: string, bytes: Uint8Array) {
  for (let above = dirname(resolve(path)); !entries.has(above); above = dirname(above))
    entries.set(above, { length: 0 });
  addEntry(path, { bytes, length: bytes.length });
}

export function readFilesBelow(directory: string): Record<string, Uint8Array<ArrayBuffer>> {
  const inside = `${resolve(directory)}/`;
  const found = [...entries].filter(([path, entry]) => path.startsWith(inside) && isFile(entry));
  return Object.fromEntries(found.map(([path, entry]) => [path.slice(inside.length), contentOf(entry, path).slice()]));
}
