import { UserError } from '../../core/declare/errors.ts';

const SIGNATURE = Buffer.from('GCOL');
const HEADER_BYTES = 16;

/**
 * Refuses an HDF5 file with a damaged heap of texts, in which the library of 32 bits does not come to an end. Objects must lie within their heap, and free space
 * must end it.
 * Source: HDF5 File Format Specification 3.0, III.E, "Disk Format: Level 1E - Global Heap".
 */
export function requireWholeHeaps(bytes: Buffer, path: string): void {
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
    if (!isWhole) throw new UserError(`${path} is damaged: its heap of texts at byte ${start} is not whole.`);
  }
}

const longAt = (bytes: Buffer, at: number): number =>
  at + 8 <= bytes.length ? Number(bytes.readBigUInt64LE(at)) : Number.NaN;
