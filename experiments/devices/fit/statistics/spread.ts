import jstat from 'jstat';
import { mean, sampleCovariance, sampleVariance } from 'simple-statistics';
import { CounterRandom } from '../../../../core/random/random.ts';
import type { Direction, Train } from '../import/trains.ts';
import { simulated } from './bootstrap.ts';
import type { Candidate } from './candidate.ts';
import { FACTOR_KEYS, type Factors } from './curves.ts';
import { type Noise, scatterAt } from './noiseModel.ts';
import { pool } from './pool.ts';

/** Relative sd between devices of gMin, gMax, upward and downward steps; 0 where it is not distinguishable from 0. */
export interface Between extends Factors {
  /** Correlation between the upward and the downward steps of a device; null where one of them does not spread. */
  readonly correlation: number | null;
}

/** The quantile 0.99 of F with many degrees of freedom below: of chi square over its degrees of freedom. */
const limit = (degrees: number) => jstat.jStat.chisquare.inv(0.99, degrees) / degrees;
const told = (devices: number, total: number, within: number): number =>
  total > within * limit(devices - 1) ? total - within : 0;
const SIMULATIONS = 12;

/** The factors of each device, by name, about the mean device of a candidate. */
export function factorsOf(trains: readonly Train[], unit: number, c: Candidate): Map<string, Factors> {
  const devices = [...new Set(trains.map(({ device }) => device))];
  return new Map(
    devices.map((d) => [
      d,
      c.fitFactors(
        pool(trains, unit, ({ device }) => device === d),
        c.p,
      ),
    ]),
  );
}

/**
 * Variance components: what the devices vary by, less what alike devices with the same noise do; of steps that is simulated. A
 * component counts where an F test tells it from 0 at 1 %.
 */
export function betweenDevices(
  trains: readonly Train[],
  unit: number,
  c: Candidate,
  noise: Noise,
  found: ReadonlyMap<string, Factors>,
): Between {
  const random = new CounterRandom(1, 'alike devices');
  const alike = Array.from({ length: SIMULATIONS }, (_, k) => {
    const made = simulated(trains, unit, c, noise, random, k);
    return [...factorsOf(made, unit, c).values()];
  });
  const own = [...found.values()];
  const logs = (list: readonly Factors[], key: keyof Factors) => list.map((f) => Math.log(f[key]));
  const sd = (key: 'up' | 'down') =>
    Math.sqrt(
      Math.expm1(
        told(own.length, sampleVariance(logs(own, key)), mean(alike.map((l) => sampleVariance(logs(l, key))))),
      ),
    );
  const end = (direction: Direction): number => endsOf(trains, unit, direction, noise).sd;
  const sds = { min: end('down'), max: end('up'), up: sd('up'), down: sd('down') };
  const both = (list: readonly Factors[]) => sampleCovariance(logs(list, 'up'), logs(list, 'down'));
  const joint = both(own) - mean(alike.map(both));
  const spread = Math.sqrt(Math.log1p(sds.up ** 2) * Math.log1p(sds.down ** 2));
  return { ...sds, correlation: spread === 0 ? null : Math.min(1, Math.max(-1, joint / spread)) };
}

/** Levels that the trains of each device end at, as a share of their mean, and the relative sd between devices. */
export interface Ends {
  readonly middle: number;
  readonly factors: ReadonlyMap<string, number>;
  readonly sd: number;
}

/**
 * The level that trains of a direction end at, which no curve need tell: upwards gMax, downwards gMin. Within devices it varies as their
 * cycles say, or as readings alone where there is one cycle. No factors where it does not spread by more.
 */
export function endsOf(
  trains: readonly Train[],
  unit: number,
  direction: Direction,
  { kind, reading }: Pick<Noise, 'kind' | 'reading'>,
): Ends {
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
  const alone = (reading * scatterAt(kind, middle)) ** 2 / few;
  const within = mean(byDevice.map((list) => (list.length > 1 ? sampleVariance(list) : alone) / list.length));
  const sd = own.length > 1 && middle > 0 ? Math.sqrt(told(own.length, sampleVariance(own), within)) / middle : 0;
  return { middle, factors: new Map(sd > 0 ? devices.map((d, k) => [d, own[k]! / middle]) : []), sd };
}

/** Root mean square of those components that are there: the one number that stands for all of them. */
export function pooled(between: Between): number {
  const there = FACTOR_KEYS.map((key) => between[key]).filter((sd) => sd > 0);
  return there.length === 0 ? 0 : Math.sqrt(mean(there.map((sd) => sd * sd)));
}

/** Factors of devices drawn from a spread: log-normal about the mean device. */
export function drawnFactors(
  devices: readonly string[],
  between: Between,
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
