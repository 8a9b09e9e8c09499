import { createHash } from 'node:crypto';
import { UserError } from '../../../core/declare/errors.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import { isSplitFile, selectSplit, takeFirst } from '../../data/split.ts';
import { createYinYang, YIN_YANG } from '../../data/yinYang.ts';
import { identifyDataSet, loadTrainingData } from '../dataOrigin.ts';
import type { EventPropConfig } from './config.ts';

/** Labelled samples as input spikes, at most one per input. */
export interface SpikeSamples {
  readonly sampleCount: number;
  readonly inputCount: number;
  readonly classCount: number;
  readonly labels: Uint8Array;
  /** Spike time of an input in a sample, ms; Infinity without a spike. */
  readonly timeOf: (sample: number, input: number) => number;
}

type Encoding = EventPropConfig['encoding'];

/** Encodes images: a pixel with grey value p above the minimum spikes at `span` × (1 - p/255), ms. */
function encodeImages({ n, labels, images, rows, columns }: LabelledImages, classCount: number, encoding: Encoding) {
  const { span, minimum } = encoding;
  const inputCount = rows * columns;
  const timeOf = (sample: number, input: number) => {
    const p = images[sample * inputCount + input]!;
    return p > minimum ? span * (1 - p / 255) : Infinity;
  };
  return { sampleCount: n, inputCount, classCount, labels, timeOf };
}

/** Loads or generates the training samples and the test or validation samples of a run, and identifies their data set. */
export function loadSamples(directory: string | undefined, c: EventPropConfig) {
  if (directory === YIN_YANG) return generateSamples(c);
  const all = loadTrainingData(directory);
  const sets = selectSplit(all, c.split, 'learn');
  const load = (name: 'train' | 'test') =>
    encodeImages(takeFirst(sets[name], c[name], name), all.classCount, c.encoding);
  return { train: load('train'), test: load('test'), data: identifyDataSet(all, directory) };
}

/** Generates Yin-Yang points: input of coordinate x spikes at `span` × x, ms; a fifth input at 0. */
function generateSamples({ train = 5000, test = 1000, dataSeed, split, encoding: { span } }: EventPropConfig) {
  if (isSplitFile(split))
    throw new UserError(`learn: split is ${split}, but ${YIN_YANG} is generated; use test or validation.`);
  const hash = createHash('sha256');
  const generate = (count: number, seed: number): SpikeSamples => {
    const { coordinates, n, ...points } = createYinYang(count, seed);
    hash.update(coordinates).update(points.labels);
    const timeOf = (sample: number, input: number) => (input === 4 ? 0 : span * coordinates[4 * sample + input]!);
    return { ...points, sampleCount: n, inputCount: 5, timeOf };
  };
  const sets = {
    train: generate(train, dataSeed + 2),
    test: generate(test, dataSeed + (split === 'validation' ? 1 : 0)),
  };
  return { ...sets, data: { file: YIN_YANG, sha256: hash.digest('hex') } };
}
