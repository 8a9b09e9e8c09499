import type { LabelledImages } from '../../mnist/index.ts';

/** From this grey value on a pixel is a pulse. */
const ON = 128;

/** Devices that an image needs: every row is cut into sections of `bits` pixels, the last one filled up with zeros. */
export const devicesFor = ({ rows, columns }: Pick<LabelledImages, 'rows' | 'columns'>, bits: number): number =>
  rows * Math.ceil(columns / bits);

/**
 * What the readout gets: for each of the first `count` images and each section of a row the reading of its device, as a
 * whole number of levels above that of a silent device.
 */
export function features(
  { images, rows, columns }: LabelledImages,
  count: number,
  readings: readonly (readonly number[])[],
  levels: number,
): Uint16Array {
  const bits = Math.log2(readings.length);
  const across = Math.ceil(columns / bits);
  const codes = readings.map((row) => row.map((value, k) => Math.round((value - readings[0]![k]!) * (levels - 1))));
  const out = new Uint16Array(count * rows * across);
  for (let i = 0, k = 0; i < count; i++) {
    for (let device = 0; device < rows * across; device++, k++) {
      const start = i * rows * columns + Math.floor(device / across) * columns;
      let pattern = 0;
      for (let bit = 0, x = (device % across) * bits; bit < bits; bit++, x++)
        pattern = 2 * pattern + (x < columns && images[start + x]! >= ON ? 1 : 0);
      out[k] = codes[pattern]![device]!;
    }
  }
  return out;
}
