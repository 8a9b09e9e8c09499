import jstat from 'jstat';
import { sampleVariance } from 'simple-statistics';
import { type Direction, mapDirections, type Train } from '../import/trains.ts';
import { groupBy, mean, roundForFile, sum } from '../lists.ts';
import type { ByDirection } from '../statistics/noiseModel.ts';
import { interpolateBins, type StateBin, type StateBinsByDirection } from '../statistics/states.ts';

export const NO_GAIN: ByDirection = { up: 0, down: 0 };

/** Significance level of the gain of a train. */
const GAIN_LEVEL = 0.001;

/**
 * Estimates the gain of a train, the factor common to its steps: relative standard deviation between trains of a device
 * of the net change, divided by the mean change at the states of the train, without the part of independent steps.
 */
function estimateGain(bins: readonly StateBin[], trains: readonly Train[]): number {
  const { getMeanStep, getStepVariance } = interpolateBins(bins);
  const groups = groupBy(
    bins.flatMap(({ changes }) => changes),
    ({ trainIndex }) => trainIndex,
  );
  const ratios = groups.map((changes) => {
    const expected = sum(changes.map((c) => c.pulseCount * getMeanStep(c.startState)));
    return {
      device: trains[changes[0]!.trainIndex]!.device,
      ratio: sum(changes.map((c) => c.readingChange)) / expected,
      ownVariance: sum(changes.map((c) => c.pulseCount * getStepVariance(c.startState))) / expected ** 2,
    };
  });
  const byDevice = groupBy(ratios, ({ device }) => device);
  const degreesOfFreedom = ratios.length - byDevice.length;
  if (degreesOfFreedom === 0) return 0;
  const squares = sum(
    byDevice.flatMap((own) => {
      const center = mean(own.map(({ ratio }) => ratio));
      return own.map(({ ratio }) => (ratio - center) ** 2);
    }),
  );
  const independent = mean(ratios.map(({ ownVariance }) => ownVariance));
  return Math.sqrt(Math.max(0, squares / degreesOfFreedom - independent));
}

/** Net changes of all trains of a direction over the readings that each of them has. */
function measureNetChanges(trains: readonly Train[], direction: Direction): number[] {
  const own = trains.filter((t) => t.direction === direction).map(({ conductance }) => conductance);
  const last = Math.min(...own.map(({ length }) => length)) - 1;
  return own.map((g) => g[last]! - g[0]!);
}

/**
 * Estimates the gain of trains by direction, relative standard deviation; 0 unless the net changes of measured trains vary
 * significantly more (chi-squared test) than those of trains simulated with independent steps.
 */
export function findTrainGain(
  bins: StateBinsByDirection,
  trains: readonly Train[],
  simulate: () => readonly (readonly Train[])[],
): ByDirection {
  const gains = mapDirections((d) => roundForFile(bins[d] ? estimateGain(bins[d], trains) : 0));
  if (gains.up + gains.down === 0) return NO_GAIN;
  const simulations = simulate();
  return mapDirections((d) => {
    if (gains[d] === 0) return 0;
    const measured = measureNetChanges(trains, d);
    const independent = mean(simulations.map((own) => sampleVariance(measureNetChanges(own, d))));
    const degreesOfFreedom = measured.length - 1;
    const limit = (independent * jstat.jStat.chisquare.inv(1 - GAIN_LEVEL, degreesOfFreedom)) / degreesOfFreedom;
    return sampleVariance(measured) > limit ? gains[d] : 0;
  });
}
