import { z } from 'zod';
import { choice, integer, number, object } from '../../core/params.ts';
import { MODELS, type ModelChoice, oneModel } from '../network/schema.ts';

const stimulus = object(
  {
    rate: number({ default: 6400, min: 0, exclusiveMin: true, unit: 'Hz', help: 'all pixels of an image together' }),
    gamma: number({ default: 1, min: 0, exclusiveMin: true, help: 'rate of a pixel goes with (intensity)^gamma' }),
    duration: number({
      default: 350,
      min: 0,
      exclusiveMin: true,
      unit: 'ms',
      help: 'longest presentation of an image',
    }),
  },
  'Poisson spike trains of an image',
);

const neuron = object(
  {
    tau: number({ default: 100, min: 0, exclusiveMin: true, unit: 'ms', help: 'membrane time constant' }),
    threshold: number({ default: 45, min: 0, exclusiveMin: true, unit: 'mV', help: 'initial threshold' }),
    hold: number({ default: 10, min: 0, unit: 'ms', help: 'winner-take-all: all are silenced so long after a spike' }),
    readThreshold: number({
      default: 0.5,
      min: 0,
      exclusiveMin: true,
      help: 'thresholds in labelling and test, as a share of the learned ones',
    }),
  },
  'output neurons',
);

const homeostasis = object(
  {
    gain: number({
      min: 0,
      unit: 'mV',
      help: 'equal shares at the start of training; 0: off; default neurons / 80',
    }).optional(),
    increment: number({ min: 0, unit: 'mV', help: 'added at each own spike; default neurons / 8000' }).optional(),
    anneal: number({ default: 100, min: 0, help: 'gain is divided by 1 + anneal × progress' }),
    minimum: number({ default: 0.1, unit: 'mV', help: 'no threshold falls below this' }),
  },
  'thresholds in training',
);

/** `exponential` with the parameters chosen on the validation split. */
export const DEFAULT_DEVICE = {
  model: 'exponential',
  gMin: 1e-8,
  gMax: 1e-4,
  alphaUp: 0.12,
  alphaDown: 0.009,
  betaUp: 5,
  betaDown: 0,
};

/** The MNIST job. `train`, `label`, `test`: how many images; `validate` holds back the last 10,000 training images as test set. */
export const mnistSchema = object({
  neurons: integer({ default: 400, min: 1, max: 65535, help: 'output neurons' }),
  epochs: integer({ default: 4, min: 0, max: 1000, help: 'times that the training images are shown' }),
  seed: z
    .union([z.int(), z.string().min(1)])
    .default(1)
    .meta({ description: 'integer or text; decides every random draw' }),
  train: integer({ min: 1, help: 'training images; default 60,000, in validation 50,000' }).optional(),
  label: integer({ min: 1, help: 'training images shown again to learn the readout; default as for train' }).optional(),
  test: integer({ default: 10000, min: 1, help: 'test images' }),
  split: choice(['test', 'validation'], {
    default: 'test',
    help: 'validation: train on the first 50,000 training images, test on the last 10,000',
  }),
  preprocessing: choice(['none', 'deskew'], { default: 'none', help: 'deskew: shear and centre every image' }),
  labelSpikes: integer({ default: 3, min: 1, help: 'output spikes per image in labelling' }),
  testSpikes: integer({ default: 20, min: 1, help: 'output spikes per image in the test' }),
  stimulus: stimulus.prefault({}),
  neuron: neuron.prefault({}),
  homeostasis: homeostasis.prefault({}),
  weight: object({
    initial: z
      .tuple([number({ help: 'lowest' }), number({ help: 'highest' })])
      .default([0.01, 0.31])
      .meta({ description: 'uniform', unit: 'mV' }),
  }).prefault({}),
  device: oneModel(MODELS.devices).prefault(DEFAULT_DEVICE),
  rule: oneModel(MODELS.rules).prefault({ model: 'postTriggered', window: 50 }),
});

type Given = z.output<typeof mnistSchema>;

/** The configuration of a run with everything settled. */
export interface MnistConfig extends Omit<Given, 'train' | 'label' | 'homeostasis' | 'device' | 'rule'> {
  readonly train: number;
  readonly label: number;
  readonly homeostasis: {
    readonly gain: number;
    readonly increment: number;
    readonly anneal: number;
    readonly minimum: number;
  };
  readonly device: ModelChoice;
  readonly rule: ModelChoice;
}

/** Fills in what depends on the split and on the number of neurons. */
export function settled(config: Given): MnistConfig {
  const { neurons, split, homeostasis: h } = config;
  const all = split === 'validation' ? 50_000 : 60_000;
  return {
    ...config,
    train: config.train ?? all,
    label: config.label ?? all,
    homeostasis: { ...h, gain: h.gain ?? neurons / 80, increment: h.increment ?? neurons / 8000 },
    device: config.device as ModelChoice,
    rule: config.rule as ModelChoice,
  };
}
