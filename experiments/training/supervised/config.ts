import * as z from 'zod/mini';
import { POSITIVE_RANGE } from '../../../core/declare/elementParameter.ts';
import {
  choice,
  described,
  flag,
  integer,
  nonNegative,
  number,
  object,
  optional,
  positiveFraction,
  seedOption,
  text,
} from '../../../core/declare/params.ts';
import { validate } from '../../../core/declare/validate.ts';
import { peripheryParams, sliceParams } from '../../../synapses/crossbar/index.ts';
import { costSchema } from '../../cost/settings.ts';
import { splitOption } from '../../data/split.ts';
import { addSettingDefaults, type LoadedDevice } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { MODELS } from '../../network/models.ts';
import { createModelSchema, inputFilesSchema, modelFilesSchema } from '../../network/schema.ts';
import { signalsSection } from '../signals/settings.ts';
import { hardwareNoiseParams } from './hardwareNoise.ts';
import { ARCHITECTURES, type Architecture } from './model.ts';
import { driftParams } from './pcmDrift.ts';

const TRAINING_METHODS = ['inSitu', 'exSitu', 'hybrid'] as const;

const rate = number({ ...POSITIVE_RANGE, help: 'initial learning rate; decreases linearly to 0' });
const epochs = integer({ min: 0, max: 1000, help: 'number of passes over the training images' });
const batch = integer({ min: 1, max: 10_000, help: 'number of images whose gradients are averaged per update' });
const count = integer({ min: 1, max: 65_535, help: 'number of neurons or kernels of a layer' });
const counts = (fallback: number[], description: string) =>
  described(z._default(z.array(count).check(z.minLength(1)), fallback), { description });

const spikingParams = object(
  {
    rate: number({ default: 200, ...POSITIVE_RANGE, max: 1e5, unit: 'Hz', help: 'firing rate of a white input pixel' }),
    duration: number({ default: 200, min: 1, max: 1e5, unit: 'ms', help: 'presentation time per image' }),
    readings: integer({
      default: 8,
      min: 1,
      max: 100,
      help: 'number of readout times; each is twice the previous one',
    }),
    percentile: number({
      default: 99.9,
      min: 50,
      max: 100,
      unit: '%',
      help: 'percentile of the activations of each layer that corresponds to the firing rate of a white pixel',
    }),
    images: integer({ default: 1000, min: 1, help: 'number of test images of the spiking net' }),
  },
  'test of the trained net as integrate-and-fire neurons',
);
export type SpikingConfig = z.output<typeof spikingParams>;

/** Schema of the settings of training with labels. */
export const netSchema = object({
  models: modelFilesSchema,
  inputs: inputFilesSchema,
  network: choice(ARCHITECTURES, {
    help: 'architecture: perceptron (softmax regression), mlp (hidden layers) or cnn (convolutions)',
  }),
  training: choice(TRAINING_METHODS, {
    help: 'training method: inSitu (pulses on devices), exSitu (floating point, then programming) or hybrid (exSitu, then last layer inSitu)',
  }),
  seed: seedOption(),
  split: splitOption,
  signals: optional(signalsSection),
  train: optional(integer({ min: 1, help: 'number of training images; default: all' })),
  test: optional(integer({ min: 1, help: 'number of test images; default: all' })),
  hidden: counts([100], 'number of neurons of each hidden layer of mlp or eventprop'),
  kernels: counts([12, 24], 'number of kernels of each convolution of cnn'),
  kernelSize: integer({ default: 5, min: 1, max: 64, help: 'width and height of the convolution kernels, pixels' }),
  pooling: choice(['max', 'average'], { default: 'max', help: 'pooling method (2 × 2 pixels) after each convolution' }),
  pixels: object(
    {
      mean: number({ default: 0, help: 'mean that is subtracted from the grey values (0 to 1)' }),
      sd: number({ default: 1, ...POSITIVE_RANGE, help: 'divisor of grey values after mean subtraction' }),
    },
    'scaling of grey values; an imported net needs the mean and sd with which it was trained',
  ),
  import: optional(text({ help: 'file with trained weights: .npz, .safetensors, .onnx' })),
  floatingPoint: object(
    {
      epochs,
      batch,
      rate,
      momentum: number({ default: 0.9, min: 0, max: 1, exclusiveMax: true, help: 'momentum of gradient descent' }),
      shift: integer({ default: 0, min: 0, max: 100, help: 'largest random shift of images per axis, pixels' }),
      hardware: optional(hardwareNoiseParams),
    },
    'training in floating point before programming',
  ),
  inSitu: object({ epochs, batch, rate }, 'training on the devices'),
  weightRange: optional(
    number({ ...POSITIVE_RANGE, help: 'largest absolute weight on devices; default: largest one of each layer' }),
  ),
  slices: optional(sliceParams),
  centred: flag({ default: true, help: 'initial conductance of device pairs: near mid-range (true) or low (false)' }),
  interval: nonNegative(1, 'ms', 'time between images, in which retention and drift act'),
  device: createModelSchema(MODELS.devices),
  programming: object(
    {
      tolerance: positiveFraction(
        0.005,
        'largest accepted error of a programmed weight at readback, share of the range',
      ),
      maxPulses: integer({ default: 1000, min: 1, help: 'largest number of pulses to program one synapse' }),
      noise: number({
        default: 0,
        min: 0,
        max: 10,
        unit: '1',
        help: 'sd of the write error that remains after verification, divided by the range',
      }),
    },
    'program-and-verify',
  ),
  spiking: optional(spikingParams),
  drift: optional(driftParams),
  cost: optional(costSchema),
  ...peripheryParams.shape,
});

