import * as z from 'zod/mini';
import {
  choice,
  described,
  flag,
  integer,
  number,
  object,
  optional,
  positive,
  positiveFraction,
  seedOption,
  text,
} from '../../../core/declare/params.ts';
import { validate } from '../../../core/declare/validate.ts';

export const SIGNAL_ENCODERS = ['values', 'onOff', 'levelCrossing', 'latency', 'gammatone'] as const;

const reservoirSection = object(
  {
    taus: described(z._default(z.array(number({ min: 0, exclusiveMin: true, help: 'time constant' })), [10, 30, 90]), {
      description: 'time constants of the volatile devices, ms; each input spike train drives one device per value',
    }),
    eta: positiveFraction(0.3, 'step of a device per spike, share of the distance to its largest conductance'),
    deviceToDevice: number({ default: 0.1, min: 0, help: 'relative sd of time constants and steps between devices' }),
    readings: integer({ default: 5, min: 1, max: 1000, help: 'number of read pulses per device, evenly spaced' }),
  },
  'volatile memristors between the encoder and the network, which sees their conductances at read pulses (8 bits)',
);
export type ReservoirConfig = z.output<typeof reservoirSection>;

/** Settings of signals in time: choice of examples, preparation, encoder. */
export const signalsSection = object(
  {
    test: optional(text({ help: 'file with the test examples, in the format of the training file' })),
    classColumn: text({ default: 'class', help: 'name of the CSV column with the class' }),
    splitColumn: optional(text({ help: 'name of the CSV column with the set of each example, train or test' })),
    share: optional(
      number({
        min: 0,
        exclusiveMin: true,
        max: 1,
        exclusiveMax: true,
        help: 'share of each class that becomes the test set, drawn at random',
      }),
    ),
    splitSeed: seedOption('seed of the random split by share'),
    classes: optional(
      described(z.array(z.union([z.string(), z.number()])).check(z.minLength(2)), {
        description: 'names of the classes to use; default: all',
      }),
    ),
    length: optional(
      integer({
        min: 2,
        max: 65_535,
        help: 'number of time points to which examples are interpolated linearly; default: mean length in training (gammatone: 20)',
      }),
    ),
    encoder: choice(SIGNAL_ENCODERS, {
      default: 'values',
      help: 'encoder of signals: values: 8-bit samples; onOff: samples above and below the mean of the channel as two inputs; levelCrossing, latency: spike times; gammatone: rates of a filter bank, for sound',
    }),
    duration: positive(100, 'ms', 'duration of an example with levelCrossing or latency'),
    step: positiveFraction(0.1, 'distance of the levels of levelCrossing, share of the range'),
    bands: integer({ default: 24, min: 1, max: 512, help: 'number of filters of encoder gammatone' }),
    shuffle: flag({ help: 'true: permute the time points of each example at random (control experiment)' }),
    reservoir: optional(reservoirSection),
  },
  'signals in time, for data from a CSV, npz, UCR or UEA file or from folders of wav files',
);
export type SignalsConfig = z.output<typeof signalsSection>;

export const validateSignals = (signals: unknown): SignalsConfig => validate(signalsSection, signals, 'signals');
