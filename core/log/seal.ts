/**
 * Seals: checksums of a log, an Arrow IPC stream of messages (see docs/guide/recording.md):
 *
 *     FFFFFFFF | header size | header (flatbuffer, padding, seal) | body
 *
 * The seal is the last eight bytes of the padding after the flatbuffer, which all Arrow readers skip. It has two CRC-32s: of
 * the body, and of the header up to the second CRC, continued from the previous message. Readers can check the header
 * before they use any field, unlike with custom metadata.
 *
 * The last message, a batch without rows, has the totals and the seal of the log as custom metadata. Its CRC starts from 0, so
 * that it can be checked even if earlier batches are lost.
 */
import { crc32 } from './crc32.ts';

export const SEAL_BYTES = 8;
export const PREFIX_BYTES = 8;
/** Maximum header size, bytes; a larger size is treated as damage. */
export const MAX_HEADER_BYTES = 1 << 24;
/** End mark of an Arrow stream: a message without a header. */
export const END_OF_STREAM: Uint8Array = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0);

/** Position after a complete batch: number of batches, rows and bytes before it, and the seal (checksum) of the batch. */
export interface LogPosition {
  readonly batches: number;
  readonly rows: number;
  readonly bytes: number;
  readonly seal: number;
}

/** Numbers of batches and rows of a whole log, and its seal (checksum), from its last message. */
export type LogTrailer = Pick<LogPosition, 'batches' | 'rows' | 'seal'>;

/** Adds prefix, padding and seal (checksums) to a flatbuffer. @param before seal of the previous message, 0 for the first */
export function sealHeader(
  flatbuffer: Uint8Array,
  bodyCrc: number,
  before: number,
): { bytes: Uint8Array; seal: number } {
  const bytes = new Uint8Array(PREFIX_BYTES + padToEight(flatbuffer.length) + SEAL_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, -1, true);
  view.setInt32(4, bytes.length - PREFIX_BYTES, true);
  bytes.set(flatbuffer, PREFIX_BYTES);
  view.setUint32(bytes.length - 8, bodyCrc, true);
  const seal = crc32(bytes.subarray(0, -4), before);
  view.setUint32(bytes.length - 4, seal, true);
  return { bytes, seal };
}

/** Verifies the seal (checksum) of a message header; undefined if it is wrong. @param before seal of the previous message */
export function checkHeader(bytes: Uint8Array, before: number): { bodyCrc: number; seal: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const seal = view.getUint32(bytes.length - 4, true);
  if (crc32(bytes.subarray(0, -4), before) !== seal) return undefined;
  return { bodyCrc: view.getUint32(bytes.length - 8, true), seal };
}

/** Length with padding: Arrow aligns headers and buffers to eight bytes. */
export function padToEight(length: number): number {
  return Math.ceil(length / 8) * 8;
}
