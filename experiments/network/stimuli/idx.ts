import type { ImageSet } from '../../../neurons/stimuli/images.ts';
import { readIdxImages } from '../../data/idx.ts';

/** The images of an IDX file, for a population that shows them. */
export function readIdxSet(path: string): ImageSet {
  const { images, rows, columns } = readIdxImages(path);
  return { pixels: images, size: rows * columns, from: path };
}
