import { type Seed, Stream } from '../../../core/random/random.ts';
import type { LabelledImages } from '../../data/dataSet.ts';

/** Grey values as inputs: (value/255 − mean)/sd. */
export interface Scaling {
  readonly mean: number;
  readonly sd: number;
}

/** Puts image i into `out` from `at` on. */
export function putImage(
  { images, rows, columns }: LabelledImages,
  i: number,
  { mean, sd }: Scaling,
  out: Float32Array | Float64Array,
  at = 0,
): void {
  const size = rows * columns;
  for (let k = 0; k < size; k++) out[at + k] = (images[i * size + k]! / 255 - mean) / sd;
}

/** Puts image i moved by (down, across) pixels, with black where it left. */
export function putMoved(
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

/** The order of an epoch, by Fisher and Yates. */
export function shuffled(count: number, epoch: number, seed: Seed): Uint32Array {
  const stream = new Stream(seed, `learn/order${epoch}`);
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = stream.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
