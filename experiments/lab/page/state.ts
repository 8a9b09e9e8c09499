import { computed, signal } from '@preact/signals';
import * as z from 'zod/mini';
import { choice, described, integer, object, optional, refine, text } from '../../../core/declare/params.ts';
import { NETWORK_KINDS } from '../../training/unsupervised/architecture.ts';

export const VIEWS = ['start', 'device', 'learn', 'draw', 'network', 'share'] as const;
export type View = (typeof VIEWS)[number];

/** Learning rules; rules with default settings for MNIST come first. */
export const LEARNING_RULE_NAMES = [
  'postTriggered',
  'pairStdp',
  'tripletStdp',
  'diehlCook',
  'stochasticBinary',
  'pulseOverlap',
  'eachSpike',
  'neighbourhood',
  'postTrace',
  'spikeDriven',
  'vogelsInhibitory',
] as const;
export const PREPROCESSING_METHODS = ['none', 'deskew', 'orientation'] as const;

const MAX_DEPTH = 32;
export const MAX_SEED = 2 ** 31;

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

const deviceSchema = object({
  preset: optional(name('a preset')),
  model: optional(name('a device model with its defaults')),
  own: optional(described(mapping(), { description: "content of the user's device file" })),
  set: described(z._default(mapping(), {}), {
    description: 'changed values by path in the device file, such as `device.gMax`; null removes a section',
  }),
}).check(
  refine(
    ({ preset, model, own }) => [preset, model, own].filter((one) => one !== undefined).length === 1,
    'a device with exactly one of `preset`, `model` and `own`',
  ),
);

/** Device that the user has chosen, with the parameter values that the user has changed. */
export type DeviceChoice = Readonly<z.output<typeof deviceSchema>>;

export const labStateSchema = object({
  view: choice(VIEWS, { default: 'learn', help: 'view that the lab shows; addresses of earlier versions have none' }),
  devices: z._default(z.array(deviceSchema).check(z.maxLength(2)), []),
  learn: z.prefault(
    object({
      network: choice(NETWORK_KINDS, {
        default: 'layer',
        help: 'architecture: one layer, groups of neurons on windows of the image, or groups on learned features',
      }),
      neurons: integer({ default: 100, min: 1, max: 6400, help: 'number of output neurons (per group, if any)' }),
      train: integer({ default: 10_000, min: 1, max: 60_000, help: 'number of training images' }),
      epochs: integer({ default: 1, min: 1, max: 20, help: 'number of epochs' }),
      test: integer({ default: 10_000, min: 1, max: 10_000, help: 'number of test images' }),
      seed: integer({ default: 1, min: 0, max: MAX_SEED, help: 'seed of all random numbers' }),
      rule: choice(LEARNING_RULE_NAMES, { default: 'postTriggered', help: 'plasticity rule' }),
      preprocessing: choice(PREPROCESSING_METHODS, { default: 'none', help: 'image preprocessing' }),
    }),
    {},
  ),
  network: optional(text({ help: 'a network file' })),
});

export type LabState = z.output<typeof labStateSchema>;
export type TrainingSettings = LabState['learn'];

export const toMnistSettings = ({ network, rule, preprocessing, ...rest }: TrainingSettings) => ({
  ...(network === 'layer' ? {} : { network }),
  ...rest,
  ...(preprocessing === 'none' ? {} : { preprocessing }),
  ...(rule === 'postTriggered' ? {} : { rule: { model: rule } }),
});

/** Initial state, if the address of the page contains no state. */
export const INITIAL_STATE: LabState = { ...z.parse(labStateSchema, {}), view: 'start' };
export const labState = signal<LabState>(INITIAL_STATE);

/** Latest change of the state. `isContinued`: it replaces the latest entry of the browser history, as for steps of one slider drag. */
export const latestStateChange: { control?: string | undefined; isContinued: boolean } = { isContinued: true };

const formatSettings = ({ view: _, ...settings }: LabState): string => JSON.stringify(settings);
const earlierStates = signal<readonly LabState[]>([]);
export const canUndo = computed(() => earlierStates.value.length > 0);

/** Changes the state. @param control name of a slider or text field, whose successive changes are one step of history and undo */
export function changeState(part: Partial<LabState>, control?: string) {
  const before = labState.peek();
  latestStateChange.isContinued = control !== undefined && control === latestStateChange.control;
  latestStateChange.control = control;
  const after = { ...before, ...part };
  if (!latestStateChange.isContinued && formatSettings(before) !== formatSettings(after))
    earlierStates.value = [...earlierStates.value, before];
  labState.value = after;
}

/** Undoes the latest change of settings; the open view stays. */
export function undoChange() {
  const settings = earlierStates.value.at(-1)!;
  const remaining = earlierStates.value.slice(0, -1);
  restoreSettings(settings);
  earlierStates.value = remaining;
}

const restoreSettings = (settings: LabState) =>
  changeState({ network: undefined, ...settings, view: labState.peek().view }, undefined);
export const resetSettings = () => restoreSettings(INITIAL_STATE);

/** Opens a view. The next change by a control named like the view, such as its editor, joins the same undo step. */
export const openView = (view: View, part: Partial<LabState> = {}) => changeState({ ...part, view }, view);

export const changeTrainingSettings = (part: Partial<TrainingSettings>, control?: string) =>
  changeState({ learn: { ...labState.value.learn, ...part } }, control);

/** Index of a compared device. */
export type DeviceIndex = 0 | 1;

/** Device that the user has chosen; undefined: ideal device. */
export const getChosenDevice = (index: DeviceIndex): DeviceChoice | undefined => labState.value.devices[index];

export function setDevice(index: DeviceIndex, device: DeviceChoice | undefined, control?: string) {
  const devices = [...labState.value.devices];
  if (device === undefined) devices.splice(index, 1);
  else devices[index] = device;
  changeState({ devices }, control);
}
