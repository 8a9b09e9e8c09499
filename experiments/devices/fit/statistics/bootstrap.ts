import jstat from 'jstat';
import { mean, quantile, quantileSorted } from 'simple-statistics';
import { DIRECTIONS, type Train } from '../import/trains.ts';
import { clip, splitIntoChunks, sum } from '../lists.ts';
import type { CandidateFit } from './candidateFit.ts';
import type { NoiseEstimate } from './noise.ts';
import { type DeviceSpread, mapStepNoise, type NoiseModel } from './noiseModel.ts';
import { poolReadings } from './pool.ts';
import { createTrainSimulator } from './simulate.ts';

/** Number of simulated measurements for the best model and for each other model. */
export const SIMULATION_COUNTS = { best: 120, other: 40 } as const;
const UPPER_QUANTILE = 0.95;

/**
 * Parametric bootstrap: fits a step equation to simulated measurements. Returns the mean (`floor`) and 0.95 quantile
 * (`limit`) of the RMSE, in units of the largest reading, and the fit coordinates of each simulation (`refits`).
 */
export function simulateNoiseFloor(
  trains: readonly Train[],
  c: CandidateFit,
  noise: NoiseModel,
  between: DeviceSpread | null,
  count: number,
) {
  const simulate = createTrainSimulator('bootstrap', trains, c, between);
  const fits = Array.from({ length: count }, (_, k) => {
    const of = poolReadings(simulate(noise, k), c.conductanceUnit);
    const coordinates = c.refit(of);
    return { coordinates, rmse: Math.sqrt(c.sumSquaredResiduals(of, coordinates) / of.readings) };
  });
  const rmse = fits.map((fit) => fit.rmse);
  const refits = fits.map(({ coordinates }) => coordinates);
  return { floor: mean(rmse), limit: quantile(rmse, UPPER_QUANTILE), refits };
}

const TRIAL_COUNT = 16;
/** Number of parts per train in which residuals are summed: read noise averages out, step noise accumulates. */
const PART_COUNT = 6;

/** Size of slow deviations from the fitted curve: sum over parts of trains of (sum of residuals)² / reading count. */
function sumSlowDeviations(trains: readonly Train[], c: CandidateFit, p: readonly number[]): number {
  return trains.reduce((total, train) => {
    const off = c.computeResiduals(train, p);
    const parts = splitIntoChunks(off, Math.ceil(off.length / PART_COUNT));
    return parts.reduce((s, part) => s + (sum(part) * sum(part)) / part.length, total);
  }, 0);
}

/**
 * Chooses the noise of simulated trains. Read noise may hide step noise between neighbouring readings, but step noise
 * accumulates along a train. Step noise is set between its limits so that simulated trains deviate from their curve as
 * much as measured ones. If all simulations at the lower limit deviate more, step noise is set below this limit.
 */
export function chooseSimulationNoise(
  trains: readonly Train[],
  c: CandidateFit,
  { lowerLimit, upperLimit }: NoiseEstimate,
  spread: DeviceSpread | null,
): NoiseModel {
  const simulate = createTrainSimulator('matched', trains, c, spread);
  const off = (noise: NoiseModel): number[] =>
    Array.from({ length: TRIAL_COUNT }, (_, k) => {
      const made = simulate(noise, k);
      return sumSlowDeviations(made, c, c.refit(poolReadings(made, c.conductanceUnit)));
    });
  const [few, many] = [off(lowerLimit), off(upperLimit)];
  const measured = sumSlowDeviations(trains, c, c.fitCoordinates);
  const nearest = Math.min(...few);
  if (measured < nearest) return mapStepNoise(lowerLimit, (sd) => Math.sqrt(measured / nearest) * sd);
  const [low, high] = [mean(few), mean(many)];
  const share = clip(high > low ? (measured - low) / (high - low) : 0);
  return mapStepNoise(lowerLimit, (sd, key, d) => Math.sqrt(sd * sd + share * (upperLimit[key]![d] ** 2 - sd * sd)));
}

const [LOW, HIGH] = [0.025, 0.975];

/** Ratio of the 0.975 quantiles of Student's t and the normal distribution. @param freedom degrees of freedom */
export const computeStudentToNormalRatio = (freedom: number): number =>
  jstat.jStat.studentt.inv(HIGH, freedom) / jstat.jStat.normal.inv(HIGH, 0, 1);

/**
 * Ratio of the 0.975 quantiles of Student's t and the normal distribution for pulse trains. Deviations within a train
 * are correlated, so the degrees of freedom follow from the number of trains per direction.
 */
export function computeTrainStudentToNormalRatio(trains: readonly Train[]): number {
  const counts = DIRECTIONS.map((d) => trains.filter(({ direction }) => direction === d).length);
  return computeStudentToNormalRatio(Math.min(...counts.filter((n) => n > 0)) + 1);
}

/**
 * 95 % interval of a parameter: quantiles of fits to simulated measurements; null if all fits agree.
 * @param widen factor that multiplies the width of the interval; above 1 for few independent readings
 */
export function computeBootstrapInterval(
  value: number,
  simulated: readonly number[],
  widen: number,
  [least, most]: readonly [number, number],
): [number, number] | null {
  const sorted = simulated.toSorted((a, b) => a - b);
  const logarithmic = value > 0 && sorted[0]! > 0;
  const of = logarithmic ? Math.log : (v: number) => v;
  const back = logarithmic ? Math.exp : (v: number) => v;
  const [down, up] = [LOW, HIGH].map((q) => of(quantileSorted(sorted, q)) - of(value));
  const from = back(of(value) + widen * Math.min(down!, 0));
  const to = back(of(value) + widen * Math.max(up!, 0));
  if (from === to || !Number.isFinite(from) || !Number.isFinite(to)) return null;
  return [Math.max(least, from), Math.min(most, to)];
}
