import { inverse, Matrix } from 'ml-matrix';
import { sampleKurtosis } from 'simple-statistics';
import { DIRECTIONS, mapDirections, type Train } from '../import/trains.ts';
import { dot, sum } from '../lists.ts';
import type { CandidateFit } from './candidateFit.ts';
import type { DeviceFactors } from './curves.ts';
import { getReadNoiseScale, type NoiseModel } from './noiseModel.ts';
import {
  computeTrainSteps,
  type DeviationKernel,
  estimateStartSpread,
  groupRepeatedTrains,
  MIN_REPEATED_TRAINS,
  subtractModelMisfit,
  type TrainSteps,
} from './steps.ts';

/** Largest lag of products of deviations, readings; number of reweighting rounds; clipping limit, standard deviations. */
const [MAX_LAG, ROUNDS, MAX_DEVIATION] = [5, 6, 4];

/** Indices in lists of noise variances: step noise up and down, read noise, gain of a pulse train up and down. */
const [STEP, READING, GAIN] = [{ up: 0, down: 1 }, 2, { up: 3, down: 4 }];
const NONE: readonly number[] = [0, 0, 0, 0, 0];
const SINGLE = [STEP.up, STEP.down, READING];
const REPEATED = [...SINGLE, GAIN.up, GAIN.down];

/** Coefficient of each noise variance in the expected product of two step deviations that are `lag` readings apart. */
function computeCoefficients(s: TrainSteps, i: number, lag: number, kind: NoiseModel['kind']): number[] {
  const v = (k: number) => getReadNoiseScale(kind, s.curveLevels[k]!) ** 2;
  const x = [...NONE];
  const [a, b] = [s.kernels[i]!, s.kernels[i + lag]!];
  const weightOf = ({ firstStepIndex: from, weights }: DeviationKernel, k: number) => weights[k - from] ?? 0;
  const readWeight = (kernel: DeviationKernel, k: number) =>
    weightOf(kernel, k - 1) - (s.retained[k] ?? 0) * weightOf(kernel, k);
  for (let k = b.firstStepIndex; k <= a.firstStepIndex + a.weights.length; k++) {
    x[STEP[s.direction]]! += weightOf(a, k) * weightOf(b, k) * (s.stepNorms[k] ?? 0) ** 2;
    x[READING]! += readWeight(a, k) * readWeight(b, k) * v(k);
  }
  x[GAIN[s.direction]] = s.stepSums[i]! * s.stepSums[i + lag]!;
  return x;
}

type VarianceFit = ReturnType<typeof estimateVariances>;

/**
 * Estimates noise variances by weighted least squares from products of deviations up to five readings apart. White read
 * noise anticorrelates neighbouring deviations; step noise does not correlate them; gain correlates all deviations of a train.
 * @param unknown indices of the variances to estimate
 * @param given values of the known variances
 */
function estimateVariances(
  steps: readonly TrainSteps[],
  kind: NoiseModel['kind'],
  unknown: readonly number[],
  given = NONE,
) {
  const lags = unknown.includes(GAIN.up) ? MAX_LAG : 1;
  const all = steps.flatMap(({ off }) => [...off]);
  const square = dot(all, all) / Math.max(all.length, 1);
  const floor = Math.max(1e-12 * square, 1e-18);
  let found: readonly number[] = given.map((v, k) => (k === READING ? square / 2 : v));
  let errors: readonly number[] = [];
  let score = 0;
  const tables = steps.map((s) =>
    Array.from({ length: lags + 1 }, (_, lag) =>
      Array.from({ length: Math.max(0, s.off.length - lag) }, (__, i) => computeCoefficients(s, i, lag, kind)),
    ),
  );
  for (let round = 0; round < ROUNDS; round++) {
    const [normal, right] = [Matrix.zeros(NONE.length, NONE.length), [...NONE]];
    score = 0;
    for (const [t, { off }] of steps.entries()) {
      const own = off.map((_, i) => dot(tables[t]![0]![i]!, found) + floor);
      const limited = off.map((d, i) => Math.sign(d) * Math.min(Math.abs(d), MAX_DEVIATION * Math.sqrt(own[i]!)));
      for (let lag = 0; lag <= lags; lag++) {
        for (let i = 0; i + lag < limited.length; i++) {
          const x = tables[t]![lag]![i]!;
          const product = limited[i]! * limited[i + lag]!;
          const weight = 1 / ((lag === 0 ? 2 : 1) * own[i]! * own[i + lag]!);
          if (lag === 0) score += Math.log(own[i]!) + product / own[i]!;
          const rest = product - dot(x, given);
          for (const a of unknown) {
            right[a]! += weight * x[a]! * rest;
            for (const b of unknown) normal.set(a, b, normal.get(a, b) + weight * x[a]! * x[b]!);
          }
        }
      }
    }
    const [solved, uncertain] = solveNonNegative(normal, right, unknown);
    [found, errors] = [solved.map((v, k) => v + given[k]!), uncertain];
  }
  return { kind, variances: found, errors, score };
}

