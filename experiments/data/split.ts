import { UserError } from '../../core/declare/errors.ts';
import type { ImageSets, LabelledImages, SetSizes } from './dataSet.ts';

/** Names of splits. `test`: sets as published; `validation`: the last sixth of the training images (at most 10,000) is the test set. */
export const SPLIT_NAMES = ['test', 'validation'] as const;
export type Split = (typeof SPLIT_NAMES)[number];

const countHeldOut = (train: number) => Math.min(10_000, Math.floor(train / 6));

export function countSplitImages(split: Split, sizes: SetSizes): SetSizes {
  const heldOut = countHeldOut(sizes.trainCount);
  return split === 'validation' ? { ...sizes, trainCount: sizes.trainCount - heldOut, testCount: heldOut } : sizes;
}

export function selectSplit({ train, test }: ImageSets, split: Split, where: string): ImageSets {
  if (split === 'test') return { train, test };
  const kept = train.n - countHeldOut(train.n);
  if (kept === train.n)
    throw new UserError(
      `${where}: the validation split holds back a sixth of the training images, but there are only ${train.n}.`,
    );
  return { train: sliceImages(train, 0, kept), test: sliceImages(train, kept, train.n) };
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
