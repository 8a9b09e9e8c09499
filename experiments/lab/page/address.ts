import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import { UserError } from '../../../core/declare/errors.ts';
import { validate } from '../../../core/declare/validate.ts';
import { quoteForShell } from '../../output/commandLine.ts';
import {
  type DeviceIndex,
  getChosenDevice,
  INITIAL_STATE,
  type LabState,
  labStateSchema,
  type TrainingSettings,
  toMnistSettings,
} from './state.ts';

const VERSION = 1;
/** Maximum length of an address (URL), characters, and of its uncompressed state, bytes. */
const [MAX_LENGTH, MAX_BYTES] = [32_768, 262_144];

const encodeBase64 = (bytes: Uint8Array): string =>
  btoa(strFromU8(bytes, true)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
const decodeBase64 = (text: string): Uint8Array => strToU8(atob(text.replaceAll('-', '+').replaceAll('_', '/')), true);

function pickChanges(value: unknown, initial: unknown): unknown {
  if (JSON.stringify(value) === JSON.stringify(initial)) return undefined;
  if (typeof value !== 'object' || value === null || Array.isArray(value) || typeof initial !== 'object') return value;
  const entries = Object.entries(value).map(([key, v]) => [
    key,
    pickChanges(v, (initial as Record<string, unknown>)?.[key]),
  ]);
  return Object.fromEntries(entries.filter(([, v]) => v !== undefined));
}

/** URL fragment: `#`, version, full stop, compressed JSON of the changed values. */
export function formatUrlFragment(state: LabState): string {
  if (JSON.stringify(state) === JSON.stringify(INITIAL_STATE)) return '';
  const defaults = validate(labStateSchema, {}, 'the lab');
  const json = JSON.stringify(pickChanges(state, defaults) ?? {});
  return `#${VERSION}.${encodeBase64(deflateSync(strToU8(json), { level: 9 }))}`;
}

function unpackText(packed: Uint8Array): string {
  const bytes = inflateSync(packed);
  if (bytes.length > MAX_BYTES)
    throw new UserError(`The address unpacks to more than ${MAX_BYTES / 1024} kB; the lab does not open it.`);
  return strFromU8(bytes);
}

/** Reads the lab state from a URL fragment; undefined if the fragment is empty. */
export function parseUrlFragment(hash: string): LabState | undefined {
  if (hash === '' || hash === '#') return undefined;
  const [, version, text] = /^#(\d+)\.([\w-]*)$/.exec(hash) ?? [];
  if (version === undefined)
    throw new UserError('The part of the address after # is not a state of the lab; it is ignored.');
  if (Number(version) > VERSION)
    throw new UserError(
      `The address has version ${version}, but this lab reads versions up to ${VERSION}; open the address in a newer lab, or reload this page.`,
    );
  if (hash.length > MAX_LENGTH)
    throw new UserError(`The address is longer than ${MAX_LENGTH} characters; the lab does not open it.`);
  let value: unknown;
  try {
    value = JSON.parse(unpackText(decodeBase64(text!)));
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError('The address is damaged: a part of it is missing or changed.', { cause: error });
  }
  return validate(labStateSchema, value, 'The address');
}

export function needsDeviceFile(index: DeviceIndex): boolean {
  const device = getChosenDevice(index);
  return device !== undefined && (device.own !== undefined || Object.keys(device.set).length > 0);
}

export const getDeviceFileName = (index: DeviceIndex): string => (index === 0 ? 'device.yaml' : 'device-2.yaml');

/** Formats the command line of a training. The command line for a modified device names a device file. */
export function formatTrainCommand(learn: TrainingSettings, index: DeviceIndex): string {
  const device = getChosenDevice(index);
  const { rule, preprocessing, ...flags } = toMnistSettings(learn);
  const words = Object.entries(flags).flatMap(([key, value]) => [`--${key}`, String(value)]);
  if (device !== undefined)
    words.unshift('--device', needsDeviceFile(index) ? getDeviceFileName(index) : (device.preset ?? device.model)!);
  if (rule) words.push('--rule', rule.model);
  if (preprocessing) words.push('--preprocessing', preprocessing);
  return ['memspike', 'mnist', ...words].map(quoteForShell).join(' ');
}

export const formatStateLink = (state: LabState): string =>
  `${location.origin}${location.pathname}${formatUrlFragment(state)}`;
