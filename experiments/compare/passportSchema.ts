import * as z from 'zod/mini';
import { int, minLength } from '../../core/declare/ranged.ts';
import { assumedPulseSchema, systemCostSchema } from '../logs/runJson.ts';

const figure = z.nullable(z.number());
const interval = z.nullable(z.tuple([z.number(), z.number()]));
const accuracies = z.array(z.number()).check(minLength(1));
const hashes = z.array(z.string());

const summary = {
  /** Accuracy per seed, % of the test images. */
  accuracy: accuracies,
  mean: z.number(),
  /** 95 % interval over seeds; null for one seed. */
  interval,
  weightsSha256: hashes,
  /** True if the device has an assumed value that affects learning. */
  isAssumed: z.boolean(),
};

/** Effect of a non-ideality: cost in accuracy with its interval, and the trainings of the variant, one per seed. */
const effect = { cost: z.number(), interval, accuracy: accuracies, weightsSha256: hashes, isAssumed: z.boolean() };

/** Schema of `passport.json`. Costs: accuracy of the ideal device minus that of the device, percentage points, paired by seed. */
export const passportSchema = z.looseObject({
  /** Warnings with which the page begins: misfit, energies that do not describe the device. */
  warnings: z.array(z.string()),
  device: z.looseObject({ name: z.string(), structure: z.nullable(z.string()), model: z.string(), sha256: z.string() }),
  protocol: z.object({
    neurons: int({ min: 1 }),
    train: int({ min: 1 }),
    test: int({ min: 1 }),
    epochs: int({ min: 0 }),
    seeds: int({ min: 1 }),
    label: z.optional(int({ min: 1 })),
    split: z.optional(z.string()),
    cost: z.optional(z.string()),
  }),
  ideal: z.object(summary),
  all: z.object({ ...summary, cost: z.number(), costInterval: interval }),
  /**
   * Effects of each non-ideality, by descending cost: added alone to the ideal device; `without`: removed from the
   * full device; `doubled`: doubled in the full device.
   */
  flaws: z.array(
    z.object({
      name: z.string(),
      ...effect,
      without: z.object(effect),
      doubled: z.optional(z.object(effect)),
    }),
  ),
  /** Energies, J, of a write and a read of one device, and of a training image. */
  energy: z.object({
    write: figure,
    read: figure,
    image: figure,
    assumed: assumedPulseSchema,
    assumedRead: assumedPulseSchema,
    isAssumed: z.boolean(),
  }),
  /** Latency, energy and area of the system; absent without circuits (`--cost`, or `cost` in the device file). */
  system: systemCostSchema,
  /**
   * Number of training images until the average device has received `pulses`, its endurance; `wornOut`: share of
   * the devices that are worn out after training.
   */
  lifetime: z.nullable(
    z.object({
      images: z.number(),
      pulses: z.number(),
      pulsesPerImage: z.number(),
      wornOut: z.number(),
      isAssumed: z.boolean(),
    }),
  ),
  /** Parameters of the retention model, and time over which a state was shown to last, s. */
  retention: z.object({ parameters: z.unknown(), demonstrated: figure }),
  array: z.object({
    onOffRatio: figure,
    currentRatio: z.number(),
    readLines: figure,
    halfSelectShare: figure,
    isAssumed: z.boolean(),
    columns: figure,
  }),
  measurement: z.nullable(
    z.looseObject({
      model: z.string(),
      verdict: z.string(),
      shareOfRange: z.number(),
      noiseFloor: z.number(),
      reasons: z.array(z.string()),
      parameters: z.array(z.object({ name: z.string(), value: z.number(), interval: z.nullable(z.array(figure)) })),
      command: z.string(),
      inputs: z.array(z.object({ file: z.string(), sha256: z.string() })),
    }),
  ),
  /** Number of draws from the bootstrap of the fit; 0: each seed has the same device parameters. */
  drawCount: z.number(),
  assumed: z.array(
    z.object({ parameter: z.string(), value: z.unknown(), unit: z.optional(z.string()), why: z.string() }),
  ),
  missing: z.array(z.string()),
  /** SHA-256 of device, protocol and results, without paths and dates. */
  sha256: z.string(),
});
export type Passport = z.output<typeof passportSchema>;
