import { quoteForShell } from '../../output/quoteForShell.ts';
import { formatAddress } from './address.ts';
import { getChosenDevice, type LabState, type LearnState, toMnistSettings } from './state.ts';

const isChanged = (device: ReturnType<typeof getChosenDevice>): boolean =>
  device !== undefined && (device.own !== undefined || Object.keys(device.set).length > 0);

/** Name of the device file for one of the two compared devices, as used in its command line. */
export const getDeviceFileName = (side: 0 | 1): string => (side === 0 ? 'device.yaml' : 'device-b.yaml');

/** Formats the command line that repeats a training; a modified device is read from a file. */
export function formatTrainCommand(learn: LearnState, side: 0 | 1): string {
  const device = getChosenDevice(side);
  const { rule, preprocessing, ...flags } = toMnistSettings(learn);
  const words = Object.entries(flags).flatMap(([key, value]) => [`--${key}`, String(value)]);
  if (device !== undefined)
    words.unshift('--device', isChanged(device) ? getDeviceFileName(side) : (device.preset ?? device.model)!);
  if (rule) words.push('--rule', rule.model);
  if (preprocessing) words.push('--preprocessing', preprocessing);
  return ['memspike', 'mnist', ...words].map(quoteForShell).join(' ');
}

/** True if the command line of this device needs a device file. */
export const needsDeviceFile = (side: 0 | 1): boolean => isChanged(getChosenDevice(side));

export const formatLink = (state: LabState): string => `${location.origin}${location.pathname}${formatAddress(state)}`;
