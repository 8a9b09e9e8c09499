import * as z from 'zod/mini';
import { POSITIVE_RANGE } from '../../../core/declare/elementParameter.ts';
import { UserError } from '../../../core/declare/errors.ts';
import {
  choice,
  described,
  flag,
  integer,
  nonNegative,
  number,
  object,
  optional,
  positive,
  seedOption,
} from '../../../core/declare/params.ts';
import { validate } from '../../../core/declare/validate.ts';
import { costSchema } from '../../cost/settings.ts';
import type { SetSizes } from '../../data/dataSet.ts';
import { MNIST_IMAGE_COUNTS } from '../../data/mnist.ts';
import { countSplitImages, isSplitFile, resolveSplit, splitOption } from '../../data/split.ts';
import { addSettingDefaults } from '../../devices/load.ts';
import { isMapping, type Mapping } from '../../network/config/override.ts';
import { hashInputFile } from '../../network/inputs.ts';
import { addModelFiles, MODELS, type ModelChoice } from '../../network/models.ts';
import { createModelSchema, inputFilesSchema, modelFilesSchema } from '../../network/schema.ts';
import { signalsSection } from '../signals/settings.ts';
import type { NetworkKind } from './architecture.ts';
import { featuresSection, getFirstStageDevice, NETWORK_KINDS, windowsSection } from './architecture.ts';
import { distortionSection } from './distortion.ts';
import {
  adaptSettingsToDevice,
  adaptSettingsToImages,
  adaptSettingsToRecordings,
  buildDefaultSettings,
  type DeviceSettings,
} from './recipes.ts';

const stimulus = object(
  {
    rate: positive(6400, 'Hz', 'total firing rate of all pixels'),
    gamma: number({ default: 1, ...POSITIVE_RANGE, help: 'exponent of the intensity in the firing rate' }),
    duration: positive(350, 'ms', 'maximum presentation time of an image'),
    speed: optional(
      number({
        ...POSITIVE_RANGE,
        max: 1000,
        help: 'playback speed of event recordings; default 1 (real time); with recordings, rate, gamma and duration are not used',
      }),
    ),
  },
  'Poisson spike trains of an image, or a recording',
);

const neuron = object(
  {
    tau: positive(100, 'ms', 'membrane time constant'),
    threshold: number({ ...POSITIVE_RANGE, unit: 'mV', help: 'initial threshold' }),
    hold: nonNegative(10, 'ms', 'duration of winner-take-all inhibition after a spike'),
    readThreshold: number({
      ...POSITIVE_RANGE,
      help: 'ratio of the threshold in labelling and test to the learned threshold',
    }),
    readNoise: number({ default: 0, min: 0, help: 'relative sd of thresholds in labelling and test, drawn per spike' }),
  },
  'output neurons',
);

const training = object(
  {
    spikes: integer({
      default: 1,
      min: 1,
      help: 'maximum number of output spikes per training image; homeostasis acts at the last one',
    }),
    order: choice(['random', 'byClass'], {
      default: 'random',
      help: 'order of the training images within an epoch; byClass: all images of class 0, then of class 1, … (continual learning)',
    }),
    classes: optional(
      integer({ min: 1, help: 'number of classes that are shown, from class 0 on; default: all; needs order byClass' }),
    ),
    keepTraces: flag({
      help: 'keep rule traces between images, so that output spikes pair with input spikes of the next image',
    }),
  },
  'end of a training image, state kept between images, and order of the images',
);

const homeostasis = object(
  {
    gain: number({
      min: 0,
      unit: 'mV',
      help: 'initial increase of the threshold per image that a neuron wins; 0: no homeostasis; default: set from the mean number of wins per neuron',
    }),
    increment: number({ min: 0, unit: 'mV', help: 'increase of the threshold at each spike of the neuron' }),
    anneal: number({ min: 0, help: 'decay of the homeostasis gain: gain / (1 + anneal × progress), progress 0 to 1' }),
    minimum: number({ default: 0.1, unit: 'mV', help: 'lower limit of the adaptive threshold' }),
  },
  'adaptation of thresholds in training',
);

const numberOr = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise);

