import * as z from 'zod/mini';
import { UserError } from '../declare/errors.ts';
import { customValue, object } from '../declare/params.ts';
import { whole } from '../declare/ranged.ts';
import type { TypedArray } from '../kernels/arena.ts';
import { crc32 } from '../log/crc32.ts';
import type { Snapshot } from './state.ts';

const MAGIC = 'MEMSPIKE';
const VERSION = 2;
const START = 24; // magic, version, header length, CRC of everything else, zero
const CRC = 16;

const TYPES = { Float64Array, Float32Array, Uint32Array, Uint16Array, Uint8Array, Int32Array };

/** What stands beside the arrays: whatever the caller needs to go on (positions in logs, hashes). JSON. */
export type Notes = Readonly<Record<string, unknown>>;

const HEADER = object({
  notes: customValue<Notes>((v) => v === Object(v) && !Array.isArray(v), 'a mapping'),
  arrays: z.array(
    object({
      name: z.string(),
      type: z.literal(Object.keys(TYPES) as (keyof typeof TYPES)[]),
      length: whole({ min: 0 }),
    }),
  ),
});
type Header = z.infer<typeof HEADER>;

const aligned = (n: number): number => Math.ceil(n / 8) * 8;

/**
 * A checkpoint as bytes: 24 bytes of start, a JSON header that lists the arrays, then the arrays, little endian and
 * aligned to 8 bytes. A CRC-32 covers all but itself.
 */
export function encode(snapshot: Snapshot, notes: Notes): Uint8Array {
  const arrays = [...snapshot].map(([name, a]) => ({
    name,
    type: a.constructor.name as keyof typeof TYPES,
    length: a.length,
  }));
  const header = new TextEncoder().encode(JSON.stringify({ notes, arrays } satisfies Header));
  const body = [...snapshot.values()].reduce((sum, a) => sum + aligned(a.byteLength), 0);
  const bytes = new Uint8Array(START + aligned(header.length) + body);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(8, VERSION, true);
  view.setUint32(12, header.length, true);
  bytes.set(header, START);
  let at = START + aligned(header.length);
  for (const array of snapshot.values()) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += aligned(array.byteLength);
  }
  view.setUint32(CRC, checksum(bytes), true);
  return bytes;
}

/** CRC-32 of everything but the checksum itself. */
function checksum(bytes: Uint8Array): number {
  return crc32(bytes.subarray(CRC + 4), crc32(bytes.subarray(0, CRC)));
}

/** The reverse. `name` names the file in errors; damage, another version and other files are told apart. */
export function decode(bytes: Uint8Array, name: string): { snapshot: Snapshot; notes: Notes } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < START || new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC) {
    throw new UserError(`${name} is not a memspike checkpoint.`);
  }
  const version = view.getUint32(8, true);
  if (version !== VERSION)
    throw new UserError(`${name} is a checkpoint of version ${version}; this memspike reads version ${VERSION}.`);
  if (checksum(bytes) !== view.getUint32(CRC, true))
    throw new UserError(`${name} is damaged: its checksum does not fit.`);
  const body = START + aligned(view.getUint32(12, true));
  const header = body <= bytes.length && parseHeader(bytes.subarray(START, START + view.getUint32(12, true)));
  if (!header || body + sizeOf(header) !== bytes.length)
    throw new UserError(`${name} is damaged: its header does not describe what it holds.`);
  const snapshot: Snapshot = new Map();
  let at = body;
  for (const { name: key, type, length } of header.arrays) {
    const array: TypedArray = new TYPES[type](length);
    new Uint8Array(array.buffer).set(bytes.subarray(at, at + array.byteLength));
    snapshot.set(key, array);
    at += aligned(array.byteLength);
  }
  return { snapshot, notes: header.notes };
}

/** Bytes of the arrays that a header lists. */
const sizeOf = ({ arrays }: Header): number =>
  arrays.reduce((sum, { type, length }) => sum + aligned(length * TYPES[type].BYTES_PER_ELEMENT), 0);

/** A header read back; undefined if it is none. Its checksum only proves that it is what somebody wrote. */
function parseHeader(bytes: Uint8Array): Header | undefined {
  try {
    const { success, data } = HEADER.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return success ? data : undefined;
  } catch {
    return undefined;
  }
}
