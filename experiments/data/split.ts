import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod/mini';
import { UserError } from '../../core/declare/errors.ts';
import { text } from '../../core/declare/params.ts';
import { int } from '../../core/declare/ranged.ts';
import { formatCount, show } from '../../core/declare/show.ts';
import { validate } from '../../core/declare/validate.ts';
import { type DataSet, type ImageSets, type LabelledImages, type SetSizes, selectImages } from './dataSet.ts';
import { parseJson } from './parse.ts';

/** Names of splits. `test`: sets as published; `validation`: the last sixth of the training images (at most 10,000) is the test set. */
const SPLIT_NAMES = ['test', 'validation'];

export const splitOption = text({
  default: 'test',
  help: 'images to test on; test: test set; validation: last sixth of the training images (at most 10,000), not trained on; or a JSON file {"train": [...], "test": [...]} with indices of images (0: first training image; test images follow the training images; fashion-mnist: order of the package)',
});

export const isSplitFile = (split: string): boolean => !SPLIT_NAMES.includes(split);

/** Name of the test images in results: `validation` or `test`. */
export const getTestSetName = (split: string): 'validation' | 'test' =>
  split === 'validation' ? 'validation' : 'test';

const indexList = z.array(int({ min: 0 })).check(z.minLength(1));
const splitFileSchema = z.object({ train: indexList, test: indexList });

function readSplitFile(path: string): z.output<typeof splitFileSchema> {
  if (!existsSync(path))
    throw new UserError(
      `split is ${show(path)}, but must be ${SPLIT_NAMES.map((name) => `"${name}"`).join(', ')} or a file with index lists, and there is no such file.`,
    );
  return validate(splitFileSchema, parseJson(readFileSync(path, 'utf8'), path), path);
}

/** Makes the path of a split file absolute. */
export const resolveSplit = (split: string): string => (isSplitFile(split) ? resolve(split) : split);

const countHeldOut = (train: number) => Math.min(10_000, Math.floor(train / 6));

export function countSplitImages(split: string, sizes: SetSizes): SetSizes {
  if (isSplitFile(split)) {
    const { train, test } = readSplitFile(split);
    return { ...sizes, trainCount: train.length, testCount: test.length };
  }
  const heldOut = countHeldOut(sizes.trainCount);
  return split === 'validation' ? { ...sizes, trainCount: sizes.trainCount - heldOut, testCount: heldOut } : sizes;
}

export function selectSplit(set: ImageSets & Pick<Partial<DataSet>, 'order'>, split: string, where: string): ImageSets {
  const { train, test } = set;
  if (split === 'test') return { train, test };
  if (isSplitFile(split)) return selectByIndexLists(set, split);
  const kept = train.n - countHeldOut(train.n);
  if (kept === train.n)
    throw new UserError(
      `${where}: the validation split holds back a sixth of the training images, but there are only ${train.n}.`,
    );
  return { train: sliceImages(train, 0, kept), test: sliceImages(train, kept, train.n) };
}

function selectByIndexLists({ train, test, order }: ImageSets & Pick<Partial<DataSet>, 'order'>, path: string) {
  const n = train.n + test.n;
  const lists = readSplitFile(path);
  const positions = Uint32Array.from({ length: n }, (_, i) => i);
  order?.forEach((index, position) => {
    positions[index] = position;
  });
  const images = new Uint8Array(train.images.length + test.images.length);
  images.set(train.images);
  images.set(test.images, train.images.length);
  const labels = Uint8Array.from([...train.labels, ...test.labels]);
  const all = { ...train, images, labels, n, ...(train.events && { events: [...train.events, ...test.events!] }) };
  const select = (name: 'train' | 'test') => {
    const outside = lists[name].find((index) => index >= n);
    if (outside !== undefined)
      throw new UserError(
        `${path}: ${name} has the index ${outside}, but the data set has ${n} images, 0 to ${n - 1}.`,
      );
    return selectImages(
      all,
      Uint32Array.from(lists[name], (index) => positions[index]!),
    );
  };
  return { train: select('train'), test: select('test') };
}

export function sliceImages(d: LabelledImages, from: number, to: number): LabelledImages {
  const size = d.rows * d.columns;
  return {
    ...d,
    n: to - from,
    images: d.images.subarray(from * size, to * size),
    labels: d.labels.subarray(from, to),
    ...(d.events && { events: d.events.slice(from, to) }),
  };
}

/** Hash of image `i` (FNV-1a, 32 bits): http://www.isthe.com/chongo/tech/comp/fnv. */
function hashImage({ images, rows, columns }: LabelledImages, i: number): number {
  let hash = 2166136261;
  for (let k = i * rows * columns; k < (i + 1) * rows * columns; k++) hash = Math.imul(hash ^ images[k]!, 16777619);
  return hash;
}

/** First images of a set. @param count default: all @param what name of the set in the error */
export function takeFirst(images: LabelledImages, count: number | undefined, what: string): LabelledImages {
  if (count === undefined) return images;
  if (count > images.n)
    throw new UserError(
      `learn: ${what} is ${count}, but there are ${images.n} images; use --${what} ${images.n} or fewer.`,
    );
  return sliceImages(images, 0, count);
}

/** Warnings about test images that are also training images, and about tested classes without training images. */
export function listSplitWarnings({ train, test }: ImageSets): string[] {
  const imageAt = ({ images, rows, columns }: LabelledImages, i: number) =>
    images.subarray(i * rows * columns, (i + 1) * rows * columns);
  const known = new Map<number, number>();
  for (let i = 0; i < train.n; i++) known.set(hashImage(train, i), i);
  const repeated = [...test.labels.keys()].filter((i) => {
    const match = known.get(hashImage(test, i));
    return match !== undefined && Buffer.compare(imageAt(train, match), imageAt(test, i)) === 0;
  });
  const trained = new Set(train.labels);
  const missing = [...new Set(test.labels)].filter((label) => !trained.has(label)).sort((a, b) => a - b);
  return [
    ...(repeated.length === 0
      ? []
      : [
          `${repeated.length.toLocaleString('en')} of ${formatCount(test.n, 'test image')} are also training images (first: test image ${repeated[0]}), so the accuracy is too high by at most ${((100 * repeated.length) / test.n).toFixed(2)} points.`,
        ]),
    ...missing.map((label) => `Class ${label} has test images but no training image, so it cannot be recognised.`),
  ];
}
