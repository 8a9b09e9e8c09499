import type { LabelledImages } from '../../mnist/index.ts';

/** From this grey value on a pixel is a pulse. */
const ON = 128;

/** Sections that an image is cut into: every row into ones of `bits` pixels, the last one filled up with zeros. */
export const sectionsOf = ({ rows, columns }: Pick<LabelledImages, 'rows' | 'columns'>, bits: number): number =>
  rows * Math.ceil(columns / bits);

/**
 * What the readout gets: for each of the first `count` images and each section the readings of its devices, one from each of the tables
 * (by pattern, then section), as a whole number of levels above that of a silent device.
 */
export function features(
  { images, rows, columns }: LabelledImages,
  count: number,
  tables: readonly (readonly (readonly number[])[])[],
  levels: number,
): Uint16Array {
  const bits = Math.log2(tables[0]!.length);
  const across = Math.ceil(columns / bits);
  const codes = tables.map((table) =>
    table.map((row) => row.map((value, k) => Math.round((value - table[0]![k]!) * (levels - 1)))),
  );
  const out = new Uint16Array(count * rows * across * tables.length);
  for (let i = 0, k = 0; i < count; i++) {
    for (let section = 0; section < rows * across; section++) {
      const start = i * rows * columns + Math.floor(section / across) * columns;
      let pattern = 0;
      for (let bit = 0, x = (section % across) * bits; bit < bits; bit++, x++)
        pattern = 2 * pattern + (x < columns && images[start + x]! >= ON ? 1 : 0);
      for (const code of codes) out[k++] = code[pattern]![section]!;
    }
  }
  return out;
}

/** The control: the pulses themselves, pixel by pixel. */
export const pulses = ({ images, rows, columns }: LabelledImages, count: number): Uint8Array =>
  images.subarray(0, count * rows * columns).map((grey) => (grey >= ON ? 1 : 0));
