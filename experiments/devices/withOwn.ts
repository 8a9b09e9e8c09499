import type { Mapping } from '../network/config/override.ts';

/** A device with parameters of one's own over those of its file: what they tell of the pulse is no longer assumed. */
export function withOwn<D extends Mapping>(found: D, own: Mapping): D & Mapping {
  const { assumed, ...rest } = found;
  const told = Object.keys(own);
  const voltage =
    assumed !== undefined && assumed !== 'writeTime' && !told.some((key) => key.startsWith('writeVoltage'));
  const time = assumed !== undefined && assumed !== 'writeVoltage' && !told.includes('writeTime');
  const left = voltage && time ? 'writePulse' : voltage ? 'writeVoltage' : 'writeTime';
  return { ...rest, ...((voltage || time) && { assumed: left }), ...own } as D & Mapping;
}
