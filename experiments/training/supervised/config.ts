import * as z from 'zod/mini';
import {
  choice,
  described,
  flag,
  integer,
  number,
  object,
  optional,
  seedOption,
  text,
} from '../../../core/declare/params.ts';
import { validate } from '../../../core/declare/validate.ts';
import { peripheryParams } from '../../../synapses/crossbar/index.ts';
import { SPLITS } from '../../data/split.ts';
import { type LoadedDevice, withOwn } from '../../devices/load.ts';
import { isMapping, type Mapping } from '../../network/config/override.ts';
import { MODELS } from '../../network/models.ts';
import { inputs, modelSchema, models } from '../../network/schema.ts';
import { ARCHITECTURES, type Architecture } from './architectures.ts';

export const TRAININGS = ['inSitu', 'exSitu', 'hybrid'] as const;

const rate = number({ min: 0, exclusiveMin: true, help: 'initial learning rate; falls linearly to 0' });
const epochs = integer({ min: 0, max: 1000, help: 'number of passes over the training images' });
const batch = integer({ min: 1, max: 10_000, help: 'number of images whose gradients are averaged for an update' });
const count = integer({ min: 1, max: 65_535, help: 'number of neurons or kernels' });

/** Settings of the spiking version of a net. */
const spikingParams = object(
  {
    rate: number({ default: 200, min: 0, exclusiveMin: true, max: 1e5, unit: 'Hz', help: 'rate of a white pixel' }),
    duration: number({ default: 200, min: 1, max: 1e5, unit: 'ms', help: 'time per image' }),
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
      help: 'percentile of the activations of a layer on training images that counts as a white pixel',
    }),
    images: integer({ default: 1000, min: 1, help: 'number of test images' }),
  },
  'test of the trained net as integrate-and-fire neurons',
);
export type SpikingConfig = z.output<typeof spikingParams>;

/** Settings of a net with labels, trained on devices or programmed into devices. */
export const netSchema = object({
  models,
  inputs,
  network: choice(ARCHITECTURES, { help: 'softmax regression, hidden layers, or convolutions and a dense layer' }),
  training: choice(TRAININGS, {
    help: 'inSitu: pulses on the devices; exSitu: floating point, then programming; hybrid: as exSitu, then the last layer in situ',
  }),
  seed: seedOption(),
  split: choice(SPLITS, { default: 'test', help: 'images for the test; validation: the last training images' }),
  train: optional(integer({ min: 1, help: 'number of training images; default: all' })),
  test: optional(integer({ min: 1, help: 'number of test images; default: all' })),
  hidden: described(z._default(z.array(count).check(z.minLength(1)), [100]), {
    description: 'number of neurons of each hidden layer of mlp',
  }),
  kernels: described(z._default(z.array(count).check(z.minLength(1)), [12, 24]), {
    description: 'number of kernels of each convolution of cnn',
  }),
  kernelSize: integer({ default: 5, min: 1, max: 64, help: 'rows and columns of a kernel' }),
  pooling: choice(['max', 'average'], { default: 'max', help: 'pooling of 2 × 2 pixels after each convolution' }),
  pixels: object(
    {
      mean: number({ default: 0, help: 'mean subtracted from the grey values, which lie between 0 and 1' }),
      sd: number({ default: 1, min: 0, exclusiveMin: true, help: 'divisor of the grey values after subtraction' }),
    },
    'scaling of grey values; an imported net needs the values of its training',
  ),
  import: optional(text({ help: 'file with trained weights: .npz, .safetensors, .onnx' })),
  floatingPoint: object(
    {
      epochs,
      batch,
      rate,
      momentum: number({ default: 0.9, min: 0, max: 1, exclusiveMax: true, help: 'momentum of gradient descent' }),
      shift: integer({
        default: 0,
        min: 0,
        max: 100,
        help: 'largest random shift of images in each direction, pixels',
      }),
    },
    'training in floating point before programming',
  ),
  inSitu: object({ epochs, batch, rate }, 'training on the devices'),
  weightRange: optional(
    number({
      min: 0,
      exclusiveMin: true,
      help: 'largest weight that devices can hold; default: largest weight of each layer, so that nothing is clipped',
    }),
  ),
  centred: flag({ default: true, help: 'if true, device pairs start near mid-range; otherwise as low as possible' }),
  interval: number({ default: 1, min: 0, unit: 'ms', help: 'time between images, for retention and drift' }),
  device: modelSchema(MODELS.devices),
  programming: object(
    {
      tolerance: number({
        default: 0.005,
        min: 0,
        exclusiveMin: true,
        max: 1,
        unit: '1',
        help: 'largest accepted read error, as a share of the range',
      }),
      maxPulses: integer({ default: 1000, min: 1, help: 'largest number of pulses per synapse' }),
      noise: number({
        default: 0,
        min: 0,
        max: 10,
        unit: '1',
        help: 'standard deviation of the write noise that remains after verification (normal), as a share of the device range',
      }),
    },
    'program-and-verify',
  ),
  spiking: optional(spikingParams),
  ...peripheryParams.shape,
});

export type NetConfig = z.output<typeof netSchema>;

/** Default settings, tuned on the validation split of MNIST with ideal devices. */
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

/** Completes settings with the recipe of the network. Imported weights are programmed by default. */
export function applyNetRecipe(given: Mapping, loaded: Pick<LoadedDevice, 'device'> | null): Mapping {
  const recipe = RECIPES[given.network as Architecture] ?? {};
  const training = given.training ?? (given.import === undefined ? recipe.training : 'exSitu');
  const { weightRange, ...otherDefaults } = recipe;
  const settings = isMapping(given.device) ? given.device : {};
  const ideal = { model: 'ideal', wMin: -1, wMax: 1 };
  const device = loaded ? { ...loaded.device, ...differentialReading(loaded), weightAtGMax: 1 } : ideal;
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
    device: settings.model === undefined || settings.model === device.model ? withOwn(device, settings) : settings,
  };
  const entries = Object.entries(defaults).map(([key, value]) => {
    const setting = given[key];
    if (key === 'device') return [key, value];
    return [key, isMapping(setting) && isMapping(value) ? withOwn(value, setting) : (setting ?? value)];
  });
  return { ...given, ...Object.fromEntries(entries) };
}

/** Setting for one pair of devices per weight, if the model supports differential reading. */
function differentialReading({ device }: Pick<LoadedDevice, 'device'>): Mapping {
  return 'reading' in device ? { reading: 'differential' } : {};
}

/** Validates the settings of a net and completes them with its recipe. @throws UserError */
export const netConfig = (given: Mapping, device: Pick<LoadedDevice, 'device'> | null = null): NetConfig =>
  validate(netSchema, applyNetRecipe(given, device), 'learn');
