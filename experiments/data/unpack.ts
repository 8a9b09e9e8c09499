import { gunzipSync } from 'node:zlib';
import { unzipSync } from 'fflate';
import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { crc32 } from '../../core/log/crc32.ts';
import { requireMemory } from './memoryLimit.ts';

/** Signature of the end of a zip archive, `PK\x05\x06`, as a little-endian number. */
const END_OF_ARCHIVE = 0x06054b50;
const END_OF_ARCHIVE_BYTES = 22;
const GZIP_TRAILER_BYTES = 4;

/** Unpacks a gzip file with one member; the size in its trailer is checked before memory is allocated. */
export function gunzip(bytes: Uint8Array, path: string): Uint8Array {
  const trailer = new DataView(bytes.buffer, bytes.byteOffset + Math.max(0, bytes.length - GZIP_TRAILER_BYTES));
  const size = bytes.length < GZIP_TRAILER_BYTES ? 0 : trailer.getUint32(0, true);
  requireMemory(size, `${path} is damaged or truncated, or`);
  try {
    // The output buffer has one spare byte, so that zlib needs a single chunk and neither allocates nor joins chunks.
    return gunzipSync(bytes, { maxOutputLength: Math.max(1, size), chunkSize: Math.max(64, size + 1) });
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new UserError(`${path}: gzip data damaged or truncated (${reason}), expected a whole .gz file`, { cause });
  }
}

/** Unpacks the files of a zip archive, by name; verifies sizes and checksums. */
export function unzip(bytes: Uint8Array, path: string): Map<string, Uint8Array> {
  let total = 0;
  const stated: { name: string; size: number }[] = [];
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      requireMemory((total += originalSize), path);
      stated.push({ name, size: originalSize });
      return true;
    },
  });
  const checksums = readChecksums(bytes, stated.length);
  return new Map(
    stated.map(({ name, size }, k) => {
      const data = Object.hasOwn(files, name) ? files[name]! : new Uint8Array(0);
      if (data.length !== size || crc32(data) !== checksums[k])
        throw new UserError(`${path}: ${show(name)} is damaged; its size or checksum is not the stated one.`);
      return [name, data];
    }),
  );
}

/** CRC-32 of each file, from the central directory. Source: PKWARE, APPNOTE.TXT, 4.3.12. */
function readChecksums(bytes: Uint8Array, count: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_OF_ARCHIVE_BYTES;
  while (view.getUint32(end, true) !== END_OF_ARCHIVE) end--;
  let at = view.getUint32(end + 16, true);
  return Array.from({ length: count }, () => {
    const checksum = view.getUint32(at + 16, true);
    at += 46 + [28, 30, 32].reduce((sum, offset) => sum + view.getUint16(at + offset, true), 0);
    return checksum;
  });
}
