import { UserError } from '../../core/declare/errors.ts';
import { formatShape, show } from '../../core/declare/show.ts';
import type { Column, ColumnType } from '../../core/log/tables.ts';
import { requireMemory } from '../data/memoryLimit.ts';
import { unzip } from '../data/unpack.ts';

function decodeFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : Number.NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

export const NPY_TYPES: Readonly<Record<ColumnType, string>> = {
  float64: '<f8',
  float32: '<f4',
  uint32: '<u4',
  uint16: '<u2',
  uint8: '|u1',
};

const ALIGNMENT_BYTES = 64;
const PREFIX_BYTES = 10; // magic, version, length of the header

/** Header of a `.npy` file (NumPy Enhancement Proposal 1). @param descr type `'<f8'` in quotes, or list of fields */
export function encodeNpyHeader(descr: string, shape: readonly number[]): Uint8Array {
  const tuple = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((PREFIX_BYTES + text.length + 1) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
  const bytes = Buffer.from(`\x93NUMPY\x01\x00..${text.padEnd(length - PREFIX_BYTES - 1)}\n`, 'latin1');
  bytes.writeUInt16LE(length - PREFIX_BYTES, PREFIX_BYTES - 2);
  return bytes;
}

/** Bytes of a column, little-endian as on all machines that run JavaScript. */
export const columnToBytes = ({ buffer, byteOffset, byteLength }: Column): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);

export type NumberReader = readonly [bytes: number, read: (view: DataView, at: number) => number];

/** Readers of little-endian numbers by NumPy type: i signed, u unsigned, f floating-point, and number of bytes. */
export const NUMBER_READERS = {
  f8: [8, (view, at) => view.getFloat64(at, true)],
  f4: [4, (view, at) => view.getFloat32(at, true)],
  f2: [2, (view, at) => decodeFloat16(view.getUint16(at, true))],
  i8: [8, (view, at) => Number(view.getBigInt64(at, true))],
  i4: [4, (view, at) => view.getInt32(at, true)],
  i2: [2, (view, at) => view.getInt16(at, true)],
  i1: [1, (view, at) => view.getInt8(at)],
  u8: [8, (view, at) => Number(view.getBigUint64(at, true))],
  u4: [4, (view, at) => view.getUint32(at, true)],
  u2: [2, (view, at) => view.getUint16(at, true)],
  u1: [1, (view, at) => view.getUint8(at)],
} as const satisfies Readonly<Record<string, NumberReader>>;

const READERS: ReadonlyMap<string, NumberReader> = new Map([
  ...Object.entries(NUMBER_READERS).map(([type, reader]) => [`${reader[0] === 1 ? '|' : '<'}${type}`, reader] as const),
  ['>f8', [8, (view, at) => view.getFloat64(at)]],
  ['>f4', [4, (view, at) => view.getFloat32(at)]],
  ['|b1', NUMBER_READERS.u1],
]);

const MAGIC = Buffer.from('\x93NUMPY', 'latin1');

const MAX_DIMENSIONS = 64;

export const isNpy = (bytes: Buffer): boolean => bytes.subarray(0, MAGIC.length).equals(MAGIC);

export type NpyArray = ReturnType<typeof readNpy>;

const FIELD = /\('([^']+)',\s*'([^']+)'\)/g;

/** Parses field names and types: `[('pre', '<u4'), …]`, or one type without a name. */
function parseTypes(descr: string, path: string): { name: string; type: string }[] {
  const fields = [...descr.matchAll(FIELD)].map(([, name, type]) => ({ name: name!, type: type! }));
  const plain = /^'([^']+)'$/.exec(descr)?.[1];
  const types = plain === undefined ? fields : [{ name: '', type: plain }];
  const bad = types.find(({ type }) => !READERS.has(type) && !/^[|<]S\d{1,9}$/.test(type));
  const isWhole = plain !== undefined || /^\[(\(\),?)*\]$/.test(descr.replaceAll(FIELD, '()').replaceAll(/\s/g, ''));
  const allowed = [...READERS.keys()].join(', ');
  if (types.length === 0 || bad || !isWhole)
    throw new UserError(`${path} has the type ${show(bad?.type ?? descr)}, but must have one of ${allowed}.`);
  const twice = types.find(({ name }, k) => types.findIndex((other) => other.name === name) < k);
  if (twice) throw new UserError(`${path} has two fields named ${show(twice.name)}.`);
  return types;
}

