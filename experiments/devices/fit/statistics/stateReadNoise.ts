import { formatPercent } from '../../../look/digits.ts';
import { listDeviceNames, type Train } from '../import/trains.ts';
import { clip, findExtent, mean, roundForFile } from '../lists.ts';
import type { NoiseModel } from './noiseModel.ts';
import type { StateReadVariance } from './readVariance.ts';
import { estimateFinalLevels } from './spread.ts';
import { estimateStates } from './states.ts';

export interface DeviceRangeRatios {
  readonly gMinRatio: number;
  readonly gMaxRatio: number;
}
export const MEAN_DEVICE_RANGE_RATIOS: DeviceRangeRatios = { gMinRatio: 1, gMaxRatio: 1 };

export interface StateReadNoise {
  /** Standard deviation of a reading, as a share of gMax - gMin (`of: range`) or of the conductance (`of: value`). */
  readonly sd: number;
  readonly of: 'range' | 'value';
  /** Pairs of a state g and the factor that multiplies `sd` at g; absent if the read noise does not depend on the state. */
  readonly stateFactors?: [number, number][];
}

/** Read noise as text, with its extremes over the states if it depends on the state. */
export function describeReadNoise({ sd, of, stateFactors }: StateReadNoise): string {
  const [low, high] = findExtent((stateFactors ?? []).map(([, factor]) => factor * sd));
  const byState = stateFactors ? `, ${formatPercent(low)} to ${formatPercent(high)} by state` : '';
  return `${formatPercent(sd)} of the ${of === 'range' ? 'range' : 'conductance'}${byState}`;
}

const MIN_RANGE = 0.5;

/** Scales trains to the range of the mean device, so that a conductance is the same state in all devices. */
export function scaleTrainsToMeanRange(
  trains: readonly Train[],
  unit: number,
  noise: Pick<NoiseModel, 'kind' | 'readSd'>,
) {
  const [down, up] = [estimateFinalLevels(trains, unit, 'down', noise), estimateFinalLevels(trains, unit, 'up', noise)];
  const [lowest, highest] = findExtent(trains.flatMap((t) => t.conductance));
  const [low, high] = [down.middle * unit || lowest, up.middle * unit || highest];
  const rangeOf = (d: string): DeviceRangeRatios => ({
    gMinRatio: down.factors.get(d) ?? 1,
    gMaxRatio: up.factors.get(d) ?? 1,
  });
  const byDevice = new Map(listDeviceNames(trains).map((device) => [device, rangeOf(device)]));
  const ranges = trains.map(({ device }) => byDevice.get(device)!);
  const share = ({ gMinRatio, gMaxRatio }: DeviceRangeRatios) => (high * gMaxRatio - low * gMinRatio) / (high - low);
  if (down.sd + up.sd === 0 || ranges.some((own) => !(share(own) >= MIN_RANGE)))
    return { trains, ranges: trains.map(() => MEAN_DEVICE_RANGE_RATIOS), deviceSpread: { min: 0, max: 0 } };
  const mapped = trains.map((train, t): Train => {
    const own = ranges[t]!;
    return { ...train, conductance: train.conductance.map((g) => low + (g - low * own.gMinRatio) / share(own)) };
  });
  return { trains: mapped, ranges, deviceSpread: { min: down.sd, max: up.sd } };
}

export type ConductanceRange = readonly [low: number, high: number];

export function createStateReadNoise(
  list: readonly StateReadVariance[],
  kind: NoiseModel['kind'],
  [low, high]: ConductanceRange,
): StateReadNoise {
  const sd = Math.sqrt(mean(list.map(({ readVariance }) => readVariance)));
  const rows = list.map(({ meanState, readVariance }): [number, number] => [
    roundForFile(clip((meanState - low) / (high - low))),
    roundForFile(Math.sqrt(readVariance) / sd),
  ]);
  const ascending = rows.filter(([g], i) => i === 0 || g > rows[i - 1]![0]); // rounding may repeat a state
  return {
    ...(kind === 'absolute' ? { sd: sd / (high - low), of: 'range' } : { sd, of: 'value' }),
    ...(ascending.length > 1 && { stateFactors: ascending }),
  };
}

/**
 * Estimates the read noise from states that follow the readings themselves, without an equation of the steps.
 * @param unit largest reading, S
 * @param range gMin and gMax, in units of the largest reading
 * @returns null if the read noise does not depend on the state
 */
export function estimateStateReadNoise(
  trains: readonly Train[],
  unit: number,
  noise: Pick<NoiseModel, 'kind' | 'readSd'>,
  range: ConductanceRange,
): StateReadNoise | null {
  const { readVariances } = estimateStates(scaleTrainsToMeanRange(trains, unit, noise).trains, unit, noise);
  return readVariances.length > 1 ? createStateReadNoise(readVariances, noise.kind, range) : null;
}
