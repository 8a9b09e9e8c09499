/**
 * A log is an Arrow IPC stream whose messages are sealed, because Arrow has no checksum of its own. A message is
 *
 *     FFFFFFFF | header size | header (flatbuffer, padding, seal) | body
 *
 * and the seal is the last eight bytes of the padding that Arrow allows after the flatbuffer and that every Arrow reader
 * skips: two little-endian CRC-32s, of the body and of the message up to and including that first CRC. The second one
 * goes on from the second one of the message before, so a lost, doubled or swapped batch shows as well. The header is
 * thereby proved before anything in it is believed, even the length of the body. (The other place inside the stream,
 * the custom metadata of a message, can only be read by decoding a header that is not proved yet.)
 *
 * The last message is a batch without rows, which readers of Arrow pass over; Arrow's end mark follows, the last eight
 * bytes of the file. The custom metadata of that batch are the seal of the whole log: its `batches`, its `rows` and the
 * `seal` of its last batch with rows. The checksum of that message starts from 0 again, so that the message is proved even
 * if batches before it are lost. Without it a log whose last batches are missing would look whole: each batch vouches only
 * for the batches before it.
 */
import { crc32 } from './crc32.ts';

export const SEAL_BYTES = 8;
export const PREFIX_BYTES = 8;
/** A header size above this is taken for damage. Headers are some hundred bytes plus, in the first, the metadata. */
export const MAX_HEADER_BYTES = 1 << 24;
/** Arrow's mark of the end of a stream: a message without a header. */
export const END_OF_STREAM: Uint8Array = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0);

/** The end of the last whole batch: how many batches, rows and bytes precede it, and the seal of that batch. */
export interface LogPosition {
  readonly batches: number;
  readonly rows: number;
  readonly bytes: number;
  readonly seal: number;
}

/** What the last message of a log says of the whole log. */
export type EndSeal = Pick<LogPosition, 'batches' | 'rows' | 'seal'>;

/** The bytes of a message before its body. `before` is the seal of the message before, 0 for the first. */
export function sealHeader(
  flatbuffer: Uint8Array,
  bodyCrc: number,
  before: number,
): { bytes: Uint8Array; seal: number } {
  const bytes = new Uint8Array(PREFIX_BYTES + padded(flatbuffer.length) + SEAL_BYTES);
  const view = new DataView(bytes.buffer);
  view.setInt32(0, -1, true);
  view.setInt32(4, bytes.length - PREFIX_BYTES, true);
  bytes.set(flatbuffer, PREFIX_BYTES);
  view.setUint32(bytes.length - 8, bodyCrc, true);
  const seal = crc32(bytes.subarray(0, -4), before);
  view.setUint32(bytes.length - 4, seal, true);
  return { bytes, seal };
}

/** Proves the bytes of a message before its body; undefined when they are not what `sealHeader` made. */
export function checkHeader(bytes: Uint8Array, before: number): { bodyCrc: number; seal: number } | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const seal = view.getUint32(bytes.length - 4, true);
  if (crc32(bytes.subarray(0, -4), before) !== seal) return undefined;
  return { bodyCrc: view.getUint32(bytes.length - 8, true), seal };
}

/** Arrow aligns headers and buffers to eight bytes. */
export function padded(length: number): number {
  return Math.ceil(length / 8) * 8;
}
