import type { LoadedDevice } from '../load.ts';
import { beginning, type Pulse, pulsed, runTo, type Specimen, shareOfRange, state, TRAVERSED } from './specimens.ts';
import { median } from './spread.ts';

/**
 * Pulses that are tried, more only where so few move nothing or, with a model whose window is 0 at the bounds, have only just
 * begun to; and specimens whose median is followed.
 */
const TRIED = [100, 1000];
const DEVICES = 25;
/** A device is through its range where less than this share of what all these pulses change is still to come. */
const LEFT = 0.02;
const PERIOD = 100; // ms
const ROUNDED = 10;

/**
 * Of so many pulses in one direction those after which hardly anything changes any more; undefined if nothing moves, or if
 * they are too few.
 */
function pulsesFrom(loaded: LoadedDevice, up: boolean, pulses: number): number | undefined {
  const specimen: Specimen = { loaded, devices: DEVICES, seed: 1, pulses };
  const train: Pulse[] = Array.from({ length: pulses }, (_, i) => ({ t: PERIOD * (i + 1), up }));
  const start = beginning(specimen, up);
  const b = pulsed(specimen, train, start);
  const levels = [0, ...train.map(({ t }) => t)].map((t) => {
    runTo(b, t);
    return median(state(b));
  });
  const last = levels.at(-1)!;
  const inside = typeof start === 'number' && shareOfRange(specimen, levels[0]!, last) < TRAVERSED;
  if (inside) return pulses < TRIED.at(-1)! ? undefined : pulses;
  const toCome = LEFT * Math.abs(last - levels[0]!);
  return toCome === 0 ? undefined : levels.findLastIndex((g) => Math.abs(g - last) > toCome) + 1;
}

/** How many pulses take a device through its range: as its model counts them, else as some specimens show; then 1,000 at most. */
export function throughRange(loaded: LoadedDevice): number {
  const counted = [loaded.device.pulsesUp, loaded.device.pulsesDown].filter((n) => typeof n === 'number');
  if (counted.length > 0) return Math.ceil(Math.max(...counted));
  const found = [true, false].map((up) =>
    TRIED.reduce<number | undefined>((pulses, most) => pulses ?? pulsesFrom(loaded, up, most), undefined),
  );
  const moved = found.filter((pulses) => pulses !== undefined);
  return Math.ceil(Math.max(...(moved.length > 0 ? moved : [TRIED.at(-1)!])) / ROUNDED) * ROUNDED;
}
