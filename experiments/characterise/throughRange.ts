import type { LoadedDevice } from '../devices/load.ts';
import { type Pulse, pulsed, runTo, type Start, state } from './specimens.ts';
import { median } from './spread.ts';

/** Pulses that are tried, and specimens whose median is followed. */
const MOST = 100;
const DEVICES = 25;
/** A device is through its range where less than this share of what all these pulses change is still to come. */
const LEFT = 0.02;
const PERIOD = 100; // ms
const ROUNDED = 10;

/** Pulses in one direction after which hardly anything changes any more. */
function pulsesFrom(loaded: LoadedDevice, start: Start): number {
  const train: Pulse[] = Array.from({ length: MOST }, (_, i) => ({ t: PERIOD * (i + 1), up: start === 'low' }));
  const b = pulsed({ loaded, devices: DEVICES, seed: 1, pulses: MOST }, train, start);
  const levels = [0, ...train.map(({ t }) => t)].map((t) => {
    runTo(b, t);
    return median(state(b));
  });
  const last = levels.at(-1)!;
  const toCome = LEFT * Math.abs(last - levels[0]!);
  return toCome === 0 ? MOST : levels.findLastIndex((g) => Math.abs(g - last) > toCome) + 1;
}

/** How many pulses take a device through its range: as its model counts them, else as some specimens show, up to 100. */
export function throughRange(loaded: LoadedDevice): number {
  const counted = [loaded.device.pulsesUp, loaded.device.pulsesDown].filter((n) => typeof n === 'number');
  if (counted.length > 0) return Math.ceil(Math.max(...counted));
  const pulses = Math.max(pulsesFrom(loaded, 'low'), pulsesFrom(loaded, 'high'));
  return Math.ceil(pulses / ROUNDED) * ROUNDED;
}
