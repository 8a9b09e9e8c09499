import type { Train } from '../reading/train.ts';
import type { Noise } from '../scatter.ts';
import { endsOf } from '../spread.ts';

/** Ends of a device's range over those of the mean device. */
export interface OwnRange {
  readonly min: number;
  readonly max: number;
}
export const MEAN: OwnRange = { min: 1, max: 1 };

/** Share of the mean device's range that each device's own must have at least, for states of one to stand for those of another. */
const LEAST = 0.5;

/**
 * Trains brought to the range of the mean device where the ends of devices differ: a state at the end of one is in the midst of
 * another, and a table of both as they are read would take steps of each for those of the other. With the range of each train's device
 * and the relative sds of these, 0 where they are not distinguishable from 0.
 */
export function onOneRange(trains: readonly Train[], unit: number, noise: Pick<Noise, 'kind' | 'reading'>) {
  const [down, up] = [endsOf(trains, unit, 'down', noise), endsOf(trains, unit, 'up', noise)];
  const all = trains.flatMap((t) => t.conductance).sort((a, b) => a - b);
  const [low, high] = [down.middle * unit || all[0]!, up.middle * unit || all.at(-1)!];
  const byDevice = new Map<string, OwnRange>();
  for (const { device } of trains)
    byDevice.set(device, { min: down.factors.get(device) ?? 1, max: up.factors.get(device) ?? 1 });
  const ranges = trains.map(({ device }) => byDevice.get(device)!);
  const share = ({ min, max }: OwnRange) => (high * max - low * min) / (high - low);
  if (down.sd + up.sd === 0 || ranges.some((own) => !(share(own) >= LEAST)))
    return { trains, ranges: trains.map(() => MEAN), between: { min: 0, max: 0 } };
  const mapped = trains.map((train, t): Train => {
    const own = ranges[t]!;
    return { ...train, conductance: train.conductance.map((g) => low + (g - low * own.min) / share(own)) };
  });
  return { trains: mapped, ranges, between: { min: down.sd, max: up.sd } };
}
