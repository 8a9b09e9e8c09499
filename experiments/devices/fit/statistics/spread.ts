import jstat from 'jstat';
import { mean, sampleCovariance, sampleVariance } from 'simple-statistics';
import { CounterRandom } from '../../../../core/random/random.ts';
import type { Direction, Train } from '../import/trains.ts';
import type { Candidate } from './candidate.ts';
import { FACTOR_KEYS, type Factors } from './curves.ts';
import { type Noise, readNoiseAt } from './noiseModel.ts';
import { poolReadings } from './pool.ts';
import { simulateTrains } from './simulate.ts';

/** Device-to-device variability: relative standard deviation of gMin, gMax, steps up and down; 0 if insignificant. */
export interface DeviceSpread extends Factors {
  /** Correlation between steps up and steps down across devices; null if either does not vary. */
  readonly correlation: number | null;
}

/** 0.99 quantile of the F distribution with infinitely many denominator degrees of freedom. */
const fQuantile = (degrees: number) => jstat.jStat.chisquare.inv(0.99, degrees) / degrees;
/** Variance between devices: total minus within-device variance; 0 if not significant. */
const varianceBetween = (devices: number, total: number, within: number): number =>
  total > within * fQuantile(devices - 1) ? total - within : 0;
const SIMULATION_COUNT = 12;

/** Fits the factors of each device relative to the mean device of a candidate; the map is keyed by device name. */
export function fitDeviceFactors(trains: readonly Train[], unit: number, c: Candidate): Map<string, Factors> {
  const devices = [...new Set(trains.map(({ device }) => device))];
  return new Map(
    devices.map((d) => [
      d,
      c.fitFactors(
        poolReadings(trains, unit, ({ device }) => device === d),
        c.p,
      ),
    ]),
  );
}

/**
 * Estimates device-to-device variability: variance between devices, minus that between simulated identical devices with
 * the same noise. A component is 0 unless it is significant in an F test at 1 %.
 */
export function estimateSpread(
  trains: readonly Train[],
  unit: number,
  c: Candidate,
  noise: Noise,
  found: ReadonlyMap<string, Factors>,
): DeviceSpread {
  const random = new CounterRandom(1, 'alike devices');
  const equalDevices = Array.from({ length: SIMULATION_COUNT }, (_, k) => {
    const made = simulateTrains(trains, unit, c, noise, random, k);
    return [...fitDeviceFactors(made, unit, c).values()];
  });
  const own = [...found.values()];
  const logs = (list: readonly Factors[], key: keyof Factors) => list.map((f) => Math.log(f[key]));
  const sd = (key: 'up' | 'down') =>
    Math.sqrt(
      Math.expm1(
        varianceBetween(
          own.length,
          sampleVariance(logs(own, key)),
          mean(equalDevices.map((l) => sampleVariance(logs(l, key)))),
        ),
      ),
    );
  const end = (direction: Direction): number => estimateFinalLevels(trains, unit, direction, noise).sd;
  const sds = { min: end('down'), max: end('up'), up: sd('up'), down: sd('down') };
  const both = (list: readonly Factors[]) => sampleCovariance(logs(list, 'up'), logs(list, 'down'));
  const joint = both(own) - mean(equalDevices.map(both));
  const spread = Math.sqrt(Math.log1p(sds.up ** 2) * Math.log1p(sds.down ** 2));
  return { ...sds, correlation: spread === 0 ? null : Math.min(1, Math.max(-1, joint / spread)) };
}

/** Conductance that the trains of one direction reach at their end, over all devices. */
export interface FinalLevels {
  /** Mean final conductance over devices, in units of the largest reading. */
  readonly middle: number;
  /** Final conductance of each device, relative to `middle`; empty if the devices do not differ significantly. */
  readonly factors: ReadonlyMap<string, number>;
  /** Relative standard deviation between devices. */
  readonly sd: number;
}

/**
 * Estimates the final conductance of trains in one direction without a model: gMax for trains up, gMin for trains down.
 * The within-device variance is that between cycles or, with a single cycle, that of the read noise.
 */
export function estimateFinalLevels(
  trains: readonly Train[],
  unit: number,
  direction: Direction,
  { kind, reading }: Pick<Noise, 'kind' | 'reading'>,
): FinalLevels {
  const all = trains.filter((t) => t.direction === direction);
  const devices = [...new Set(all.map(({ device }) => device))];
  if (devices.length === 0) return { middle: Number.NaN, factors: new Map(), sd: 0 };
  const byDevice = devices.map((device) =>
    all
      .filter((t) => t.device === device)
      .map(({ conductance: g }) => mean(g.slice(-Math.max(1, Math.floor(g.length / 20)))) / unit),
  );
  const own = byDevice.map((list) => mean(list));
  const middle = mean(own);
  const few = Math.max(1, Math.floor(all[0]!.elapsed.length / 20));
  const alone = (reading * readNoiseAt(kind, middle)) ** 2 / few;
  const within = mean(byDevice.map((list) => (list.length > 1 ? sampleVariance(list) : alone) / list.length));
  const sd =
    own.length > 1 && middle > 0 ? Math.sqrt(varianceBetween(own.length, sampleVariance(own), within)) / middle : 0;
  return { middle, factors: new Map(sd > 0 ? devices.map((d, k) => [d, own[k]! / middle]) : []), sd };
}

/** Root mean square of the nonzero variability components; 0 if all are 0. */
export function pooledSpread(between: DeviceSpread): number {
  const positive = FACTOR_KEYS.map((key) => between[key]).filter((sd) => sd > 0);
  return positive.length === 0 ? 0 : Math.sqrt(mean(positive.map((sd) => sd * sd)));
}

/** Draws random device factors from log-normal distributions around the mean device. */
export function drawFactors(
  devices: readonly string[],
  between: DeviceSpread,
  random: CounterRandom,
  number: number,
): Map<string, Factors> {
  const rho = between.correlation ?? 0;
  return new Map(
    devices.map((device, d) => {
      const z = FACTOR_KEYS.map((_, i) => random.normal(number, 4 * d + i));
      z[3] = rho * z[2]! + Math.sqrt(1 - rho * rho) * z[3]!;
      const factor = (sd: number, normal: number) => Math.exp(Math.sqrt(Math.log1p(sd * sd)) * normal);
      const values = FACTOR_KEYS.map((key, i) => [key, factor(between[key], z[i]!)]);
      return [device, Object.fromEntries(values) as Record<keyof Factors, number>];
    }),
  );
}