function solveNonNegative(normal: Matrix, right: readonly number[], known: readonly number[]): [number[], number[]] {
  const found = right.map(() => 0);
  const errors = right.map((_, k) => (normal.get(k, k) > 0 ? 1 / Math.sqrt(normal.get(k, k)) : 0));
  let at = known.filter((k) => normal.get(k, k) > 0);
  while (at.length > 0) {
    const scale = at.map((k) => Math.sqrt(normal.get(k, k)));
    const scaled = new Matrix(at.map((a, i) => at.map((b, k) => normal.get(a, b) / scale[i]! / scale[k]!)));
    const turned = inverse(scaled, true);
    const scaledRight = at.map((b, k) => right[b]! / scale[k]!);
    const values = at.map((_, i) => dot(scaledRight, turned.getRow(i)) / scale[i]!);
    const least = values.reduce((a, v, i) => (v < values[a]! ? i : a), 0);
    if (values[least]! >= 0) {
      at.forEach((k, i) => {
        found[k] = values[i]!;
        errors[k] = Math.sqrt(Math.max(0, turned.get(i, i))) / scale[i]!;
      });
      break;
    }
    at = at.filter((_, i) => i !== least);
  }
  return [found, errors];
}

/** Minimum ratio of a significant noise variance to its standard error (1 %, one-sided). */
const SIGNIFICANCE_LIMIT = 2.33;
/** Minimum ratio of a reported noise variance to its standard error; above 2.33, because the error neglects correlations. */
const REPORT_LIMIT = 3.5;
const MIN_STEP_SD = 1e-4;
/** Smallest standard deviation of the read noise, in units of the largest reading: files hold rounded numbers. */
const MIN_READING_SD = 1e-6;
const MAX_READING_PART = 3;

export type NoiseEstimate = ReturnType<typeof estimateNoise>;

/**
 * Replaces step variances by their mean over repeated trains: total step variance, without read noise and gain, divided
 * by the sum of squared steps. Step noise not proportional to the step then has the right effect on a train.
 */
function averageStepVariance(steps: readonly TrainSteps[], { kind, variances, errors }: VarianceFit): number[] {
  const all = [...variances];
  for (const direction of DIRECTIONS) {
    const k = STEP[direction];
    let [rest, squares, read] = [0, 0, 0];
    for (const s of steps.filter((own) => own.direction === direction)) {
      s.off.forEach((d, i) => {
        const x = computeCoefficients(s, i, 0, kind);
        const readings = x[READING]! * variances[READING]!;
        rest += d * d - readings - x[GAIN[direction]]! * variances[GAIN[direction]]!;
        squares += x[k]!;
        read += readings;
      });
    }
    if (variances[k]! > SIGNIFICANCE_LIMIT * errors[k]! && MAX_READING_PART * rest > read) all[k] = rest / squares;
  }
  return all;
}

const MIN_STRIDED_READINGS = 24;

