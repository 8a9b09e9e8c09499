import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { readIdxImages, readIdxLabels } from './idx.ts';
import type { DataSet, LabelledImages, SetSizes } from './sets.ts';

/** Allowed file name prefixes of the training set and of the test set; the file kind and optionally `.gz` follow. */
const PREFIXES = { train: ['train'], test: ['t10k', 'test'] } as const;
type SetName = keyof typeof PREFIXES;
const IMAGES = 'images-idx3-ubyte';
const LABELS = 'labels-idx1-ubyte';

/**
 * Reads a data set from the four IDX files `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
 * `t10k-labels-idx1-ubyte` (or `test-…`) of a directory, plain or `.gz`. `DIR/NAME` reads `DIR/NAME-train-images-…` etc. (EMNIST).
 * @throws UserError if a file is missing or damaged, image sizes differ, the number of labels is wrong, or a test label is not a
 * class of the training set
 */
export function loadIdxSet(directory: string): DataSet {
  const train = loadSet(directory, 'train');
  const test = loadSet(directory, 'test');
  if (test.rows !== train.rows || test.columns !== train.columns) {
    throw new UserError(
      `${findFile(directory, 'test', IMAGES)}: images are ${test.rows}x${test.columns}, ` +
        `expected ${train.rows}x${train.columns} as in the training set`,
    );
  }
  const classes = train.labels.reduce((max, label) => Math.max(max, label), 0) + 1;
  const unknownIndex = test.labels.findIndex((label) => label >= classes);
  if (unknownIndex >= 0)
    throw new UserError(
      `${findFile(directory, 'test', LABELS)}: label ${unknownIndex} is ${test.labels[unknownIndex]}, expected 0 to ${classes - 1}, the classes of the training set`,
    );
  return { train, test, classes };
}

export function countIdxImages(directory: string): SetSizes {
  const images = (set: SetName) => readIdxImages(findFile(directory, set, IMAGES)).n;
  return { train: images('train'), test: images('test') };
}

function loadSet(directory: string, set: SetName): LabelledImages {
  const imagePath = findFile(directory, set, IMAGES);
  const images = readIdxImages(imagePath);
  const path = findFile(directory, set, LABELS);
  const labels = readIdxLabels(path);
  if (labels.length !== images.n)
    throw new UserError(
      `${path}: ${labels.length} labels found, expected ${images.n}, one for each image of ${imagePath}`,
    );
  return { ...images, labels };
}

export const hasIdxSet = (directory: string): boolean => listPaths(directory, 'train', IMAGES).some(existsSync);

function listPaths(directory: string, set: SetName, kind: string): string[] {
  const files = PREFIXES[set].flatMap((name) => [`${name}-${kind}`, `${name}-${kind}.gz`]);
  return [...files.map((file) => join(directory, file)), ...files.map((file) => `${directory}-${file}`)];
}

function findFile(directory: string, set: SetName, kind: string): string {
  const [first] = PREFIXES[set];
  const path = listPaths(directory, set, kind).find(existsSync);
  if (!path)
    throw new UserError(`${join(directory, `${first}-${kind}`)}: no such file, and no ${first}-${kind}.gz beside it`);
  return path;
}
