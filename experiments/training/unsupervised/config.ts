import * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import {
  choice,
  described,
  flag,
  integer,
  number,
  object,
  optional,
  seedOption,
} from '../../../core/declare/params.ts';
import { validate } from '../../../core/declare/validate.ts';
import type { SetSizes } from '../../data/dataSet.ts';
import { MNIST_SIZES } from '../../data/mnist.ts';
import { SPLITS, splitSizes } from '../../data/split.ts';
import { withOwn } from '../../devices/load.ts';
import { isMapping, type Mapping } from '../../network/config/override.ts';
import { MODELS, type ModelChoice, withOrigins } from '../../network/models.ts';
import { modelSchema, models } from '../../network/schema.ts';
import { NETWORKS, type NetworkKind, windowsSection } from './architecture.ts';
import { scaleRecipe } from './budget.ts';
import { applyDevice, type DeviceSettings } from './device.ts';
import { featuresSection, getFirstDevice } from './features/config.ts';
import { findRuleRecipe } from './recipes.ts';
import { adaptToRecordings, checkRecordings, stimulus } from './stimulus.ts';

const neuron = object(
  {
    tau: number({ default: 100, min: 0, exclusiveMin: true, unit: 'ms', help: 'membrane time constant' }),
    threshold: number({ min: 0, exclusiveMin: true, unit: 'mV', help: 'initial threshold' }),
    hold: number({ default: 10, min: 0, unit: 'ms', help: 'duration of winner-take-all inhibition after a spike' }),
    readThreshold: number({
      min: 0,
      exclusiveMin: true,
      help: 'thresholds in labelling and test as a share of the learned thresholds',
    }),
    readNoise: number({
      default: 0,
      min: 0,
      help: 'relative sd of thresholds in labelling and test, drawn again after each output spike; 0: fixed thresholds',
    }),
  },
  'output neurons',
);

const training = object(
  {
    spikes: integer({
      default: 1,
      min: 1,
      help: 'number of output spikes that end a training image; homeostasis acts at the last of them',
    }),
    keepTraces: flag({
      help: 'traces of the rule persist between images, so that output spikes of one image pair with arrivals of the next; else traces are reset',
    }),
  },
  'end of a training image, and state kept between images',
);

const homeostasis = object(
  {
    gain: number({
      min: 0,
      unit: 'mV',
      help: 'strength of homeostasis, which makes all neurons win equally often, at the start of training; default: from neurons and presentations; 0: off',
    }),
    increment: number({ min: 0, unit: 'mV', help: 'increase of the threshold of a neuron at each of its spikes' }),
    anneal: number({ min: 0, help: 'decay of the gain: gain / (1 + anneal × progress), progress from 0 to 1' }),
    minimum: number({ default: 0.1, unit: 'mV', help: 'lower bound of thresholds' }),
  },
  'adaptation of thresholds in training',
);

/** Default settings for a number of neurons and presentations (epochs × training images) and a rule, chosen on the validation split. */
export function buildRecipe(
  neurons: number,
  presentations: number,
  rule = 'postTriggered',
  network: NetworkKind = 'layer',
): Mapping {
  const { device, ...others } = scaleRecipe(neurons, presentations, network);
  const ofRule = findRuleRecipe(rule);
  return {
    ...others,
    stimulus: {},
    training: ofRule.training ?? {},
    neuron: { ...others.neuron, ...ofRule.neuron },
    homeostasis: { ...others.homeostasis, ...ofRule.homeostasis?.(presentations / neurons) },
    weight: {},
    device: { model: 'exponential', gMin: 1e-8, gMax: 1e-4, ...device, betaDown: 0 },
    rule: { model: rule, ...ofRule.rule },
  };
}

/** Number, or a substitute for any other value, which the schema refuses later. */
const numberOr = (value: unknown, otherwise: number): number => (typeof value === 'number' ? value : otherwise);

/**
 * Completes settings with the recipe, key by key in each section; a section that names another model stays unchanged.
 * @param device device to which the recipe is adapted first
 * @param sizes number of images in the data set
 */
export function applyRecipe(settings: Mapping, device?: DeviceSettings | null, sizes: SetSizes = MNIST_SIZES): Mapping {
  const all = splitSizes(settings.split === 'validation' ? 'validation' : 'test', sizes).train;
  const presentations = numberOr(settings.epochs, 4) * numberOr(settings.train, all);
  const rule = isMapping(settings.rule) && typeof settings.rule.model === 'string' ? settings.rule.model : undefined;
  const network = NETWORKS.find((name) => name === settings.network) ?? 'layer';
  const budget = buildRecipe(numberOr(settings.neurons, 400), presentations, rule, network);
  const recordings = sizes.events || (isMapping(settings.stimulus) && settings.stimulus.speed !== undefined);
  const base: Mapping = {
    ...(recordings ? adaptToRecordings(budget) : budget),
    ...(network === 'windows' && { windows: {} }),
    ...(network === 'features' && { windows: { share: 0.6 }, features: { device: {} } }),
  };
  const recipe = device ? applyDevice(base, device) : base;
  const filled = Object.entries(recipe).map(([key, value]) => {
    const own = settings[key];
    if (!isMapping(own) || !isMapping(value)) return [key, own ?? value];
    return [key, own.model === undefined || own.model === value.model ? withOwn(value, own) : own];
  });
  return { ...settings, ...Object.fromEntries(filled) };
}

