import { quoted } from '../../cli/quoted.ts';
import { toAddress } from './address.ts';
import { deviceOf, type LabState, type LearnState, settingsOf } from './state.ts';

const isChanged = (device: ReturnType<typeof deviceOf>): boolean =>
  device !== undefined && (device.own !== undefined || Object.keys(device.set).length > 0);

/** What a device file of a side is called, beside the command. */
export const fileName = (side: 0 | 1): string => (side === 0 ? 'device.yaml' : 'device-b.yaml');

/** The command that trains the same; a device that is no preset or model as it is stands in a file. */
export function trainCommand(learn: LearnState, side: 0 | 1): string {
  const device = deviceOf(side);
  const { rule, preprocessing, ...flags } = settingsOf(learn);
  const words = Object.entries(flags).flatMap(([key, value]) => [`--${key}`, String(value)]);
  if (device !== undefined)
    words.unshift('--device', isChanged(device) ? fileName(side) : (device.preset ?? device.model)!);
  if (rule) words.push('--rule', rule.model);
  if (preprocessing) words.push('--preprocessing', preprocessing);
  return ['memspike', 'mnist', ...words].map(quoted).join(' ');
}

/** Whether the command of a side needs a file. */
export const needsFile = (side: 0 | 1): boolean => isChanged(deviceOf(side));

/** A link to the lab as it stands. */
export const linkTo = (state: LabState): string => `${location.origin}${location.pathname}${toAddress(state)}`;
