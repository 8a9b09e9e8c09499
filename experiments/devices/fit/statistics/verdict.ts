import { mean } from 'simple-statistics';
import { DIRECTIONS, type Direction } from '../import/trains.ts';
import { extentOf } from '../lists.ts';
import type { Candidate } from './candidate.ts';
import { computeConductances } from './curves.ts';
import type { PooledReadings } from './pool.ts';

/** Verdict on the fit of the best model, with reasons. */
export interface Quality {
  readonly verdict: 'describes' | 'misses';
  /** Root mean square residual of all readings, S. */
  readonly rmse: number;
  /** RMSE divided by the measured conductance range. */
  readonly shareOfRange: number;
  /** Noise floor, S: mean RMSE of fits to measurements simulated with the estimated noise. */
  readonly noiseFloor: number;
  readonly reasons: readonly string[];
}

/** Smallest RMSE that is a misfit: ratio to the 0.95 quantile of simulated RMSEs, and excess, fraction of the range. */
const [MIN_MISFIT_RATIO, MIN_MISFIT_SHARE] = [1.15, 0.012];
/** Maximum mean residual of a tenth of a train, as a share of the range, that noise may explain. */
const MAX_MEAN_RESIDUAL = 0.065;
const WITHIN_NOISE = 'residuals are within the noise of the readings';
const ADVICE = '`--model table` stores the measured steps without an equation';

const percent = (share: number) => `${(100 * share).toPrecision(2)} %`;
const WAY: Readonly<Record<Direction, string>> = { up: 'upwards', down: 'downwards' };

/** Measured range: smallest and largest mean over readings taken after the same number of pulses. */
export const measuredRange = ({ by }: PooledReadings): [low: number, high: number] =>
  extentOf(DIRECTIONS.flatMap((d) => [...by[d].mean]));

/** Fit to be judged, with its noise and noise floor. Conductances are in units of the largest reading, `unit` (S). */
interface Evidence {
  readonly unit: number;
  /** Pooled readings: all readings, and all except outliers. */
  readonly whole: PooledReadings;
  readonly kept: PooledReadings;
  readonly c: Candidate;
  readonly floor: number;
  readonly limit: number;
}

/** Compares the residuals with the noise floor and locates the largest misfit. */
export function judgeFit(e: Evidence): Quality {
  const { whole, kept, c, unit, floor, limit } = e;
  const [low, high] = measuredRange(kept);
  const range = high - low;
  const rmse = Math.sqrt(c.squares / whole.readings);
  const own = Math.sqrt(c.squaresOf(kept) / kept.readings);
  const beyond = Math.sqrt(Math.max(0, own * own - limit * limit));
  const isMisfit = own > MIN_MISFIT_RATIO * limit && beyond > MIN_MISFIT_SHARE * range;
  const worst = largestMisfit(e);
  const misses = isMisfit || Math.abs(worst.off) > MAX_MEAN_RESIDUAL * range;
  const where = `pulses ${worst.from} to ${worst.to} ${WAY[worst.direction]}: readings lie ${percent(Math.abs(worst.off) / range)} of the range ${worst.off > 0 ? 'above' : 'below'} the curve`;
  return {
    verdict: misses ? 'misses' : 'describes',
    rmse: rmse * unit,
    shareOfRange: rmse / range,
    noiseFloor: floor * unit,
    reasons: misses ? [where, ADVICE] : [WITHIN_NOISE],
  };
}

/** Reports the tenth of a train with the largest mean residual. */
function largestMisfit({ whole: { by }, c }: Evidence) {
  const parts = DIRECTIONS.flatMap((direction) => {
    const { elapsed, mean: y } = by[direction];
    const curve = computeConductances(c.curves.course(c.p, direction), elapsed);
    const size = Math.max(1, Math.ceil(elapsed.length / 10));
    return Array.from({ length: Math.ceil(elapsed.length / size) }, (_, k) => {
      const at = elapsed.map((__, i) => i).slice(k * size, (k + 1) * size);
      const off = mean(at.map((i) => y[i]! - curve[i]!));
      return { direction, from: elapsed[at[0]!]!, to: elapsed[at.at(-1)!]!, off };
    });
  });
  return parts.reduce((a, b) => (Math.abs(b.off) > Math.abs(a.off) ? b : a));
}
