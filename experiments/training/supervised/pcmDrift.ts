import * as z from 'zod/mini';
import { choice, described, integer, number, object } from '../../../core/declare/params.ts';
import { minLength } from '../../../core/declare/ranged.ts';
import { pow } from '../../../core/elementary.ts';
import { log } from '../../../core/math.ts';
import { CounterRandom, type Seed } from '../../../core/random/random.ts';
import type { LabelledImages } from '../../data/dataSet.ts';
import { estimateMean } from '../../statistics/estimate.ts';
import { computeAccuracy } from '../../statistics/score.ts';
import { getWeightMatrixShape, hasWeights, type Model, type WeightedStage } from './model.ts';
import { classifyWithFloatNet, type PixelScaling } from './trainFloatNet.ts';

const YEAR = 365 * 86_400;
/** Largest conductance, µS, to which the coefficients of the noise model apply. */
const G_MAX = 25;
/** Time after programming at which drift starts, s; conductances then have programming noise only. */
const T0 = 20;
/** Duration of a read, s: start of the 1/f noise. */
const READ_TIME = 250e-9;
const MIN_COMPENSATION_OUTPUT = 1e-4;

const clip = (x: number, low: number, high: number) => Math.min(Math.max(x, low), high);

/** Standard deviation of a programmed conductance, µS. @param u target conductance, share of `G_MAX` */
export const computeProgrammingDeviation = (u: number) => 0.26348 + 1.965 * u - 1.1731 * u * u;

/** Mean and standard deviation of the drift exponent nu. @param u programmed conductance, share of the largest; > 0 */
export const computeDriftExponent = (u: number) => ({
  mean: clip(-0.0155 * log(u) + 0.0244, 0.049, 0.1),
  deviation: clip(-0.0125 * log(u) - 0.0059, 0.008, 0.045),
});

/**
 * Programs weights: |W|/max |W| becomes the conductance of one device of a pair and 0 that of the other, both with programming noise.
 * Drift and read noise then apply to their difference, as if one device held it (as in aihwkit); one drift exponent is drawn per weight.
 * Source: aihwkit, inference/noise/pcm.py and converter/conductance.py.
 */
export function programPcm(weights: ArrayLike<number>, columns: number, seed: Seed, name: string) {
  const random = new CounterRandom(seed, `${name}/pcm`);
  const values = Array.from(weights);
  const scale = values.reduce((most, w) => Math.max(most, Math.abs(w)), 0) || 1;
  const zero = (k: number, n: number) => Math.max(0, computeProgrammingDeviation(0) * random.normal(k, n));
  const programmed = Float64Array.from(values, (w, k) => {
    const u = Math.abs(w) / scale;
    const on = Math.max(0, G_MAX * u + computeProgrammingDeviation(u) * random.normal(k, 0));
    return Math.sign(w || 1) * (on - zero(k, 1));
  });
  const most = programmed.reduce((a, g) => Math.max(a, Math.abs(g)), 0);
  const exponents = programmed.map((g, k) => {
    if (g === 0) return 0;
    const { mean, deviation } = computeDriftExponent(Math.abs(g) / most);
    return Math.abs(mean + deviation * random.normal(k, 2));
  });
  return {
    columns,
    /** Weight that a device at `G_MAX` represents. */
    scale,
    /** Programmed conductance differences, µS; the sign selects the device of the pair that holds the weight. */
    programmed,
    exponents,
    name,
    seed,
  };
}

/** Simulates a read-out of weights `seconds` after programming, with drift and 1/f noise. @param read index of the read, selects its noise */
export function readPcmWeights(
  { scale, programmed, exponents, name, seed }: ReturnType<typeof programPcm>,
  seconds: number,
  read: number,
) {
  const random = new CounterRandom(seed, `${name}/read`);
  const t = seconds + T0;
  const spread = Math.sqrt(log((t + READ_TIME) / (2 * READ_TIME)));
  return programmed.map((g, k) => {
    if (g === 0) return 0;
    const noise = Math.min(0.0088 / pow(Math.abs(g) / G_MAX, 0.65), 0.2);
    const drifted = g * pow(t / T0, -exponents[k]!);
    return (scale / G_MAX) * drifted * Math.max(0, 1 + noise * spread * random.normal(k, read));
  });
}

/** Mean absolute output over all unit inputs, of the whole matrix or per column. */
function measureOutputs(weights: Float64Array, columns: number, isPerColumn: boolean) {
  const sums = new Float64Array(isPerColumn ? columns : 1);
  weights.forEach((w, k) => {
    sums[isPerColumn ? k % columns : 0]! += Math.abs(w);
  });
  return sums.map((sum) => Math.max((sum * sums.length) / weights.length, MIN_COMPENSATION_OUTPUT));
}

export const driftParams = object(
  {
    times: described(
      z._default(
        z.array(number({ min: 0, exclusiveMin: true, unit: 's', help: 'time after programming' })).check(minLength(1)),
        [1, 3600, 86_400, 30 * 86_400, YEAR],
      ),
      { description: 'times after programming, s, at which the net is tested' },
    ),
    compensation: choice(['global', 'column'], {
      default: 'global',
      help: 'drift compensation: outputs are multiplied by the ratio of their mean absolute value after programming to that at the test, over the whole matrix (global) or per column',
    }),
    repeats: integer({ default: 3, min: 2, max: 100, help: 'number of times that the net is programmed' }),
  },
  'test of the trained net on pairs of phase-change devices, whose conductance drifts; biases are digital',
);

export interface DriftReading {
  readonly seconds: number;
  /** Mean test accuracy, %, without drift compensation. */
  readonly raw: number;
  readonly compensated: number;
  /** 95 % interval of `compensated` over the repeats. */
  readonly interval: { readonly low: number; readonly high: number };
}

/** Tests a trained net after programming on phase-change devices, with and without drift compensation. */
export function testDrift(
  model: Model,
  images: LabelledImages,
  scaling: PixelScaling,
  { times, compensation, repeats }: z.output<typeof driftParams>,
  seed: Seed,
): DriftReading[] {
  const isPerColumn = compensation === 'column';
  const arrays = Array.from({ length: repeats }, (_, repeat) =>
    model.stages.map((stage, n) => {
      if (!hasWeights(stage)) return null;
      const pcm = programPcm(
        stage.weights,
        getWeightMatrixShape(stage).columns,
        seed,
        `learn/drift${repeat}/stage${n}`,
      );
      return { pcm, initial: measureOutputs(readPcmWeights(pcm, 0, 0), pcm.columns, isPerColumn) };
    }),
  );
  return times.map((seconds, time) => {
    const [raw, compensated] = [false, true].map((isCompensated) =>
      arrays.map((pcms) => {
        const stages = model.stages.map((stage, n) => {
          const array = pcms[n];
          if (!array) return stage;
          const { pcm, initial } = array;
          const weights = readPcmWeights(pcm, seconds, time + 1);
          const now = measureOutputs(weights, pcm.columns, isPerColumn);
          const factor = (k: number) => (isCompensated ? initial[k % now.length]! / now[k % now.length]! : 1);
          return { ...(stage as WeightedStage), weights: Float32Array.from(weights, (w, k) => w * factor(k)) };
        });
        return computeAccuracy(images.labels, classifyWithFloatNet({ ...model, stages }, images, scaling));
      }),
    ) as [number[], number[]];
    const { mean, low, high } = estimateMean(compensated);
    return { seconds, raw: estimateMean(raw).mean, compensated: mean, interval: { low, high } };
  });
}
