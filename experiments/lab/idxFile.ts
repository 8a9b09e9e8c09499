/** An IDX file of unsigned bytes: big-endian magic 0x000008DD with DD sizes, the sizes, the bytes. */
export function idxFile(sizes: readonly number[], body: Uint8Array): Uint8Array {
  const header = 4 + 4 * sizes.length;
  const file = new Uint8Array(header + body.length);
  const view = new DataView(file.buffer);
  view.setUint32(0, 0x800 + sizes.length);
  for (const [i, size] of sizes.entries()) view.setUint32(4 + 4 * i, size);
  file.set(body, header);
  return file;
}
