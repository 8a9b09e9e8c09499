/** Statistics of a fit against values worked out by hand or taken from tables of quantiles. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Direction, Train } from '../../../../experiments/devices/fit/import/trains.ts';
import { bootstrapInterval, studentFactor } from '../../../../experiments/devices/fit/statistics/bootstrap.ts';
import type { Candidate } from '../../../../experiments/devices/fit/statistics/candidate.ts';
import { decileChanges, momentsOf } from '../../../../experiments/devices/fit/statistics/deciles.ts';
import { intervalsOfMany } from '../../../../experiments/devices/fit/statistics/intervals.ts';
import { gainSd } from '../../../../experiments/devices/fit/statistics/noiseModel.ts';
import { findOutliers } from '../../../../experiments/devices/fit/statistics/outliers.ts';
import { endsOf } from '../../../../experiments/devices/fit/statistics/spread.ts';

const near = (value: number, expected: number) => assert.ok(Math.abs(value / expected - 1) < 1e-5, `${value}`);
const trainOf = (conductance: readonly number[], device = '1', cycle = '1', direction: Direction = 'up'): Train => ({
  device,
  cycle,
  direction,
  conductance,
  first: 0,
  repeats: 1,
  elapsed: conductance.map((_, i) => i),
});

test('few trains widen intervals by t of one degree of freedom more than the fewest of a direction', () => {
  const down = (cycle: string) => trainOf([2, 1], '1', cycle, 'down');
  near(studentFactor([trainOf([1, 2])]), 4.30265273 / 1.95996398); // quantiles 0.975 of t with two degrees of freedom, and of the normal
  const three = ['1', '2', '3'].map((cycle) => trainOf([1, 2], '1', cycle));
  near(studentFactor([...three, ...['1', '2', '3', '4'].map(down)]), 2.77644511 / 1.95996398);
});

test('an interval without a finite end is none', () => {
  assert.is(bootstrapInterval(1, [1e-300, 1e-299, 1e-298], 10, [0, Infinity], 0), null);
  assert.equal(bootstrapInterval(1, [1, 1, 1], 10, [0, Infinity], 0.1), [0.8, 1.2]);
});

test('devices spread where the F test with one degree of freedom less than devices says so', () => {
  /** Two cycles of each of three devices: variance of a mean 1, between devices `variance`. */
  const spread = (variance: number) => {
    const middles = [-1, 0, 1].map((k) => 100 + k * Math.sqrt(variance));
    const trains = middles.flatMap((g, d) => [-1, 1].map((off) => trainOf([g + off], `${d}`, `${off}`)));
    return endsOf(trains, 1, 'up', { kind: 'absolute', reading: 0 }).sd;
  };
  assert.is(spread(4.5), 0); // the quantile 0.99 of chi square over its degrees of freedom is 4.605 for two and 3.782 for three
  near(spread(5), Math.sqrt(5 - 1) / 100);
});

test('intervals of a mean and of a spread have one degree of freedom less than values', () => {
  const { mean, spread } = intervalsOfMany([1, 2, 3]);
  assert.is(mean[0], 0);
  near(mean[1], 2 + 4.30265273 / Math.sqrt(3));
  near(spread[0], Math.sqrt(2 / 7.37775891) / 2); // quantiles 0.975 and 0.025 of chi square with two degrees of freedom
  near(spread[1], Math.sqrt(2 / 0.0506356) / 2);
});

test('wear is the sd of steps that grow evenly from the first to the last cycle', () => {
  const wear = 0.6;
  const evenly = Array.from({ length: 1000 }, (_, i) => wear * ((i + 0.5) / 1000 - 0.5));
  const sd = Math.sqrt(evenly.reduce((sum, x) => sum + x * x, 0) / 1000);
  const noise = { kind: 'absolute' as const, reading: 0, step: { up: 0, down: 0 }, start: null, gain: null };
  near(gainSd({ ...noise, wear: { up: wear, down: 0 } }).up, sd);
  near(gainSd({ ...noise, gain: { up: 0.3, down: 0 }, wear: { up: wear, down: 0 } }).up, Math.hypot(0.3, sd));
});

test('an outlier is off by six robust standard deviations, 1.4826 times the median', () => {
  const flat = { from: 0, range: 1, start: 0, step: () => 0, advance: () => 0 };
  const candidate = { p: [], curves: { course: () => flat } } as unknown as Candidate;
  /** Readings of 0.01 and -0.01 in turn, 0.02 off the median of their neighbours, and one that lies further off. */
  const found = (off: number) => {
    const readings = Array.from({ length: 101 }, (_, i) => (i === 50 ? off : i % 2 === 0 ? 0.01 : -0.01));
    return findOutliers([trainOf(readings)], 1, candidate).length;
  };
  assert.equal([found(0.155), found(0.18)], [0, 1]); // 0.165 and 0.19 off; the limit is 6 × 1.4826 × 0.02 = 0.178
});

test('deciles hold a tenth of the steps each, the largest reading included', () => {
  const rising = trainOf(Array.from({ length: 21 }, (_, i) => i + (i % 2) / 4)); // steps of 1.25 and 0.75 in turn
  const own = decileChanges([rising], [trainOf([0, 1, 3, 6])], false);
  assert.equal(
    own.map(({ direction, measured }) => [direction, measured.length, momentsOf(measured).sd]),
    Array.from({ length: 10 }, () => ['up', 2, 0.25]),
  );
  assert.equal([own[0]!.from, own[0]!.to, own[9]!.to], [0, 1.925, 19.25]);
  assert.equal(
    own.map(({ simulated }) => momentsOf(simulated).sd),
    [0.5, ...Array(9).fill(Number.NaN)],
  );
  const moments = decileChanges([rising], [trainOf([-5, -4, 100, 102])]);
  assert.equal(
    moments.map(({ measured }) => measured.length),
    Array(10).fill(2),
  );
  assert.equal([moments[0]!.simulated, moments[9]!.simulated], [[1, 104], [2]]);
});

test.run();
