import jstat from 'jstat';
import { mean, sampleCovariance, sampleVariance } from 'simple-statistics';
import { type Direction, listDeviceNames, type Train } from '../import/trains.ts';
import { clip } from '../lists.ts';
import type { CandidateFit } from './candidateFit.ts';
import { DEVICE_TO_DEVICE_FACTOR_KEYS, type DeviceFactors } from './curves.ts';
import { type DeviceSpread, getReadNoiseScale, type NoiseModel } from './noiseModel.ts';
import { poolReadings } from './pool.ts';
import { createTrainSimulator } from './simulate.ts';

/** Variance between devices: variance of `values` minus that within devices; 0 if not significant (1 %). */
function subtractWithinVariance(values: readonly number[], within: number): number {
  const [total, degrees] = [sampleVariance([...values]), values.length - 1];
  return total > within * (jstat.jStat.chisquare.inv(0.99, degrees) / degrees) ? total - within : 0;
}

const SIMULATION_COUNT = 12;

/** Fits gMin, gMax and steps of each device relative to the mean device; returns them by device name. */
export function fitDeviceFactors(trains: readonly Train[], c: CandidateFit): Map<string, DeviceFactors> {
  const ownOf = (name: string) => poolReadings(trains, c.conductanceUnit, ({ device }) => device === name);
  return new Map(listDeviceNames(trains).map((name) => [name, c.fitDeviceFactors(ownOf(name))]));
}

/**
 * Device-to-device variability: variance between devices, minus that between simulated identical devices with the same
 * noise. A component is 0 unless it is significant in an F test at 1 %.
 */
export function estimateDeviceSpread(
  trains: readonly Train[],
  c: CandidateFit,
  noise: NoiseModel,
  found: ReadonlyMap<string, DeviceFactors>,
): DeviceSpread {
  const simulate = createTrainSimulator('alike devices', trains, c, null);
  const equalDevices = Array.from({ length: SIMULATION_COUNT }, (_, k) => [
    ...fitDeviceFactors(simulate(noise, k), c).values(),
  ]);
  const own = [...found.values()];
  const logs = (list: readonly DeviceFactors[], key: keyof DeviceFactors) => list.map((f) => Math.log(f[key]));
  const sd = (key: 'up' | 'down') => {
    const within = mean(equalDevices.map((l) => sampleVariance(logs(l, key))));
    return Math.sqrt(Math.expm1(subtractWithinVariance(logs(own, key), within)));
  };
  const end = (direction: Direction): number => estimateFinalLevels(trains, c.conductanceUnit, direction, noise).sd;
  const sds = { min: end('down'), max: end('up'), up: sd('up'), down: sd('down') };
  const both = (list: readonly DeviceFactors[]) => sampleCovariance(logs(list, 'up'), logs(list, 'down'));
  const joint = both(own) - mean(equalDevices.map(both));
  const spread = Math.sqrt(Math.log1p(sds.up ** 2) * Math.log1p(sds.down ** 2));
  return { ...sds, correlation: spread === 0 ? null : clip(joint / spread, -1, 1) };
}

/**
 * Final conductance of trains in one direction without a model: gMax for trains up, gMin for trains down. The variance
 * within devices is that between cycles or, with a single cycle, that of the read noise. `middle`: mean over devices,
 * in units of the largest reading; `factors`: final conductance of each device relative to `middle`, empty if devices
 * do not differ significantly; `sd`: relative standard deviation between devices.
 */
export function estimateFinalLevels(
  trains: readonly Train[],
  unit: number,
  direction: Direction,
  { kind, readSd }: Pick<NoiseModel, 'kind' | 'readSd'>,
) {
  const all = trains.filter((t) => t.direction === direction);
  const devices = listDeviceNames(all);
  if (devices.length === 0) return { middle: Number.NaN, factors: new Map<string, number>(), sd: 0 };
  const endLength = (list: readonly number[]) => Math.max(1, Math.floor(list.length / 20));
  const finalLevel = ({ conductance: g }: Train) => mean(g.slice(-endLength(g))) / unit;
  const byDevice = devices.map((device) => all.filter((t) => t.device === device).map(finalLevel));
  const own = byDevice.map((list) => mean(list));
  const middle = mean(own);
  const alone = (readSd * getReadNoiseScale(kind, middle)) ** 2 / endLength(all[0]!.elapsed);
  const within = mean(byDevice.map((list) => (list.length > 1 ? sampleVariance(list) : alone) / list.length));
  const sd = own.length > 1 && middle > 0 ? Math.sqrt(subtractWithinVariance(own, within)) / middle : 0;
  return { middle, factors: new Map(sd > 0 ? devices.map((d, k) => [d, own[k]! / middle]) : []), sd };
}

/** Root mean square of the nonzero device-to-device variabilities of gMin, gMax, steps up and down; 0 if all are 0. */
export function poolSpreadComponents(between: DeviceSpread): number {
  const positive = DEVICE_TO_DEVICE_FACTOR_KEYS.map((key) => between[key]).filter((sd) => sd > 0);
  return positive.length === 0 ? 0 : Math.sqrt(mean(positive.map((sd) => sd * sd)));
}
