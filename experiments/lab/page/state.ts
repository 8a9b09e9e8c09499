import { signal } from '@preact/signals';
import * as z from 'zod/mini';
import { choice, described, integer, object, optional, refine, text } from '../../../core/declare/params.ts';
import { printable } from '../../../core/declare/show.ts';
import { seed } from '../../../core/random/random.ts';
import { NETWORKS } from '../../mnist/architecture.ts';
import type { DeviceChoice } from '../worker/deviceFile.ts';

export const ROOMS = ['device', 'learn', 'draw', 'network', 'share'] as const;
export type Room = (typeof ROOMS)[number];

/** All rules, those with a recipe of the job's first. */
export const RULES = [
  'postTriggered',
  'pairStdp',
  'tripletStdp',
  'diehlCook',
  'stochasticBinary',
  'pulseOverlap',
  'eachSpike',
  'neighbourhood',
  'postTrace',
  'vogelsInhibitory',
] as const;
export const PREPROCESSING = ['none', 'deskew', 'orientation'] as const;

const MAX_PATH_LENGTH = 200;
const MAX_DEPTH = 32;

const isShallow = (value: unknown, depth = MAX_DEPTH): boolean =>
  typeof value !== 'object' ||
  value === null ||
  (depth > 0 && Object.values(value).every((v) => isShallow(v, depth - 1)));
const mapping = () =>
  z.looseObject({}).check(refine((value) => isShallow(value), `a mapping of at most ${MAX_DEPTH} levels`, false));
const name = (help: string) =>
  described(z.string().check(refine((value) => /^\w[\w-]{0,99}$/.test(value), 'a name of letters, digits, _ and -')), {
    description: help,
  });

/** Whether the command line passes a text on to the seed as it is, and a terminal obeys no character of it. */
const isSeedText = (text: string): boolean => {
  const number = Number(text);
  const isKept = Number.isNaN(number) || /^0\d/.test(text) || (Number.isSafeInteger(number) && String(number) === text);
  return isKept && !text.startsWith('-') && printable(text) === text;
};

const device = object({
  preset: optional(name('a preset')),
  model: optional(name('a device model with its defaults')),
  own: optional(described(mapping(), { description: 'a device file' })),
  set: z._default(
    mapping().check(
      refine(
        (set) => Object.keys(set).every((key) => key.length <= MAX_PATH_LENGTH),
        `values by paths of at most ${MAX_PATH_LENGTH} characters`,
      ),
    ),
    {},
  ),
}).check(
  refine(
    ({ preset, model, own }) => [preset, model, own].filter((one) => one !== undefined).length === 1,
    'a preset, a model or a device file of its own, and one of these only',
  ),
);

/** What the lab is set to, all of which an address holds. */
export const stateSchema = object({
  room: choice(ROOMS, { default: 'learn', help: 'the room that is open' }),
  devices: z._default(z.array(device).check(z.maxLength(2)), []),
  learn: z._default(
    object({
      network: choice(NETWORKS, {
        default: 'layer',
        help: 'layer, groups on windows, or such groups on learned features',
      }),
      neurons: integer({ default: 100, min: 1, max: 6400, help: 'output neurons, or those of each group' }),
      train: integer({ default: 10_000, min: 1, max: 60_000, help: 'training images' }),
      epochs: integer({ default: 1, min: 1, max: 20, help: 'times that they are shown' }),
      test: integer({ default: 10_000, min: 1, max: 10_000, help: 'test images' }),
      seed: described(
        z._default(
          seed.check(
            refine(
              (value) => typeof value === 'number' || isSeedText(value),
              'a whole number, or a text that reads as no other number, does not begin with "-" and has no control characters',
            ),
          ),
          1,
        ),
        { description: 'decides every random draw' },
      ),
      rule: choice(RULES, { default: 'postTriggered', help: 'plasticity rule' }),
      preprocessing: choice(PREPROCESSING, { default: 'none', help: 'what is done to images first' }),
    }),
    {
      ...{ network: 'layer', neurons: 100, train: 10_000, epochs: 1, test: 10_000, seed: 1 },
      ...{ rule: 'postTriggered', preprocessing: 'none' },
    },
  ),
  network: optional(text({ help: 'a network file' })),
});

export type LabState = z.output<typeof stateSchema>;
export type LearnState = LabState['learn'];

/** Settings as a file for `memspike mnist --config` has them. */
export const settingsOf = ({ network, rule, preprocessing, ...rest }: LearnState) => ({
  ...(network === 'layer' ? {} : { network }),
  ...rest,
  ...(preprocessing === 'none' ? {} : { preprocessing }),
  ...(rule === 'postTriggered' ? {} : { rule: { model: rule } }),
});

export const state = signal<LabState>(z.parse(stateSchema, {}));

export const change = (part: Partial<LabState>): void => {
  state.value = { ...state.value, ...part };
};
export const changeLearn = (part: Partial<LearnState>): void => change({ learn: { ...state.value.learn, ...part } });

/** The device of a side; undefined: the recipe's own. */
export const deviceOf = (side: 0 | 1): DeviceChoice | undefined =>
  state.value.devices[side] as DeviceChoice | undefined;

export function setDevice(side: 0 | 1, device: DeviceChoice | undefined): void {
  const devices = [...state.value.devices];
  if (device === undefined) devices.splice(side, 1);
  else devices[side] = device as (typeof devices)[number];
  change({ devices });
}
