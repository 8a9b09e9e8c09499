/**
 * What the commands take of `node:fs`, on files in memory: a page has no disk, and what runs there writes the same run directories.
 * Paths are POSIX ones; what they are relative to is the root.
 */
import { dirname, resolve } from './path.ts';

interface Node {
  /** Undefined: a directory. */
  bytes?: Uint8Array;
  length: number;
}

interface Opened {
  readonly node: Node;
  at: number;
}

const nodes = new Map<string, Node>([['/', { length: 0 }]]);
const opened = new Map<number, Opened>();
let descriptors = 3;

const ERRNO = { ENOENT: -2, EBADF: -9, EEXIST: -17, ENOTDIR: -20, EISDIR: -21, ENOTEMPTY: -39 };

function fail(code: keyof typeof ERRNO, path: string): never {
  throw Object.assign(new Error(`${code}: ${path}`), { code, errno: ERRNO[code] });
}

const find = (path: string): Node => nodes.get(resolve(path)) ?? fail('ENOENT', path);
const isFile = (node: Node): boolean => node.bytes !== undefined;
const content = (node: Node, path: string): Uint8Array => node.bytes?.subarray(0, node.length) ?? fail('EISDIR', path);
const open = (fd: number): Opened => opened.get(fd) ?? fail('EBADF', String(fd));

function place(path: string, node: Node): Node {
  const parent = nodes.get(dirname(resolve(path))) ?? fail('ENOENT', path);
  if (isFile(parent)) fail('ENOTDIR', path);
  nodes.set(resolve(path), node);
  return node;
}

function room(node: Node, length: number): Uint8Array {
  if (node.bytes!.length >= length) return node.bytes!;
  const larger = new Uint8Array(Math.max(length, 2 * node.bytes!.length, 4096));
  larger.set(node.bytes!.subarray(0, node.length));
  node.bytes = larger;
  return larger;
}

export const existsSync = (path: string): boolean => nodes.has(resolve(path));

export function mkdirSync(path: string): void {
  if (existsSync(path)) fail('EEXIST', path);
  place(path, { length: 0 });
}

export function readdirSync(path: string): string[] {
  if (isFile(find(path))) fail('ENOTDIR', path);
  const inside = resolve(path) === '/' ? '/' : `${resolve(path)}/`;
  return [...nodes.keys()]
    .filter((key) => key !== '/' && key.startsWith(inside) && !key.slice(inside.length).includes('/'))
    .map((key) => key.slice(inside.length))
    .sort();
}

export function statSync(path: string, { throwIfNoEntry = true } = {}) {
  const node = nodes.get(resolve(path));
  if (node === undefined) return throwIfNoEntry ? fail('ENOENT', path) : undefined;
  const no = () => false;
  return {
    size: node.length,
    isFile: () => isFile(node),
    isDirectory: () => !isFile(node),
    ...{ isSymbolicLink: no, isFIFO: no, isSocket: no },
  };
}
export const lstatSync = statSync;

export function openSync(path: string, flags: 'r' | 'r+' | 'wx' | 'a'): number {
  if (flags === 'wx' && existsSync(path)) fail('EEXIST', path);
  const isNew = flags === 'wx' || (flags === 'a' && !existsSync(path));
  const node = isNew ? place(path, { bytes: new Uint8Array(0), length: 0 }) : find(path);
  opened.set(++descriptors, { node, at: flags === 'a' ? node.length : 0 });
  return descriptors;
}

export function writeSync(fd: number, bytes: Uint8Array, from = 0): number {
  const file = open(fd);
  const part = bytes.subarray(from);
  room(file.node, file.at + part.length).set(part, file.at);
  file.at += part.length;
  file.node.length = Math.max(file.node.length, file.at);
  return part.length;
}

export function readSync(fd: number, into: Uint8Array): number {
  const file = open(fd);
  const part = content(file.node, String(fd)).subarray(file.at, file.at + into.length);
  into.set(part);
  file.at += part.length;
  return part.length;
}

export function readFileSync(path: string): Uint8Array;
export function readFileSync(path: string, encoding: 'utf8'): string;
export function readFileSync(path: string, encoding?: 'utf8'): Uint8Array | string {
  const bytes = content(find(path), path);
  return encoding ? new TextDecoder().decode(bytes) : bytes.slice();
}

export function truncateSync(path: string, length: number): void {
  find(path).length = length;
}

export function renameSync(from: string, to: string): void {
  place(to, find(from));
  nodes.delete(resolve(from));
}

export function linkSync(from: string, to: string): void {
  if (existsSync(to)) fail('EEXIST', to);
  place(to, find(from));
}

export function rmSync(path: string, { force = false, recursive = false } = {}): void {
  const at = resolve(path);
  if (!nodes.has(at) && !force) fail('ENOENT', path);
  if (recursive) for (const key of nodes.keys()) if (key.startsWith(`${at}/`)) nodes.delete(key);
  nodes.delete(at);
}

export const closeSync = (fd: number): void => void opened.delete(fd);
/** There is no disk to wait for. */
export const fsyncSync = (): void => {};
export const fdatasyncSync = fsyncSync;

/** Puts a file where commands find it, with the directories above it. */
export function putFile(path: string, bytes: Uint8Array): void {
  const missing: string[] = [];
  for (let above = dirname(resolve(path)); !nodes.has(above); above = dirname(above)) missing.unshift(above);
  for (const directory of missing) mkdirSync(directory);
  place(path, { bytes, length: bytes.length });
}

/** Every file below a directory, by its path from there. */
export function filesIn(directory: string): Record<string, Uint8Array<ArrayBuffer>> {
  const inside = `${resolve(directory)}/`;
  const found = [...nodes].filter(([path, node]) => path.startsWith(inside) && isFile(node));
  return Object.fromEntries(found.map(([path, node]) => [path.slice(inside.length), content(node, path).slice()]));
}
