import * as z from 'zod/mini';
import { decodeCheckpoint, encodeCheckpoint } from '../../../core/checkpoint/codec.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { int } from '../../../core/declare/ranged.ts';
import { validate } from '../../../core/declare/validate.ts';
import { type MnistConfig, mnistSchema, resolveMnistConfig } from './config.ts';
import type { LearnedState } from './network.ts';
import type { MeanResponses } from './readout/readout.ts';

/** Smallest `margin` and `match` (0 to 1) with which the lab accepts a drawing as a digit. */
export interface RecognitionLimits {
  /** Votes for the class with most votes minus votes for the next, fraction of all votes. */
  readonly margin: number;
  /** Cosine similarity of image and receptive fields. */
  readonly match: number;
}

export interface TrainedLayer {
  readonly config: MnistConfig;
  readonly learned: LearnedState;
  readonly responses: MeanResponses;
  /** Test accuracy, %. */
  readonly accuracy: number;
  /** Limits for drawings in the lab; undefined until they are chosen from training images. */
  readonly limits?: RecognitionLimits | undefined;
}

const MAX_LEVEL = 63;
const NOTES_SCHEMA = z.object({
  config: z.looseObject({}),
  accuracy: z.number(),
  top: z.number(),
  commonest: int(),
  limits: z.optional(z.object({ margin: z.number(), match: z.number() })),
});

const findLargest = (weights: Float32Array) => weights.reduce((a, b) => Math.max(a, b), 0) || 1;

/** Quantises weights to 64 levels, evenly spaced from 0 to the largest weight. */
export function quantiseWeights(weights: Float32Array) {
  const top = findLargest(weights);
  return weights.map((w) => (Math.round((Math.max(0, w) / top) * MAX_LEVEL) / MAX_LEVEL) * top);
}

/** Packs a trained layer with one byte per weight; lossless for weights from `quantiseWeights`. */
export function packTrainedLayer({ config, learned, responses, accuracy, limits }: TrainedLayer) {
  const top = findLargest(learned.weights);
  return encodeCheckpoint(
    new Map<string, Uint8Array | Float64Array | Float32Array>([
      ['weights', Uint8Array.from(learned.weights, (w) => Math.round((Math.max(0, w) / top) * MAX_LEVEL))],
      ['thresholds', learned.thresholds],
      ['mean', Float32Array.from(responses.meanCounts)],
    ]),
    { config, accuracy, top, commonest: responses.commonestClass, ...(limits && { limits }) },
  );
}

export function unpackTrainedLayer(bytes: Uint8Array, name: string): TrainedLayer {
  const { snapshot, notes } = decodeCheckpoint(bytes, name);
  const { config: settings, accuracy, top, commonest, limits } = validate(NOTES_SCHEMA, notes, name);
  const config = resolveMnistConfig(validate(mnistSchema, settings, name));
  const [weights, thresholds, mean] = ['weights', 'thresholds', 'mean'].map((key) => snapshot.get(key));
  const { neurons } = config;
  const isWhole = (array: ArrayLike<unknown>) => array.length % neurons === 0;
  if (!weights || !mean || thresholds?.length !== neurons || !isWhole(weights) || !isWhole(mean))
    throw new UserError(`${name} is damaged: its arrays do not belong to ${neurons} neurons.`);
  const classes = mean.length / neurons;
  const total = Float64Array.from({ length: neurons }, (_, j) =>
    Float64Array.from(mean.subarray(j * classes, (j + 1) * classes)).reduce((sum, r) => sum + r, 0),
  );
  return {
    config,
    learned: {
      weights: Float32Array.from(weights, (w) => (w / MAX_LEVEL) * top),
      thresholds: Float64Array.from(thresholds),
    },
    responses: {
      neuronCount: neurons,
      classCount: classes,
      meanCounts: Float64Array.from(mean),
      summedMeans: total,
      commonestClass: commonest,
    },
    accuracy,
    ...(limits && { limits }),
  };
}
