import { UserError } from '../../../core/declare/errors.ts';
import { atan2 } from '../../../core/elementary.ts';

/** Number of orientations. */
const BINS = 4;
const MIN_MAGNITUDE = 0.02;
const MIN_LEVEL = 8;

/**
 * Converts images to maps of edge orientation, like a first layer with fixed weights. 3 × 3 Sobel filters (divided by
 * 8) give the gradient of the intensity in [0, 1], 0 outside. Magnitudes below 0.02 become 0. Linear interpolation
 * divides them among the two nearest of four orientations (0, 45, 90, 135 degrees, sign ignored) and the nearest cells
 * of a grid of half the resolution. The largest cell is scaled to 255; cells below 8 become 0. Each quadrant is a map.
 */
export function createOrientationMaps(images: Uint8Array, rows: number, columns: number): Uint8Array {
  if (rows % 2 !== 0 || columns % 2 !== 0) {
    throw new UserError(`preprocessing orientation needs even image sides, but they are ${rows} x ${columns}.`);
  }
  const size = rows * columns;
  const out = new Uint8Array(images.length);
  const cells = new Float64Array(size);
  for (let offset = 0; offset < images.length; offset += size) {
    const image = images.subarray(offset, offset + size);
    cells.fill(0);
    addGradients(image, rows, columns, cells);
    const highest = cells.reduce((a, b) => Math.max(a, b), 0);
    if (highest === 0) continue;
    for (let i = 0; i < size; i++) {
      const level = Math.floor((cells[i]! / highest) * 255);
      out[offset + i] = level < MIN_LEVEL ? 0 : level;
    }
  }
  return out;
}

/** Euclidean norm; unlike `Math.hypot`, bit-identical in all JavaScript engines. */
function computeNorm(x: number, y: number): number {
  const larger = Math.max(Math.abs(x), Math.abs(y));
  return larger === 0 ? 0 : Math.sqrt((x / larger) ** 2 + (y / larger) ** 2) * larger;
}

/** Adds the gradient magnitudes of an image to `cells`, by orientation and position. */
function addGradients(image: Uint8Array, rows: number, columns: number, cells: Float64Array): void {
  const at = (y: number, x: number) =>
    y < 0 || x < 0 || y >= rows || x >= columns ? 0 : image[y * columns + x]! / 255;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const gx =
        at(y - 1, x + 1) + 2 * at(y, x + 1) + at(y + 1, x + 1) - at(y - 1, x - 1) - 2 * at(y, x - 1) - at(y + 1, x - 1);
      const gy =
        at(y + 1, x - 1) + 2 * at(y + 1, x) + at(y + 1, x + 1) - at(y - 1, x - 1) - 2 * at(y - 1, x) - at(y - 1, x + 1);
      const magnitude = computeNorm(gx, gy) / 8;
      if (magnitude < MIN_MAGNITUDE) continue;
      const angle = ((atan2(gy, gx) / Math.PI + 2) % 1) * BINS;
      const bin = Math.floor(angle) % BINS;
      const share = angle - Math.floor(angle);
      addBilinear(cells, rows, columns, bin, y, x, magnitude * (1 - share));
      addBilinear(cells, rows, columns, (bin + 1) % BINS, y, x, magnitude * share);
    }
  }
}

/** Distributes `amount` bilinearly to the cells of one orientation around pixel (y, x). */
function addBilinear(
  cells: Float64Array,
  rows: number,
  columns: number,
  bin: number,
  y: number,
  x: number,
  amount: number,
): void {
  const [h, w] = [rows / 2, columns / 2];
  const [cy, cx] = [(y + 0.5) / 2 - 0.5, (x + 0.5) / 2 - 0.5];
  for (let yy = Math.ceil(cy - 1); yy <= cy + 1; yy++) {
    for (let xx = Math.ceil(cx - 1); xx <= cx + 1; xx++) {
      const part = (1 - Math.abs(yy - cy)) * (1 - Math.abs(xx - cx));
      if (part <= 0 || yy < 0 || xx < 0 || yy >= h || xx >= w) continue;
      cells[((bin >> 1) * h + yy) * columns + (bin & 1) * w + xx]! += amount * part;
    }
  }
}
