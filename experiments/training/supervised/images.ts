import { type Seed, Stream, shuffle } from '../../../core/random/random.ts';
import type { LabelledImages } from '../../data/dataSet.ts';

/** Scaling of grey values (0 to 255) to net inputs: (value/255 − mean)/sd. */
export interface Scaling {
  readonly mean: number;
  readonly sd: number;
}

/** Writes scaled image number i into `out`, starting at index `at`. */
export function scaleImage(
  { images, rows, columns }: LabelledImages,
  i: number,
  { mean, sd }: Scaling,
  out: Float32Array | Float64Array,
  at = 0,
): void {
  const size = rows * columns;
  for (let k = 0; k < size; k++) out[at + k] = (images[i * size + k]! / 255 - mean) / sd;
}

/** Writes scaled image number i, shifted by (down, across) pixels and padded with black, into `out`. */
export function scaleShiftedImage(
  { images, rows, columns }: LabelledImages,
  i: number,
  [down, across]: readonly [number, number],
  { mean, sd }: Scaling,
  out: Float32Array,
  at: number,
): void {
  const from = i * rows * columns;
  for (let y = 0, k = at; y < rows; y++) {
    const row = y - down;
    for (let x = 0; x < columns; x++, k++) {
      const column = x - across;
      const inside = row >= 0 && row < rows && column >= 0 && column < columns;
      out[k] = ((inside ? images[from + row * columns + column]! : 0) / 255 - mean) / sd;
    }
  }
}

/** Shuffles the order of `count` images for an epoch (Fisher–Yates). */
export function shuffleOrder(count: number, epoch: number, seed: Seed): Uint32Array {
  const stream = new Stream(seed, `learn/order${epoch}`);
  return shuffle(
    Uint32Array.from({ length: count }, (_, i) => i),
    (n) => stream.below(n),
  );
}