/** Adds defaults for missing keys, except to sections with another `model`. @param device device to which defaults are adapted */
export function addDefaults(
  settings: Mapping,
  device?: DeviceSettings | null,
  sizes: SetSizes = MNIST_IMAGE_COUNTS,
): Mapping {
  const all = countSplitImages(typeof settings.split === 'string' ? settings.split : 'test', sizes).trainCount;
  const presentations = numberOr(settings.epochs, 4) * numberOr(settings.train, all);
  const rule = isMapping(settings.rule) && typeof settings.rule.model === 'string' ? settings.rule.model : undefined;
  const network = NETWORK_KINDS.find((name) => name === settings.network) ?? 'layer';
  const neurons = numberOr(settings.neurons, 400);
  const mapNeurons = settings.preprocessing === 'orientation' ? neurons : undefined;
  const budget = buildDefaultSettings(neurons, presentations, rule, network);
  const recordings =
    sizes.hasEventRecordings || (isMapping(settings.stimulus) && settings.stimulus.speed !== undefined);
  const base: Mapping = {
    ...(recordings
      ? adaptSettingsToRecordings(budget)
      : network === 'features'
        ? budget
        : adaptSettingsToImages(budget, sizes.activePixels, mapNeurons)),
    ...(network === 'windows' && { windows: {} }),
    ...(network === 'features' && { windows: { share: 0.6 }, features: { device: {} } }),
  };
  const recipe = device ? adaptSettingsToDevice(base, device) : base;
  return addSettingDefaults(settings, recipe, device?.cost);
}

const PREPROCESSING = ['none', 'deskew', 'normalise', 'contrast', 'orientation'] as const;

/** Schema of the settings of `memspike mnist`. */
export const mnistSchema = object({
  models: modelFilesSchema,
  inputs: inputFilesSchema,
  network: optional(
    choice(NETWORK_KINDS, {
      help: 'architecture; layer (default): each neuron sees the whole image; windows: each group of neurons sees a part of the image, and groups vote; features: a learned feature stage precedes the layer',
    }),
  ),
  windows: optional(windowsSection),
  features: optional(featuresSection),
  neurons: integer({ default: 400, min: 1, max: 65535, help: 'number of output neurons; with windows, per window' }),
  epochs: integer({ default: 4, min: 0, max: 1000, help: 'number of passes over the training images' }),
  seed: seedOption(),
  train: optional(integer({ min: 1, help: 'number of training images; default: whole split (MNIST: 60,000)' })),
  label: optional(
    integer({ min: 1, help: 'number of training images for labelling neurons; default: value of train' }),
  ),
  test: optional(integer({ min: 1, help: 'number of test images; default: whole test split (MNIST: 10,000)' })),
  split: splitOption,
  signals: optional(signalsSection),
  preprocessing: choice(PREPROCESSING, {
    default: 'none',
    help: 'image preprocessing; deskew: remove slant and centre; normalise: grey values divided by the local mean; contrast: ON and OFF maps of local contrast; orientation: maps of edge orientation',
  }),
  recordDevices: optional(
    described(z.boolean(), {
      description: 'record pulse counts, write energy and wear of each device after training in devices.arrows; slower',
    }),
  ),
  recordWeights: optional(
    integer({
      min: 2,
      max: 10_000,
      help: 'number of weight snapshots, evenly spaced from start to end of training; default: one snapshot, at the end',
    }),
  ),
  distortion: optional(distortionSection),
  labelSpikes: integer({ default: 3, min: 1, help: 'maximum number of output spikes per image in labelling' }),
  testSpikes: integer({ min: 1, help: 'maximum number of output spikes per image in the test' }),
  stimulus,
  training: optional(training),
  neuron,
  homeostasis,
  weight: object({
    initial: described(z._default(z.tuple([number({ help: 'minimum' }), number({ help: 'maximum' })]), [0.01, 0.31]), {
      description: 'range of the uniformly distributed initial weights',
      unit: 'mV',
    }),
  }),
  device: createModelSchema(MODELS.devices),
  shortTerm: optional(createModelSchema(MODELS.shortTerms)),
  rule: createModelSchema(MODELS.rules),
  cost: optional(costSchema),
});

