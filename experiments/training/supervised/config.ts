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
import { peripheryParams } from '../../../synapses/crossbar/index.ts';
import { SPLITS } from '../../data/split.ts';
import { type LoadedDevice, withOwn } from '../../devices/load.ts';
import { isMapping, type Mapping } from '../../network/config/override.ts';
import { MODELS } from '../../network/models.ts';
import { inputs, modelSchema, models } from '../../network/schema.ts';
import { ARCHITECTURES, type Architecture } from './architectures.ts';
import { spikingParams } from './spiking.ts';

export const TRAININGS = ['inSitu', 'exSitu', 'hybrid'] as const;

const rate = number({ min: 0, exclusiveMin: true, help: 'step at the start; it falls to 0 along a line' });
const epochs = integer({ min: 0, max: 1000, help: 'times that the training images are shown' });
const batch = integer({ min: 1, max: 10_000, help: 'images whose gradients are added up for one step' });
const count = integer({ min: 1, max: 65_535, help: 'how many' });

/** A net that is trained with labels, on devices or for them. */
export const netSchema = object({
  models,
  inputs,
  network: choice(ARCHITECTURES, { help: 'softmax regression, hidden layers, or convolutions and one full layer' }),
  training: choice(TRAININGS, {
    help: 'inSitu: on the devices, by pulses; exSitu: in floating point, then programmed; hybrid: programmed, then the last layer in situ',
  }),
  seed: seedOption(),
  split: choice(SPLITS, { default: 'test', help: 'validation: the last training images are the test set' }),
  train: optional(integer({ min: 1, help: 'training images; default: all' })),
  test: optional(integer({ min: 1, help: 'test images; default: all' })),
  hidden: described(z._default(z.array(count).check(z.minLength(1)), [100]), {
    description: 'neurons of each hidden layer of mlp',
  }),
  kernels: described(z._default(z.array(count).check(z.minLength(1)), [12, 24]), {
    description: 'kernels of each convolution of cnn',
  }),
  kernelSize: integer({ default: 5, min: 1, max: 64, help: 'rows and columns of a kernel' }),
  pooling: choice(['max', 'average'], { default: 'max', help: 'of 2 × 2 pixels after each convolution of cnn' }),
  pixels: object(
    {
      mean: number({ default: 0, help: 'taken off the grey values, which lie between 0 and 1' }),
      sd: number({ default: 1, min: 0, exclusiveMin: true, help: 'that they are divided by then' }),
    },
    'grey values as inputs; what an imported net was trained with',
  ),
  import: optional(text({ help: 'file with trained weights: .npz, .safetensors, .onnx' })),
  floatingPoint: object(
    {
      epochs,
      batch,
      rate,
      momentum: number({ default: 0.9, min: 0, max: 1, exclusiveMax: true, help: 'of the steps' }),
      shift: integer({
        default: 0,
        min: 0,
        max: 100,
        help: 'images are moved by up to so many pixels down or up, and across, drawn anew in each epoch',
      }),
    },
    'training before devices are programmed',
  ),
  inSitu: object({ epochs, batch, rate }, 'training on the devices'),
  weightRange: optional(
    number({
      min: 0,
      exclusiveMin: true,
      help: 'largest weight that devices can hold; left out: the largest of each layer, so that nothing is clipped',
    }),
  ),
  centred: flag({
    default: true,
    help: 'devices of a pair begin around the middle of their range, where either direction moves both; else as low as can be',
  }),
  interval: number({ default: 1, min: 0, unit: 'ms', help: 'from one image to the next, for what fades with time' }),
  device: modelSchema(MODELS.devices),
  programming: object(
    {
      tolerance: number({
        default: 0.005,
        min: 0,
        exclusiveMin: true,
        max: 1,
        unit: '1',
        help: 'how far off what is read may lie, as a share of the range',
      }),
      maxPulses: integer({ default: 1000, min: 1, help: 'most pulses that a synapse gets' }),
      noise: number({
        default: 0,
        min: 0,
        max: 10,
        unit: '1',
        help: 'sd (normal) of what a device has strayed by when it is next read, as a share of its range: what verification does not see',
      }),
    },
    'write and verify',
  ),
  spiking: optional(spikingParams),
  ...peripheryParams.shape,
});

export type NetConfig = z.output<typeof netSchema>;

/** Chosen on the validation split, for MNIST on ideal devices. */
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

const numberOr = (value: unknown, otherwise: unknown): unknown => value ?? otherwise;

/** Puts the recipe of a net under what is given. What was trained elsewhere is programmed, if nothing else is said. */
export function withNetRecipe(given: Mapping, loaded: Pick<LoadedDevice, 'device'> | null): Mapping {
  const recipe = RECIPES[given.network as Architecture] ?? {};
  const training = numberOr(given.training, given.import === undefined ? recipe.training : 'exSitu');
  const { weightRange, ...others } = recipe;
  const own = isMapping(given.device) ? given.device : undefined;
  const ideal = { model: 'ideal', wMin: -1, wMax: 1 };
  const device = loaded ? { ...loaded.device, ...pairOf(loaded), weightAtGMax: 1 } : ideal;
  const inSitu = { ...(recipe.inSitu as Mapping), ...(training === 'hybrid' && { epochs: 2, rate: 0.01 }) };
  const base: Mapping = {
    pixels: {},
    programming: {},
    input: {},
    output: {},
    lines: {},
    update: {},
    ...others,
    ...(training === 'inSitu' && given.import === undefined && weightRange !== undefined && { weightRange }),
    training,
    inSitu,
    device:
      own === undefined || own.model === undefined || own.model === device.model ? withOwn(device, own ?? {}) : own,
  };
  const filled = Object.entries(base).map(([key, value]) => {
    const mine = given[key];
    return [
      key,
      key !== 'device' && isMapping(mine) && isMapping(value)
        ? withOwn(value, mine)
        : key === 'device'
          ? value
          : (mine ?? value),
    ];
  });
  return { ...given, ...Object.fromEntries(filled) };
}

/** Two devices for each weight, where the model can be read so. */
function pairOf({ device }: Pick<LoadedDevice, 'device'>): Mapping {
  return 'reading' in device ? { reading: 'differential' } : {};
}
