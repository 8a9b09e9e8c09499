import jstat from 'jstat';
import { mean, sampleVariance } from 'simple-statistics';
import type { Factors } from './curves.ts';

const FACTOR_KEYS = ['max', 'up', 'down'] as const;

/** Relative sd between devices of gMax, of the upward and of the downward steps; 0 where it is not distinguishable from 0. */
export type Between = Readonly<Record<keyof Factors, number>>;

/** The quantile 0.99 of F with many degrees of freedom below: of chi square over its degrees of freedom. */
const limit = (degrees: number) => jstat.jStat.chisquare.inv(0.99, degrees) / degrees;

/**
 * Variance components: what the estimates of the devices vary by, less what they would vary by alike devices, which is the
 * mean square of their standard errors. A component counts where an F test tells it from 0 at 1 %.
 */
export function betweenDevices(factors: readonly Factors[], errors: readonly (readonly number[])[]): Between {
  const sd = (key: keyof Factors, at: number): number => {
    const total = sampleVariance(factors.map((f) => f[key]));
    const within = mean(errors.map((e) => e[at]! ** 2));
    return total > within * limit(factors.length - 1) ? Math.sqrt(total - within) : 0;
  };
  return { max: sd('max', 0), up: sd('up', 1), down: sd('down', 2) };
}

/** Root mean square of those components that are there: the one number that a device model takes. */
export function pooled(between: Between): number {
  const there = FACTOR_KEYS.map((key) => between[key]).filter((sd) => sd > 0);
  return there.length === 0 ? 0 : Math.sqrt(mean(there.map((sd) => sd * sd)));
}