type ParsedConfig = z.output<typeof mnistSchema>;

/** Complete settings of training without labels; `train`, `label` and `test` are numbers of images. */
export interface MnistConfig extends Omit<ParsedConfig, 'train' | 'label' | 'test' | 'device' | 'shortTerm' | 'rule'> {
  readonly train: number;
  readonly label: number;
  readonly test: number;
  readonly device: ModelChoice;
  readonly shortTerm?: ModelChoice | undefined;
  readonly rule: ModelChoice;
}

const FIRST_DEVICE = object({ device: createModelSchema(MODELS.devices) });

/** Completes a configuration with numbers of images and hashes of model files; omits sections with default values. */
export function resolveMnistConfig(
  { training, network = 'layer', windows, features, ...config }: ParsedConfig,
  sizes: SetSizes = MNIST_IMAGE_COUNTS,
): MnistConfig {
  const { trainCount: all, testCount: test } = countSplitImages(config.split, sizes);
  checkNetwork(network, { training, windows, features, ...config });
  if (sizes.hasEventRecordings) checkRecordings(config);
  const device = config.device as ModelChoice;
  if (features?.device) validate(FIRST_DEVICE, { device: getFirstStageDevice(device, features) }, 'mnist: features');
  const split = resolveSplit(config.split);
  return addModelFiles({
    ...config,
    split,
    ...(isSplitFile(split) && { inputs: [hashInputFile(split)] }),
    ...(sizes.hasEventRecordings && { stimulus: { ...config.stimulus, speed: config.stimulus.speed ?? 1 } }),
    ...(network !== 'layer' && { network, windows }),
    ...(network === 'features' && { features }),
    ...(training && (training.spikes > 1 || training.keepTraces || training.order !== 'random') && { training }),
    train: config.train ?? all,
    label: config.label ?? config.train ?? all,
    test: config.test ?? test,
    device,
    rule: config.rule as ModelChoice,
  } as MnistConfig);
}

function checkNetwork(network: NetworkKind, { windows, features, training, preprocessing }: Partial<ParsedConfig>) {
  if (training?.classes !== undefined && training.order !== 'byClass')
    throw new UserError(`mnist: training.classes is ${training.classes}, but needs training.order byClass.`);
  if (features !== undefined && network !== 'features')
    throw new UserError(`mnist: features is for network features, but network is ${network}; set network to features.`);
  if (features !== undefined && features.patch % 2 === 0)
    throw new UserError(
      `mnist: features.patch is ${features.patch}, but a patch has a middle pixel; choose an odd number.`,
    );
  if (network === 'layer') {
    if (windows !== undefined)
      throw new UserError('mnist: windows is for network windows, but network is layer; set network to windows.');
    return;
  }
  if (training !== undefined && training.spikes > 1)
    throw new UserError(
      `mnist: training.spikes is ${training.spikes}, but with network ${network} the presentation of a training image ends with the first spike of each group; choose a rule that learns at the first spike, such as postTriggered.`,
    );
  if (preprocessing === 'orientation' || preprocessing === 'contrast')
    throw new UserError(
      `mnist: preprocessing is ${preprocessing}, which network ${network} does not support; use "none", "deskew" or "normalise".`,
    );
}

function checkRecordings({
  stimulus: input,
  preprocessing,
  distortion,
}: Pick<ParsedConfig, 'stimulus' | 'preprocessing' | 'distortion'>) {
  if (distortion !== undefined)
    throw new UserError(
      'mnist: distortion changes images, but the data are recordings of an event camera; leave it out.',
    );
  if (preprocessing !== 'none')
    throw new UserError(
      `mnist: preprocessing is ${preprocessing}, but the data are recordings of an event camera; use "none".`,
    );
  const defaults = validate(stimulus, {}, 'mnist');
  for (const key of ['rate', 'gamma', 'duration'] as const)
    if (input[key] !== defaults[key])
      throw new UserError(
        `mnist: stimulus.${key} is ${input[key]}, but the data are recordings of an event camera, which determine spikes and duration; only stimulus.speed applies.`,
      );
}