/** Estimates step, read and gain noise of pulse trains: significant values, lower and upper limits (1 %, one-sided). */
export function estimateNoise(trains: readonly Train[], c: CandidateFit, factors: ReadonlyMap<string, DeviceFactors>) {
  const groups = groupRepeatedTrains(trains);
  const repeated = groups.some((g) => g.length >= MIN_REPEATED_TRAINS);
  const steps = subtractModelMisfit(computeTrainSteps(trains, c, factors), groups);
  const kinds = (['absolute', 'relative'] as const).map((kind) =>
    estimateVariances(steps, kind, repeated ? REPEATED : SINGLE),
  );
  const fit = kinds[1]!.score < kinds[0]!.score ? kinds[1]! : kinds[0]!;
  const { kind } = fit;
  const { variances, errors } = repeated
    ? { ...fit, variances: averageStepVariance(steps, fit) }
    : estimateSingleTrainVariances(steps, kind, (stride) => computeTrainSteps(trains, c, factors, stride));
  const readSd = Math.max(MIN_READING_SD, Math.sqrt(variances[READING]!));
  const startSd = repeated ? estimateStartSpread(trains, c, { kind, readSd }) : null;
  const one = (of: (k: number) => number): NoiseModel => ({
    kind,
    readSd,
    stepSd: mapDirections((d) => of(STEP[d])),
    trainGainSd: repeated ? mapDirections((d) => of(GAIN[d])) : null,
    startSd,
  });
  const limit = (by: number) => one((k) => Math.sqrt(Math.max(0, variances[k]! + by * errors[k]!)));
  return {
    significantNoise: one((k) =>
      variances[k]! > Math.max(REPORT_LIMIT * errors[k]!, MIN_STEP_SD ** 2) ? Math.sqrt(variances[k]!) : 0,
    ),
    lowerLimit: limit(-SIGNIFICANCE_LIMIT),
    upperLimit: limit(SIGNIFICANCE_LIMIT),
  };
}

/**
 * Estimates noise variances if no train is repeated, from every 2^k-th reading: step noise and misfit of the curve
 * accumulate between distant readings, read noise does not. A variance significant at the largest stride is taken
 * from the stride with its smallest upper limit; other variances are taken from the largest stride.
 * @param at returns the step deviations of every stride-th reading
 */
function estimateSingleTrainVariances(
  near: readonly TrainSteps[],
  kind: NoiseModel['kind'],
  at: (stride: number) => TrainSteps[],
) {
  const shortest = Math.min(...near.map(({ off }) => off.length + 1));
  const strideCount = 1 + Math.max(0, Math.floor(Math.log2(shortest / MIN_STRIDED_READINGS)));
  const fits = Array.from({ length: strideCount }, (_, k): VarianceFit => {
    const steps = subtractModelMisfit(at(2 ** k), []);
    const fit = estimateVariances(steps, kind, SINGLE);
    const own = steps.flatMap((s) =>
      [...s.off].map(
        (d, i) => d / Math.sqrt(dot(computeCoefficients(s, i, 0, kind), fit.variances) + MIN_READING_SD ** 2),
      ),
    );
    const tails = sampleKurtosis(own) / 2; // squares of deviations that are not normal vary more
    return { ...fit, errors: fit.errors.map((v) => v * Math.sqrt(2 ** k * Math.max(1, 1 + tails))) };
  });
  const isSignificant = (fit: VarianceFit, k: number) => fit.variances[k]! > REPORT_LIMIT * fit.errors[k]!;
  const limit = ({ variances, errors }: VarianceFit, k: number) => variances[k]! + SIGNIFICANCE_LIMIT * errors[k]!;
  const chosen = NONE.map((_, k) =>
    fits.reduceRight((a, b) => (isSignificant(fits.at(-1)!, k) && limit(b, k) < limit(a, k) ? b : a)),
  );
  const found = NONE.map((_, k) => (k !== READING && isSignificant(chosen[k]!, k) ? chosen[k]!.variances[k]! : 0));
  const white = sum(found) > 0 ? 0 : estimateWhiteVariance(at(1), kind);
  const readVariance = white > 0 ? white : estimateVariances(near, kind, [READING], found).variances[READING]!;
  return {
    variances: chosen.map((fit, k) => (k === READING ? readVariance : fit.variances[k]!)),
    errors: chosen.map((fit, k) => fit.errors[k]!),
  };
}

/**
 * Variance of the white read noise: covariance of deviations two to four readings apart, minus that of neighbouring
 * deviations. Slow noise and misfit affect both covariances equally.
 */
function estimateWhiteVariance(steps: readonly TrainSteps[], kind: NoiseModel['kind']): number {
  let [total, count] = [0, 0];
  for (const { off, retained, curveLevels } of steps) {
    for (let i = 0; i + 4 < off.length; i++) {
      const apart = (off[i + 2]! + off[i + 3]! + off[i + 4]!) / 3;
      total += (off[i]! * (apart - off[i + 1]!)) / getReadNoiseScale(kind, curveLevels[i + 1]!) ** 2;
      count += retained[i + 1]!;
    }
  }
  return count > 0 ? total / count : 0;
}
