const TABLE = sliceTables(8);

/** Tables for slicing-by-8 (Kounavis & Berry 2005): table k holds the CRC of a byte followed by k zero bytes. */
function sliceTables(slices: number): Int32Array {
  const table = new Int32Array(256 * slices);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    table[byte] = crc;
  }
  for (let at = 256; at < table.length; at++) table[at] = (table[at - 256]! >>> 8) ^ table[table[at - 256]! & 255]!;
  return table;
}

/**
 * CRC-32 of zlib and PNG (reflected polynomial 0xEDB88320), an unsigned 32-bit integer.
 * @param from CRC of the preceding bytes, 0 at the start
 */
export function crc32(bytes: Uint8Array, from = 0): number {
  const T = TABLE;
  const n = bytes.length;
  let crc = ~from;
  let i = 0;
  for (const aligned = Math.min(n, -bytes.byteOffset & 3); i < aligned; i++) {
    crc = T[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  }
  // An Int32Array needs a byte offset that is a multiple of 4, even if it is empty. `& ~3` rounds the offset of an
  // empty array down; other offsets are multiples already.
  const words = new Int32Array(bytes.buffer, (bytes.byteOffset + i) & ~3, (n - i) >> 2);
  let w = 0;
  for (; w + 2 <= words.length; w += 2) {
    const a = words[w]! ^ crc;
    const b = words[w + 1]!;
    crc =
      T[1792 + (a & 255)]! ^
      T[1536 + ((a >>> 8) & 255)]! ^
      T[1280 + ((a >>> 16) & 255)]! ^
      T[1024 + (a >>> 24)]! ^
      T[768 + (b & 255)]! ^
      T[512 + ((b >>> 8) & 255)]! ^
      T[256 + ((b >>> 16) & 255)]! ^
      T[b >>> 24]!;
  }
  for (i += w * 4; i < n; i++) crc = T[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
