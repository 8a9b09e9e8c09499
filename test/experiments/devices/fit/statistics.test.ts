/** Statistics of a fit against values worked out by hand or taken from tables of quantiles. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Direction, Train } from '../../../../experiments/devices/fit/import/trains.ts';
import {
  computeBootstrapInterval,
  computeTrainStudentToNormalRatio,
} from '../../../../experiments/devices/fit/statistics/bootstrap.ts';
import type { CandidateFit } from '../../../../experiments/devices/fit/statistics/candidateFit.ts';
import { computeSampleConfidenceIntervals } from '../../../../experiments/devices/fit/statistics/intervals.ts';
import { findOutliers } from '../../../../experiments/devices/fit/statistics/outliers.ts';
import { estimateFinalLevels } from '../../../../experiments/devices/fit/statistics/spread.ts';

const near = (value: number, expected: number) => assert.ok(Math.abs(value / expected - 1) < 1e-5, `${value}`);
const trainOf = (conductance: readonly number[], device = '1', cycle = '1', direction: Direction = 'up'): Train => ({
  device,
  cycle,
  direction,
  conductance,
  first: 0,
  elapsed: conductance.map((_, i) => i),
});

test('few trains widen intervals by t of one degree of freedom more than the fewest of a direction', () => {
  const down = (cycle: string) => trainOf([2, 1], '1', cycle, 'down');
  near(computeTrainStudentToNormalRatio([trainOf([1, 2])]), 4.30265273 / 1.95996398); // quantiles 0.975 of t with two degrees of freedom, and of the normal
  const three = ['1', '2', '3'].map((cycle) => trainOf([1, 2], '1', cycle));
  near(computeTrainStudentToNormalRatio([...three, ...['1', '2', '3', '4'].map(down)]), 2.77644511 / 1.95996398);
});

test('bootstrap interval: quantiles of the simulated fits; none if they agree or an end is infinite', () => {
  assert.is(computeBootstrapInterval(1, [1, 1e300, 1e301], 10, [0, Infinity]), null);
  assert.equal(computeBootstrapInterval(2, [1, 2, 4], 1, [0, Infinity])!.map(Math.round), [1, 4]);
  assert.is(computeBootstrapInterval(1, [1, 1, 1], 10, [0, Infinity]), null);
});

test('devices spread where the F test with one degree of freedom less than devices says so', () => {
  /** Two cycles of each of three devices: variance of a mean 1, between devices `variance`. */
  const spread = (variance: number) => {
    const middles = [-1, 0, 1].map((k) => 100 + k * Math.sqrt(variance));
    const trains = middles.flatMap((g, d) => [-1, 1].map((off) => trainOf([g + off], `${d}`, `${off}`)));
    return estimateFinalLevels(trains, 1, 'up', { kind: 'absolute', readSd: 0 }).sd;
  };
  assert.is(spread(4.5), 0); // the quantile 0.99 of chi square over its degrees of freedom is 4.605 for two and 3.782 for three
  near(spread(5), Math.sqrt(5 - 1) / 100);
});

test('intervals of a mean and of a spread have one degree of freedom less than values', () => {
  const { mean, spread } = computeSampleConfidenceIntervals([1, 2, 3]);
  assert.is(mean[0], 0);
  near(mean[1], 2 + 4.30265273 / Math.sqrt(3));
  near(spread[0], Math.sqrt(2 / 7.37775891) / 2); // quantiles 0.975 and 0.025 of chi square with two degrees of freedom
  near(spread[1], Math.sqrt(2 / 0.0506356) / 2);
});

test('an outlier is off by six robust standard deviations, 1.4826 times the median', () => {
  const flat = { startBound: 0, range: 1, startState: 0, advance: () => 0 };
  const candidate = { conductanceUnit: 1, createModelCurve: () => flat } as unknown as CandidateFit;
  /** Readings of 0.01 and -0.01 in turn, 0.02 off the median of their neighbours, and one that lies further off. */
  const found = (off: number) => {
    const readings = Array.from({ length: 101 }, (_, i) => (i === 50 ? off : i % 2 === 0 ? 0.01 : -0.01));
    return findOutliers([trainOf(readings)], candidate).length;
  };
  assert.equal([found(0.155), found(0.18)], [0, 1]); // 0.165 and 0.19 off; the limit is 6 × 1.4826 × 0.02 = 0.178
});

test.run();
