import { UserError } from '../../core/declare/errors.ts';
import type { LabelledImages, Sets, Sizes } from './dataSet.ts';

/** test: the sets as they are. validation: the last images of the training set are the test set; the test set is not touched. */
export const SPLITS = ['test', 'validation'] as const;
export type Split = (typeof SPLITS)[number];

/** How many of `train` images the validation split holds back: a sixth, at most 10,000. */
const heldBack = (train: number): number => Math.min(10_000, Math.floor(train / 6));

/** What is left of these sizes in a split. */
export function sizesIn(split: Split, sizes: Sizes): Sizes {
  const held = heldBack(sizes.train);
  return split === 'validation' ? { ...sizes, train: sizes.train - held, test: held } : sizes;
}

/** The images of a split. @throws UserError where there are too few to hold any back. */
export function splitOf({ train, test }: Sets, split: Split, where: string): Sets {
  if (split === 'test') return { train, test };
  const kept = train.n - heldBack(train.n);
  if (kept === train.n)
    throw new UserError(
      `${where}: the validation split holds back a sixth of the training images, but there are only ${train.n}.`,
    );
  return { train: part(train, 0, kept), test: part(train, kept, train.n) };
}

function part(d: LabelledImages, from: number, to: number): LabelledImages {
  const size = d.rows * d.columns;
  return {
    ...d,
    n: to - from,
    images: d.images.subarray(from * size, to * size),
    labels: d.labels.subarray(from, to),
    ...(d.events && { events: d.events.slice(from, to) }),
  };
}
