import type * as z from 'zod/mini';
import { flag, fraction, integer, nonNegative, object } from '../../../core/declare/params.ts';
import type { RandomStream } from '../../../core/random/random.ts';
import type { LabelledImages } from '../../data/dataSet.ts';

export const distortionSection = object(
  {
    invert: flag({ help: 'invert the images: 255 minus each grey value' }),
    brighten: fraction(0, 'offset added to each grey value, share of white; larger values are clipped'),
    noise: nonNegative(0, '1', 'sd of Gaussian noise added to each grey value, share of white; values are clipped'),
    shift: integer({
      default: 0,
      min: 0,
      max: 1000,
      help: 'shift to the left, right, top or bottom, pixels; black fills',
    }),
  },
  'distortion of the test images, before preprocessing; training images stay as they are',
);

type Distortion = z.output<typeof distortionSection>;

const DIRECTIONS = [
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
] as const;

/** Distorts images in the order shift, inversion, offset, noise. The direction of the shift is drawn for each image. */
export function distortImages(
  set: LabelledImages,
  { invert, brighten, noise, shift }: Distortion,
  stream: RandomStream,
) {
  const { rows, columns, n } = set;
  const images = new Uint8Array(set.images.length);
  for (let i = 0, k = 0; i < n; i++) {
    const [down, right] = shift > 0 ? DIRECTIONS[stream.integerBelow(DIRECTIONS.length)]! : DIRECTIONS[0];
    for (let y = 0; y < rows; y++)
      for (let x = 0; x < columns; x++, k++) {
        const [row, column] = [y - shift * down, x - shift * right];
        const inside = row >= 0 && row < rows && column >= 0 && column < columns;
        const grey = inside ? set.images[(i * rows + row) * columns + column]! : 0;
        const error = brighten + (noise > 0 ? noise * stream.normal() : 0);
        images[k] = Math.min(255, Math.max(0, Math.round((invert ? 255 - grey : grey) + 255 * error)));
      }
  }
  return { ...set, images };
}
