import { signal } from '@preact/signals';
import * as z from 'zod/mini';
import { choice, described, integer, object, optional, text } from '../../../core/declare/params.ts';
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

const MOST_SET = 200;
const device = object({
  preset: optional(text({ help: 'a preset' })),
  model: optional(text({ help: 'a device model with its defaults' })),
  own: optional(described(z.looseObject({}), { description: 'a device file' })),
  set: z._default(
    z.looseObject({}).check(z.refine((set) => Object.keys(set).every((key) => key.length <= MOST_SET))),
    {},
  ),
});

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
      seed: described(z._default(seed, 1), { description: 'decides every random draw' }),
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
