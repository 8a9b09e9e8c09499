import { UserError } from '../../../core/declare/errors.ts';
import { atan2 } from '../../../core/elementary.ts';

const BINS = 4;
const FAINT = 0.02;
const LEAST = 8;

/**
 * Edge orientation instead of intensity, as a retina or a first layer with fixed weights would give it. Gradient by 3 × 3 Sobel
 * filters (divided by 8) of the intensity in [0, 1], zero outside; magnitudes below 0.02 are dropped. Each goes to the two
 * nearest of four orientations (0, 45, 90, 135 degrees, direction ignored) and to the nearest cells of a grid of half the
 * resolution, both bilinearly. Scaled to 255 at the strongest cell of an image; cells below 8 are 0. The image keeps its
 * size: its quadrants are the maps of the four orientations.
 */
export function orientationImages(images: Uint8Array, rows: number, columns: number): Uint8Array {
  if (rows % 2 !== 0 || columns % 2 !== 0) {
    throw new UserError(`preprocessing orientation needs even image sides, but they are ${rows} x ${columns}.`);
  }
  const size = rows * columns;
  const out = new Uint8Array(images.length);
  const cells = new Float64Array(size);
  for (let offset = 0; offset < images.length; offset += size) {
    const image = images.subarray(offset, offset + size);
    cells.fill(0);
    gather(image, rows, columns, cells);
    const most = cells.reduce((a, b) => Math.max(a, b), 0);
    if (most === 0) continue;
    for (let i = 0; i < size; i++) {
      const level = Math.floor((cells[i]! / most) * 255);
      out[offset + i] = level < LEAST ? 0 : level;
    }
  }
  return out;
}

/** In steps that every engine rounds alike, as `Math.hypot` does not have to. */
function lengthOf(x: number, y: number): number {
  const most = Math.max(Math.abs(x), Math.abs(y));
  return most === 0 ? 0 : Math.sqrt((x / most) ** 2 + (y / most) ** 2) * most;
}

function gather(image: Uint8Array, rows: number, columns: number, cells: Float64Array): void {
  const at = (y: number, x: number) =>
    y < 0 || x < 0 || y >= rows || x >= columns ? 0 : image[y * columns + x]! / 255;
  for (let y = 0; y < rows; y++) {
    for (let x = 0; x < columns; x++) {
      const gx =
        at(y - 1, x + 1) + 2 * at(y, x + 1) + at(y + 1, x + 1) - at(y - 1, x - 1) - 2 * at(y, x - 1) - at(y + 1, x - 1);
      const gy =
        at(y + 1, x - 1) + 2 * at(y + 1, x) + at(y + 1, x + 1) - at(y - 1, x - 1) - 2 * at(y - 1, x) - at(y - 1, x + 1);
      const magnitude = lengthOf(gx, gy) / 8;
      if (magnitude < FAINT) continue;
      const angle = ((atan2(gy, gx) / Math.PI + 2) % 1) * BINS;
      const bin = Math.floor(angle) % BINS;
      const share = angle - Math.floor(angle);
      spread(cells, rows, columns, bin, y, x, magnitude * (1 - share));
      spread(cells, rows, columns, (bin + 1) % BINS, y, x, magnitude * share);
    }
  }
}

/** Adds to the cells of one orientation around the centre of pixel (y, x). */
function spread(
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
