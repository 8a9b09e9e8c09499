import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { readIdxImages, readIdxLabels } from './idx.ts';
import type { DataSet, LabelledImages, Sizes } from './sets.ts';

/** What a file of each set may be called, behind which the kind and perhaps `.gz` follow. */
const NAMES = { train: ['train'], test: ['t10k', 'test'] } as const;
type SetName = keyof typeof NAMES;
const IMAGES = 'images-idx3-ubyte';
const LABELS = 'labels-idx1-ubyte';

/**
 * Reads a data set from the four IDX files `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte` and
 * `t10k-labels-idx1-ubyte` (or `test-…`), each also as `.gz`, of any size, in a directory; `DIR/NAME` reads `DIR/NAME-train-images-…` and so on,
 * as EMNIST has them.
 * @throws UserError naming the file for one that is missing or damaged, for sets of different sizes, and for labels that do not
 * fit the images or, in the test, name a class that the training set has not.
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
  const classes = train.labels.reduce((most, label) => Math.max(most, label), 0) + 1;
  const foreign = test.labels.findIndex((label) => label >= classes);
  if (foreign >= 0)
    throw new UserError(
      `${findFile(directory, 'test', LABELS)}: label ${foreign} is ${test.labels[foreign]}, expected 0 to ${classes - 1}, the classes of the training set`,
    );
  return { train, test, classes };
}

/** How many images each set of a directory has. */
export function idxSizesOf(directory: string): Sizes {
  const images = (set: SetName) => readIdxImages(findFile(directory, set, IMAGES)).n;
  return { train: images('train'), test: images('test') };
}

function loadSet(directory: string, set: SetName): LabelledImages {
  const of = findFile(directory, set, IMAGES);
  const images = readIdxImages(of);
  const path = findFile(directory, set, LABELS);
  const labels = readIdxLabels(path);
  if (labels.length !== images.n)
    throw new UserError(`${path}: ${labels.length} labels found, expected ${images.n}, one for each image of ${of}`);
  return { ...images, labels };
}

/** Whether a directory has IDX files to train with. */
export const hasIdxSet = (directory: string): boolean => namesOf(directory, 'train', IMAGES).some(existsSync);

function namesOf(directory: string, set: SetName, kind: string): string[] {
  const files = NAMES[set].flatMap((name) => [`${name}-${kind}`, `${name}-${kind}.gz`]);
  return [...files.map((file) => join(directory, file)), ...files.map((file) => `${directory}-${file}`)];
}

function findFile(directory: string, set: SetName, kind: string): string {
  const [first] = NAMES[set];
  const path = namesOf(directory, set, kind).find(existsSync);
  if (!path)
    throw new UserError(`${join(directory, `${first}-${kind}`)}: no such file, and no ${first}-${kind}.gz beside it`);
  return path;
}
