import { createHash } from 'node:crypto';
import { UserError } from '../../core/declare/errors.ts';
import type { MnistConfig } from './config.ts';
import { deskewImages } from './deskew.ts';
import type { LabelledImages, Mnist } from './idx.ts';
import { orientationImages } from './orientation.ts';

/** How many training images the validation split holds back. */
const VALIDATION = 10_000;

/**
 * The images that take part, by split and after preprocessing.
 * @throws UserError when there are fewer than the configuration asks for.
 */
export function imagesOf({ train, test }: Mnist, c: MnistConfig): Mnist {
  const kept = train.n - VALIDATION;
  if (c.split === 'validation' && kept < 1) {
    throw new UserError(
      `mnist: the validation split holds back ${VALIDATION} training images, but there are only ${train.n}.`,
    );
  }
  const [a, b] = c.split === 'validation' ? [part(train, 0, kept), part(train, kept, train.n)] : [train, test];
  checkCount('train', c.train, a.n, c);
  checkCount('label', c.label, a.n, c);
  checkCount('test', c.test, b.n, c);
  const preprocess = { none: (images: Uint8Array) => images, deskew: deskewImages, orientation: orientationImages }[
    c.preprocessing
  ];
  const preprocessed = (d: LabelledImages): LabelledImages => ({
    ...d,
    images: preprocess(d.images, d.rows, d.columns),
  });
  return { train: preprocessed(a), test: preprocessed(b) };
}

function checkCount(key: 'train' | 'label' | 'test', asked: number, there: number, { split }: MnistConfig): void {
  if (asked <= there) return;
  const set = `${key === 'test' ? 'test' : 'training'} set${split === 'validation' ? ' of the validation split' : ''}`;
  throw new UserError(`mnist: ${key} is ${asked}, but the ${set} has ${there} images; use --${key} ${there} or fewer.`);
}

function part(d: LabelledImages, from: number, to: number): LabelledImages {
  const size = d.rows * d.columns;
  return {
    ...d,
    n: to - from,
    images: d.images.subarray(from * size, to * size),
    labels: d.labels.subarray(from, to),
  };
}

/** SHA-256 of images and labels as read, in hex: a run is only gone on with on the same data. */
export function dataSha256({ train, test }: Mnist): string {
  const hash = createHash('sha256');
  for (const { images, labels } of [train, test]) hash.update(images).update(labels);
  return hash.digest('hex');
}
