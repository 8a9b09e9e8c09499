import * as z from 'zod/mini';
import { UserError } from '../declare/errors.ts';
import { customValue, object } from '../declare/params.ts';
import { int } from '../declare/ranged.ts';
import type { TypedArray } from '../kernels/arena.ts';
import { crc32 } from '../log/crc32.ts';
import { padToEight } from '../log/seal.ts';
import type { Snapshot } from './state.ts';

const MAGIC = 'MEMSPIKE';
const VERSION = 2;
const PREFIX_BYTES = 24; // magic, version, header length, CRC of all other bytes, zero
const CRC_OFFSET = 16;

const TYPES = { Float64Array, Float32Array, Uint32Array, Uint16Array, Uint8Array, Int32Array };

/** JSON data stored in a checkpoint beside the state arrays, such as log positions and hashes. */
export type CheckpointNotes = Readonly<Record<string, unknown>>;

const HEADER = object({
  notes: customValue<CheckpointNotes>((v) => v === Object(v) && !Array.isArray(v), 'a mapping'),
  arrays: z.array(
    object({
      name: z.string(),
      type: z.literal(Object.keys(TYPES) as (keyof typeof TYPES)[]),
      length: int({ min: 0 }),
    }),
  ),
});
type Header = z.infer<typeof HEADER>;

/**
 * Encodes a checkpoint: a 24-byte prefix, a JSON header that lists the arrays, then the arrays, little endian and aligned
 * to 8 bytes. A CRC-32 covers all other bytes.
 */
export function encodeCheckpoint(snapshot: Snapshot, notes: CheckpointNotes): Uint8Array {
  const arrays = [...snapshot].map(([name, a]) => ({
    name,
    type: a.constructor.name as keyof typeof TYPES,
    length: a.length,
  }));
  const header = new TextEncoder().encode(JSON.stringify({ notes, arrays } satisfies Header));
  const body = [...snapshot.values()].reduce((sum, a) => sum + padToEight(a.byteLength), 0);
  const bytes = new Uint8Array(PREFIX_BYTES + padToEight(header.length) + body);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  view.setUint32(8, VERSION, true);
  view.setUint32(12, header.length, true);
  bytes.set(header, PREFIX_BYTES);
  let offset = PREFIX_BYTES + padToEight(header.length);
  for (const array of snapshot.values()) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offset);
    offset += padToEight(array.byteLength);
  }
  view.setUint32(CRC_OFFSET, computeChecksum(bytes), true);
  return bytes;
}

function computeChecksum(bytes: Uint8Array) {
  return crc32(bytes.subarray(CRC_OFFSET + 4), crc32(bytes.subarray(0, CRC_OFFSET)));
}

/** Decodes a checkpoint. `name`: file name in error messages. @throws UserError for damaged bytes or another version */
export function decodeCheckpoint(bytes: Uint8Array, name: string): { snapshot: Snapshot; notes: CheckpointNotes } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < PREFIX_BYTES || new TextDecoder().decode(bytes.subarray(0, 8)) !== MAGIC) {
    throw new UserError(`${name} is not a memspike checkpoint.`);
  }
  const version = view.getUint32(8, true);
  if (version !== VERSION)
    throw new UserError(`${name} is a checkpoint of version ${version}; this memspike reads version ${VERSION}.`);
  if (computeChecksum(bytes) !== view.getUint32(CRC_OFFSET, true))
    throw new UserError(`${name} is damaged: its checksum is wrong.`);
  const body = PREFIX_BYTES + padToEight(view.getUint32(12, true));
  const header =
    body <= bytes.length && parseHeader(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + view.getUint32(12, true)));
  if (!header || body + countBytes(header) !== bytes.length)
    throw new UserError(`${name} is damaged: its header does not match its contents.`);
  const snapshot: Snapshot = new Map();
  let offset = body;
  for (const { name: key, type, length } of header.arrays) {
    const array: TypedArray = new TYPES[type](length);
    new Uint8Array(array.buffer).set(bytes.subarray(offset, offset + array.byteLength));
    snapshot.set(key, array);
    offset += padToEight(array.byteLength);
  }
  return { snapshot, notes: header.notes };
}

const countBytes = ({ arrays }: Header) =>
  arrays.reduce((sum, { type, length }) => sum + padToEight(length * TYPES[type].BYTES_PER_ELEMENT), 0);

/** Parses the JSON header of a checkpoint; undefined if it is invalid, which is possible despite a correct checksum. */
function parseHeader(bytes: Uint8Array): Header | undefined {
  try {
    const { success, data } = HEADER.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
    return success ? data : undefined;
  } catch {
    return undefined;
  }
}