/** Settings of training with labels, validated by `netSchema`. */
export type NetConfig = z.output<typeof netSchema>;

/** Default settings per architecture, tuned on the MNIST validation split with ideal devices. */
const RECIPES: Readonly<Record<Architecture, Mapping>> = {
  perceptron: {
    training: 'inSitu',
    floatingPoint: { epochs: 5, batch: 32, rate: 0.02 },
    inSitu: { epochs: 5, batch: 1, rate: 0.02 },
    weightRange: 2,
  },
  mlp: {
    training: 'inSitu',
    floatingPoint: { epochs: 6, batch: 32, rate: 0.05 },
    inSitu: { epochs: 4, batch: 1, rate: 0.02 },
    weightRange: 1,
  },
  cnn: {
    training: 'exSitu',
    floatingPoint: { epochs: 5, batch: 32, rate: 0.05, shift: 1 },
    inSitu: { epochs: 2, batch: 1, rate: 0.01 },
  },
};

type NetDevice = Pick<LoadedDevice, 'device'> & Partial<Pick<LoadedDevice, 'cost'>>;

const IDEAL_DEVICE: Mapping = { model: 'ideal', wMin: -1, wMax: 1 };

/** Signed weights by a loaded device: each weight is the difference of a pair of devices, if their model has `reading`. */
export function createSignedDevice(device: LoadedDevice['device']): Mapping {
  if (device.model === 'ideal') return { ...device, ...IDEAL_DEVICE };
  return { ...device, ...('reading' in device && { reading: 'differential' }), weightAtGMax: 1 };
}

/** Adds the architecture's defaults to settings. By default, imported weights are programmed (exSitu). */
export function addArchitectureDefaults(given: Mapping, loaded: NetDevice | null): Mapping {
  const recipe = RECIPES[given.network as Architecture] ?? {};
  const training = given.training ?? (given.import === undefined ? recipe.training : 'exSitu');
  const { weightRange, ...otherDefaults } = recipe;
  const device = loaded ? createSignedDevice(loaded.device) : IDEAL_DEVICE;
  const inSitu = { ...(recipe.inSitu as Mapping), ...(training === 'hybrid' && { epochs: 2, rate: 0.01 }) };
  const defaults: Mapping = {
    pixels: {},
    programming: {},
    input: {},
    output: {},
    lines: {},
    update: {},
    ...otherDefaults,
    ...(training === 'inSitu' && given.import === undefined && weightRange !== undefined && { weightRange }),
    training,
    inSitu,
    device,
  };
  return addSettingDefaults(given, defaults, loaded?.cost);
}

/** Adds defaults to settings, then validates them. @param device loaded device; default: `ideal` with weights from -1 to 1 */
export const createNetConfig = (given: Mapping, device: NetDevice | null = null): NetConfig =>
  validate(netSchema, addArchitectureDefaults(given, device), 'learn');
