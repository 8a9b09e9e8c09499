import * as z from 'zod/mini';
import { decode, encode } from '../../../core/checkpoint/codec.ts';
import { UserError } from '../../../core/declare/errors.ts';
import { whole } from '../../../core/declare/ranged.ts';
import { validate } from '../../../core/declare/validate.ts';
import { type MnistConfig, mnistSchema, resolveConfig } from './config.ts';
import type { Learned } from './network.ts';
import type { MeanResponses } from './readout/readout.ts';

/** A layer that has learned, and what its neurons stand for: all it takes to answer. */
export interface TrainedLayer {
  readonly config: MnistConfig;
  readonly learned: Learned;
  readonly responses: MeanResponses;
  /** Percent of the test images, of these very weights. */
  readonly accuracy: number;
}

const LEVELS = 63;
const NOTES = z.object({
  config: z.looseObject({}),
  accuracy: z.number(),
  top: z.number(),
  commonest: whole(),
});

/** Weights as they come back from `packTrained`, in 64 steps of the largest. */
export function roundWeights(weights: Float32Array): Float32Array {
  const top = weights.reduce((a, b) => Math.max(a, b), 0) || 1;
  return weights.map((w) => (Math.round((Math.max(0, w) / top) * LEVELS) / LEVELS) * top);
}

/** A small file: a byte a weight, which `rounded` lose nothing by. */
export function packTrained({ config, learned, responses, accuracy }: TrainedLayer): Uint8Array {
  const top = learned.weights.reduce((a, b) => Math.max(a, b), 0) || 1;
  return encode(
    new Map<string, Uint8Array | Float64Array | Float32Array>([
      ['weights', Uint8Array.from(learned.weights, (w) => Math.round((Math.max(0, w) / top) * LEVELS))],
      ['thresholds', learned.thresholds],
      ['mean', Float32Array.from(responses.mean)],
    ]),
    { config, accuracy, top, commonest: responses.commonest },
  );
}

/** The reverse. @throws UserError for other files */
export function unpackTrained(bytes: Uint8Array, name: string): TrainedLayer {
  const { snapshot, notes } = decode(bytes, name);
  const { config: given, accuracy, top, commonest } = validate(NOTES, notes, name);
  const config = resolveConfig(validate(mnistSchema, given, name));
  const [weights, thresholds, mean] = ['weights', 'thresholds', 'mean'].map((key) => snapshot.get(key));
  const { neurons } = config;
  if (
    !weights ||
    !mean ||
    !thresholds ||
    thresholds.length !== neurons ||
    weights.length % neurons !== 0 ||
    mean.length % neurons !== 0
  )
    throw new UserError(`${name} is damaged: its arrays do not belong to ${neurons} neurons.`);
  const classes = mean.length / neurons;
  const total = Float64Array.from({ length: neurons }, (_, j) =>
    Float64Array.from(mean.subarray(j * classes, (j + 1) * classes)).reduce((sum, r) => sum + r, 0),
  );
  return {
    config,
    learned: {
      weights: Float32Array.from(weights, (w) => (w / LEVELS) * top),
      thresholds: Float64Array.from(thresholds),
    },
    responses: { neurons, classes, mean: Float64Array.from(mean), total, commonest },
    accuracy,
  };
}
