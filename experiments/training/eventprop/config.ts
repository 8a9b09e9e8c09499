import type * as z from 'zod/mini';
import {
  choice,
  described,
  flag,
  fraction,
  integer,
  nonNegative,
  number,
  object,
  optional,
  positive,
  positiveFraction,
} from '../../../core/declare/params.ts';
import { YIN_YANG } from '../../data/yinYang.ts';
import { addSettingDefaults, type LoadedDevice } from '../../devices/load.ts';
import type { Mapping } from '../../network/config/override.ts';
import { createSignedDevice, netSchema } from '../supervised/config.ts';
import { firstSpikeLossParams } from './loss.ts';

const { models, inputs, seed, split, train, test, hidden, weightRange, centred, interval, device, update } =
  netSchema.shape;
const { epochs, batch } = netSchema.shape.inSitu.shape;

/** Schema of the settings of training by exact gradients through spike times. */
export const eventPropSchema = object({
  ...{ models, inputs, seed, split, train, test, hidden, epochs, batch },
  network: choice(['eventprop'], { help: 'layers of LIF neurons, trained by exact gradients through spike times' }),
  dataSeed: integer({
    default: 40,
    min: 0,
    help: 'seed of the generated test points of yin-yang; validation and training points have the next two seeds',
  }),
  tau: positive(20, 'ms', 'membrane time constant; the threshold of the neurons is 1, the reset potential 0'),
  tauSyn: positive(5, 'ms', 'decay time constant of the synaptic current'),
  encoding: object(
    {
      span: positive(20, 'ms', 'time of the latest possible input spike'),
      minimum: integer({ default: 1, min: 0, max: 255, help: 'largest grey value at which a pixel has no spike' }),
      duration: positive(40, 'ms', 'duration of a sample'),
    },
    'latency code: one spike per input, the earlier the larger the grey value; with yin-yang, at span × coordinate',
  ),
  initial: object(
    {
      hiddenMean: number({ default: 0.078, unit: '1', help: 'mean weight of hidden layers relative to the threshold' }),
      hiddenSd: nonNegative(0.045, '1', 'sd of the weights of hidden layers, relative to the threshold'),
      outputMean: number({ default: 0.2, unit: '1', help: 'mean weight of the output layer relative to threshold' }),
      outputSd: nonNegative(0.37, '1', 'sd of the weights of the output layer, relative to the threshold'),
      delay: nonNegative(1, 'ms', 'largest delay, if delays are learnt'),
    },
    'initial weights (normal distribution) and delays (uniform distribution from 0)',
  ),
  delays: flag({ help: 'true to give each synapse a delay, which is learnt' }),
  loss: object(
    {
      measure: choice(['firstSpike', 'mean', 'maximum'], {
        default: 'maximum',
        help: 'measured value of each output neuron: time of the first spike, or mean or maximum of the potential of neurons without threshold',
      }),
      reduction: choice(['crossEntropy', 'relativeError'], {
        default: 'crossEntropy',
        help: 'loss of the measured values: cross entropy, or squared error of differences of first-spike times',
      }),
      ...firstSpikeLossParams,
    },
    'loss function',
  ),
  minSlope: positive(
    1e-3,
    '1',
    'smallest divisor I - 1 (current minus threshold) of gradients at a spike; larger values reduce the noise of gradients by spikes that hardly reach the threshold',
  ),
  dropout: fraction(0, 'probability that an input spike is left out in training'),
  optimiser: object(
    {
      rate: positive(0.005, '1', 'initial learning rate of the weights'),
      delayRate: positive(0.05, 'ms', 'initial learning rate of the delays'),
      decay: positiveFraction(0.95, 'factor of the learning rates per epoch'),
    },
    'optimiser Adam',
  ),
  rateRegularisation: nonNegative(0, '1', 'change of the adjoint at each hidden spike, per spike above rateTarget'),
  rateTarget: nonNegative(1, '1', 'wanted number of spikes of a hidden neuron per sample'),
  revival: object(
    {
      hidden: nonNegative(1e-4, '1', 'increase of the weights of hidden neurons per update, if silent for an epoch'),
      label: nonNegative(
        0.05,
        '1',
        'increase of gradients per arriving spike, if the output neuron of the label is silent',
      ),
    },
    'revival of silent neurons, whose gradient is 0',
  ),
  device: optional(device),
  weightRange: described(optional(weightRange), {
    description: 'largest absolute weight on devices; default: 2 |mean| + 6 sd of the initial weights of each layer',
  }),
  ...{ centred, interval, update },
});

/** Settings of training by exact gradients, validated by `eventPropSchema`. */
export type EventPropConfig = z.output<typeof eventPropSchema>;

/** Default settings of data sets: Wunderlich & Pehle 2021 (doi:10.1038/s41598-021-91786-z), tuned on validation samples. */
const RECIPES = {
  yinYang: {
    hidden: [200],
    encoding: { span: 30, duration: 60 },
    initial: { hiddenMean: 1.5, hiddenSd: 0.78, outputMean: 0.93, outputSd: 0.1 },
    loss: { measure: 'firstSpike', temperature: 0.25 },
    epochs: 28,
    batch: 20,
    optimiser: { decay: 0.9 },
  },
  images: {
    hidden: [350],
    loss: { measure: 'mean' },
    minSlope: 1,
    epochs: 10,
    batch: 20,
    dropout: 0.1,
    optimiser: { decay: 0.65 },
  },
} satisfies Record<string, Mapping>;

const SECTIONS = { encoding: {}, initial: {}, loss: {}, revival: {} };

/** Adds the default settings of a data set. @param data directory or name of the data set */
export function addEventPropDefaults(
  given: Mapping,
  loaded: Pick<LoadedDevice, 'device'> | null,
  data?: string,
): Mapping {
  const device = loaded && createSignedDevice(loaded.device);
  const defaults: Mapping = {
    ...SECTIONS,
    ...RECIPES[data === YIN_YANG ? 'yinYang' : 'images'],
    ...((device || given.device !== undefined) && { update: {} }),
    ...(device && { device }),
  };
  return addSettingDefaults(given, defaults, undefined);
}
