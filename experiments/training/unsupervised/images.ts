import { UserError } from '../../../core/declare/errors.ts';
import type { LabelledImages, Sets } from '../../data/dataSet.ts';
import { type Split, selectSplit } from '../../data/split.ts';
import type { MnistConfig } from './config.ts';
import { deskewImages } from './deskew.ts';
import { createOrientationMaps } from './orientation.ts';

type ImagesConfig = Pick<MnistConfig, 'split' | 'preprocessing' | 'stimulus' | 'train' | 'label' | 'test'>;

/**
 * Training and test images of the selected split, after preprocessing.
 * @param where command name, for error messages
 * @throws UserError if the data set has too few images, or recordings instead of images
 */
export function imagesOf<S extends Sets>(set: S, c: ImagesConfig, where = 'mnist'): S {
  const { train, test } = selectSplit(set, c.split, where);
  checkKind(c, train.events !== undefined, where);
  checkCount('train', c.train, train.n, c.split, where);
  checkCount('label', c.label, train.n, c.split, where);
  checkCount('test', c.test, test.n, c.split, where);
  const preprocess = { none: (images: Uint8Array) => images, deskew: deskewImages, orientation: createOrientationMaps }[
    c.preprocessing
  ];
  const preprocessed = (d: LabelledImages): LabelledImages => ({
    ...d,
    images: preprocess(d.images, d.rows, d.columns),
  });
  return { ...set, train: preprocessed(train), test: preprocessed(test) };
}

function checkKind({ stimulus: { speed } }: Pick<MnistConfig, 'stimulus'>, events: boolean, where: string): void {
  if (events === (speed !== undefined)) return;
  throw new UserError(
    events
      ? `${where}: the data are recordings of an event camera, but stimulus.speed is not set; 1 plays them as they were recorded.`
      : `${where}: stimulus.speed is ${speed}, which is for recordings of an event camera, but the data are images; leave it out.`,
  );
}

function checkCount(key: 'train' | 'label' | 'test', count: number, limit: number, split: Split, where: string): void {
  if (count <= limit) return;
  const set = `${key === 'test' ? 'test' : 'training'} set${split === 'validation' ? ' of the validation split' : ''}`;
  throw new UserError(
    `${where}: ${key} is ${count}, but the ${set} has ${limit} images; use --${key} ${limit} or fewer.`,
  );
}