const bytesOfType = (type: string) => READERS.get(type)?.[0] ?? Number(type.slice(2));

/**
 * Reads numbers, or records of numbers, from `.npy` (NumPy Enhancement Proposal 1; versions 1 to 3; C, Fortran order).
 * @throws UserError that names the file and the fault
 */
export function readNpy(bytes: Buffer, path: string) {
  if (!isNpy(bytes)) throw new UserError(`${path} is not an .npy file.`);
  const wide = bytes[6]! >= 2;
  const start = wide ? 12 : 10;
  if (bytes.length < start) throw new UserError(`${path}: the file ends within its header.`);
  const end = start + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString('latin1', start, Math.min(end, bytes.length));
  const types = parseTypes(/'descr':\s*('[^']*'|\[[^\]]*\])/.exec(header)?.[1] ?? '', path);
  const tuple = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  if (tuple === undefined || order === undefined || !/^\s*(\d{1,15}L?\s*,\s*)*(\d{1,15}L?\s*)?$/.test(tuple))
    throw new UserError(`${path}: its header does not state the keys shape and fortran_order.`);
  const shape = tuple
    .split(',')
    .filter((n) => n.trim() !== '')
    .map(Number.parseFloat);
  if (shape.length > MAX_DIMENSIONS)
    throw new UserError(`${path} has ${shape.length} dimensions, but at most ${MAX_DIMENSIONS} are allowed.`);
  const fortran = order === 'True' && shape.length > 1;
  const count = shape.reduce((product, n) => product * n, 1);
  const size = types.reduce((sum, { type }) => sum + bytesOfType(type), 0);
  if (bytes.length !== end + count * size)
    throw new UserError(
      `${path}: ${bytes.length} bytes found, but ${end + count * size} are needed for ${formatShape(shape)}.`,
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset + end);
  return {
    shape,
    elementCount: count,
    /** Names of record fields; empty for plain numbers. */
    fieldNames: types.map(({ name }) => name).filter(Boolean),
    /** Numbers of the array, or of one field, row-major. */
    readValues(field = '') {
      const at = types.findIndex(({ name }) => name === field);
      const read = READERS.get(types[at]?.type ?? '')?.[1];
      if (read === undefined)
        throw new UserError(`${path} does not hold numbers${field && ` in a field ${show(field)}`}.`);
      const first = types.slice(0, at).reduce((sum, { type }) => sum + bytesOfType(type), 0);
      const place = fortran ? fortranOrder(shape) : (k: number) => k;
      const values = new Float64Array(count);
      for (let k = 0; k < count; k++) values[k] = read(view, place(k) * size + first);
      return values;
    },
    /** Content of an array with a single text; otherwise undefined. */
    text: /^[|<]S/.test(types[0]!.type) && count === 1 ? bytes.toString('latin1', end).replaceAll('\0', '') : undefined,
  };
}

/** Maps a row-major index to Fortran order, in which the first dimension varies fastest. */
function fortranOrder(shape: readonly number[]): (k: number) => number {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, n) => product * n, 1));
  return (k) => {
    let place = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += (k % shape[axis]!) * strides[axis]!;
      k = Math.floor(k / shape[axis]!);
    }
    return place;
  };
}

const BYTES_PER_NUMBER = 16;

export function readNpzArchive(bytes: Buffer, path: string) {
  const files = unzipArrays(bytes, path);
  let total = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return {
    arrayNames: [...files.keys()],
    readArray(name: string): NpyArray {
      const file = files.get(name);
      if (file === undefined) throw new UserError(`${path} has no array ${show(name)}.`);
      const array = readNpy(file, `${path}: ${show(name)}`);
      requireMemory((total += BYTES_PER_NUMBER * array.elementCount), path);
      return array;
    },
  };
}

function unzipArrays(bytes: Buffer, path: string): Map<string, Buffer> {
  const toBuffer = ({ buffer, byteOffset, length }: Uint8Array) => Buffer.from(buffer, byteOffset, length);
  try {
    return new Map(Array.from(unzip(bytes, path), ([name, data]) => [name.replace(/\.npy$/, ''), toBuffer(data)]));
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const reason = cause instanceof Error ? cause.message : cause;
    throw new UserError(`${path} is not an .npz file: ${reason}.`, { cause });
  }
}