const PREPROCESSING = ['none', 'deskew', 'orientation'] as const;

export const mnistSchema = object({
  models,
  network: optional(
    choice(NETWORKS, {
      help: 'architecture; layer (default): each neuron sees the whole image; windows: groups of neurons see windows of the image and vote; features: groups see the spikes of a first stage that learns local features',
    }),
  ),
  windows: optional(windowsSection),
  features: optional(featuresSection),
  neurons: integer({ default: 400, min: 1, max: 65535, help: 'number of output neurons, with windows per window' }),
  epochs: integer({ default: 4, min: 0, max: 1000, help: 'number of presentations of each training image' }),
  seed: seedOption(),
  train: optional(integer({ min: 1, help: 'number of training images; default: all of the split (MNIST 60,000)' })),
  label: optional(
    integer({ min: 1, help: 'number of training images that label the neurons after training; default: train' }),
  ),
  test: optional(integer({ min: 1, help: 'number of test images; default: all of the split (MNIST 10,000)' })),
  split: choice(SPLITS, {
    default: 'test',
    help: 'images of the test; validation: last sixth of the training images, at most 10,000, which training then omits',
  }),
  preprocessing: choice(PREPROCESSING, {
    default: 'none',
    help: 'transformation of images; deskew: shear and centre; orientation: maps of edge orientation instead of intensity',
  }),
  recordDevices: optional(
    described(z.boolean(), {
      description: 'write pulses, write energy and condition of each device after training to devices.arrows; slower',
    }),
  ),
  recordWeights: optional(
    integer({
      min: 2,
      max: 10_000,
      help: 'number of snapshots of the weights, from before training to its end; default: one, at its end',
    }),
  ),
  labelSpikes: integer({ default: 3, min: 1, help: 'number of output spikes per image in labelling' }),
  testSpikes: integer({ min: 1, help: 'number of output spikes per image in the test' }),
  stimulus,
  training: optional(training),
  neuron,
  homeostasis,
  weight: object({
    initial: described(z._default(z.tuple([number({ help: 'lowest' }), number({ help: 'highest' })]), [0.01, 0.31]), {
      description: 'range of initial weights, uniformly distributed',
      unit: 'mV',
    }),
  }),
  device: modelSchema(MODELS.devices),
  shortTerm: optional(modelSchema(MODELS.shortTerms)),
  rule: modelSchema(MODELS.rules),
});

type ParsedConfig = z.output<typeof mnistSchema>;

/** Complete configuration of a run. */
export interface MnistConfig extends Omit<ParsedConfig, 'train' | 'label' | 'test' | 'device' | 'shortTerm' | 'rule'> {
  readonly train: number;
  readonly label: number;
  readonly test: number;
  readonly device: ModelChoice;
  readonly shortTerm?: ModelChoice | undefined;
  readonly rule: ModelChoice;
}

const FIRST_DEVICE = object({ device: modelSchema(MODELS.devices) });

/**
 * Completes a configuration: image counts from split and data set, and the files of its models.
 * Omits `network` and `training` at their defaults.
 */
export function resolveConfig(
  { training, network = 'layer', windows, features, ...config }: ParsedConfig,
  sizes: SetSizes = MNIST_SIZES,
): MnistConfig {
  const { train: all, test } = splitSizes(config.split, sizes);
  checkNetwork(network, { windows, features }, training?.spikes, config.preprocessing);
  const device = config.device as ModelChoice;
  const recordings = sizes.events ? { stimulus: { ...config.stimulus, speed: config.stimulus.speed ?? 1 } } : {};
  if (recordings.stimulus) checkRecordings(network, config);
  if (features?.device) validate(FIRST_DEVICE, { device: getFirstDevice({ device, features }) }, 'mnist: features');
  return withOrigins({
    ...config,
    ...recordings,
    ...(network !== 'layer' && { network, windows }),
    ...(network === 'features' && { features }),
    ...(training && (training.spikes > 1 || training.keepTraces) && { training }),
    train: config.train ?? all,
    label: config.label ?? config.train ?? all,
    test: config.test ?? test,
    device,
    rule: config.rule as ModelChoice,
  } as MnistConfig);
}

function checkNetwork(
  network: NetworkKind,
  { windows, features }: { readonly windows?: unknown; readonly features?: { readonly patch: number } | undefined },
  spikes: number | undefined,
  preprocessing: string,
): void {
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
  if (spikes !== undefined && spikes > 1)
    throw new UserError(
      `mnist: training.spikes is ${spikes}, but with network ${network} a training image ends with the first spike of each group; choose a rule that learns at the first spike, such as postTriggered.`,
    );
  if (preprocessing === 'orientation')
    throw new UserError(
      `mnist: preprocessing is orientation, which network ${network} does not support; use none or deskew.`,
    );
}
