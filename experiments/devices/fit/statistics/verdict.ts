import { mean } from 'simple-statistics';
import { formatWithPrefix } from '../../../look/plots/prefix.ts';
import { DIRECTIONS, type Direction } from '../import/trains.ts';
import { extentOf } from '../lists.ts';
import type { Candidate } from './candidate.ts';
import { conductancesAlong } from './curves.ts';
import type { ByDirection, Noise } from './noiseModel.ts';
import type { Pool, PulseMeans } from './pool.ts';

/** Verdict on the fit of the best model, with reasons. */
export interface Quality {
  readonly verdict: 'describes' | 'misses';
  /** Root mean square residual of all readings, S. */
  readonly rmse: number;
  /** RMSE as a share of the measured range. */
  readonly shareOfRange: number;
  /** Noise floor: mean RMSE of fits to simulated measurements with the estimated noise, S. */
  readonly noiseFloor: number;
  readonly reasons: readonly string[];
}

/** Minimum RMSE of a misfit: as a multiple of the quantile 0.95 of simulated ones, and beyond that quantile as a share of the range. */
const [MIN_MISFIT_RATIO, MIN_MISFIT_SHARE] = [1.15, 0.012];
/** RMSE, as a share of the range, from which S-shapes are looked for. */
const LARGE_RMSE = 0.02;
/** Minimum misfit of the first step, as a share of the range. */
const MIN_FIRST_MISFIT = 0.1;
/** Number of parts per train, and minimum ratio of the largest step to those at both ends: for a misfit, and for a good fit. */
const [PART_COUNT, MIN_PEAK, MIN_CLEAR_PEAK] = [8, 1.4, 2];
/** Minimum ratio of the changes up and down. */
const MIN_RANGE_RATIO = 3;
/** Maximum distance, as a share of the change, between the end of trains and the start of the others. */
const MAX_END_DISTANCE = 0.2;
/** Minimum wear, as a share of a step. */
const MIN_WEAR = 0.1;
/** Standard errors from which a difference is significant. */
const SIGNIFICANT = 4;
/** Minimum sd of the start of trains, as a share of the range. */
const MIN_START_SD = 0.05;
/** Minimum autocorrelation of the residuals. */
const MIN_CORRELATION = 0.1;

const WITHIN_NOISE = 'residuals are within the noise of the readings';
const WITHIN_SLOW_NOISE = 'residuals are within the noise, which is correlated over some pulses';
const ADVICE = '`--model table` stores the measured steps without an equation';

const percent = (share: number) => `${(100 * share).toPrecision(2)} %`;
const amount = (g: number) => formatWithPrefix(g, 'S');
const WAY: Readonly<Record<Direction, string>> = { up: 'upwards', down: 'downwards' };

/** Measured range: lowest and highest mean of the readings after the same number of pulses. */
export const visitedRange = ({ by }: Pool): [low: number, high: number] =>
  extentOf(DIRECTIONS.flatMap((d) => [...by[d].mean]));

/** Mean of the first, or last, twentieth of a list. */
const edge = (own: Float64Array, end: boolean) => {
  const few = Math.max(1, Math.floor(own.length / 20));
  return mean([...(end ? own.subarray(-few) : own.subarray(0, few))]);
};

/** Fit that is judged; conductances in units of the largest reading, `unit` S. */
interface Evidence {
  readonly unit: number;
  /** All readings, and all without outliers. */
  readonly whole: Pool;
  readonly kept: Pool;
  readonly c: Candidate;
  readonly noise: Noise;
  readonly floor: number;
  readonly limit: number;
  readonly slow: SlowNoise;
}

/** Correlation of successive residuals. */
interface SlowNoise {
  /** Autocorrelation of the residuals at lag 1. */
  readonly measured: number;
  /** Quantile 0.95 of the autocorrelation in simulated measurements with the significant noise. */
  readonly expected: number;
  /** Sd of a step, as a share of the step, for simulated measurements that deviate as far. */
  readonly steps: ByDirection;
}

/** Compares the residuals with the noise floor and looks for typical misfits. */
export function judgeFit(e: Evidence): Quality {
  const { whole, kept, c, unit, floor, limit } = e;
  const [low, high] = visitedRange(kept);
  const range = high - low;
  const rmse = Math.sqrt(c.squares / whole.readings);
  const own = Math.sqrt(c.squaresOf(kept) / kept.readings);
  const beyond = Math.sqrt(Math.max(0, own * own - limit * limit));
  const isMisfit = own > MIN_MISFIT_RATIO * limit && beyond > MIN_MISFIT_SHARE * range;
  const isLarge = own > LARGE_RMSE * range;
  const severe = [...twoRanges(e), ...firstPulses(e, range), ...wear(e)];
  const shape = [
    ...(isMisfit || isLarge ? sShapes(e, isMisfit ? MIN_PEAK : MIN_CLEAR_PEAK) : []),
    ...(isMisfit ? starts(e) : []),
  ];
  const where = isMisfit && severe.length + shape.length === 0 ? [largestMisfit(e, range)] : [];
  const reasons = [...severe, ...shape, ...where];
  const misses = reasons.length > 0;
  const slow = slowResiduals(e, misses);
  return {
    verdict: misses ? 'misses' : 'describes',
    rmse: rmse * unit,
    shareOfRange: rmse / range,
    noiseFloor: floor * unit,
    reasons: misses ? [...reasons, ...slow, ADVICE] : [slow.length > 0 ? WITHIN_SLOW_NOISE : WITHIN_NOISE, ...slow],
  };
}

/** Trains up and down with ranges that differ by a factor. */
function twoRanges({ kept: { by }, unit }: Evidence): string[] {
  if (DIRECTIONS.some((d) => by[d].elapsed.length === 0)) return [];
  const [up, down] = DIRECTIONS.map((d) => Math.abs(edge(by[d].mean, true) - edge(by[d].mean.subarray(0, 1), false)));
  const ratio = down! / up!;
  if (ratio < MIN_RANGE_RATIO && ratio > 1 / MIN_RANGE_RATIO) return [];
  const [from, to] = ratio < 1 ? (['up', 'down'] as const) : (['down', 'up'] as const);
  const [left, begun, ended, came] = [by[from].mean.at(-1)!, by[to].mean[0]!, by[to].mean.at(-1)!, by[from].mean[0]!];
  const wide = Math.abs(left - came);
  if (Math.abs(ended - came) < MAX_END_DISTANCE * wide && (left - begun) * (left - came) > 0)
    return [
      `first pulse ${WAY[to]}: it makes ${percent((left - begun) / (left - came))} of the change; trains ${from} end at ${amount(left * unit)}, those ${to} begin at ${amount(begun * unit)}`,
    ];
  const times = Math.max(ratio, 1 / ratio).toPrecision(2);
  return [
    `two ranges: trains ${from} change the conductance ${times} times as much as trains ${to}, from ${amount(came * unit)} to ${amount(left * unit)} and from ${amount(begun * unit)} to ${amount(ended * unit)}`,
  ];
}

/** First pulses with a much larger or smaller change than the curve. */
function firstPulses({ kept: { by }, c, noise }: Evidence, range: number): string[] {
  return DIRECTIONS.flatMap((direction) => {
    const { elapsed, mean: y, count } = by[direction];
    if (elapsed.length === 0) return [];
    const curve = conductancesAlong(c.curves.course(c.p, direction), elapsed.slice(0, 2));
    const [measured, modelled] = [y[1]! - y[0]!, curve[1]! - curve[0]!];
    const error = (noise.reading * Math.SQRT2) / Math.sqrt(count[0]!);
    const off = Math.abs(measured - modelled);
    if (off < MIN_FIRST_MISFIT * range || off < SIGNIFICANT * error) return [];
    return [
      `first pulse ${WAY[direction]}: it moves the conductance by ${percent(Math.abs(measured) / range)} of the range, the curve by ${percent(Math.abs(modelled) / range)}`,
    ];
  });
}

/** Mean step in equal parts of a train, and number of readings that each end of a part is averaged over. */
function meanSteps({ elapsed, mean: y }: PulseMeans): { pace: number[]; size: number } {
  const at = Array.from({ length: PART_COUNT + 1 }, (_, k) => Math.round((k * (elapsed.length - 1)) / PART_COUNT));
  const smooth = (i: number) => {
    const half = Math.max(0, Math.floor(elapsed.length / PART_COUNT / 4));
    return mean([...y.subarray(Math.max(0, i - half), i + half + 1)]);
  };
  const pace = at.slice(1).map((b, k) => Math.abs((smooth(b) - smooth(at[k]!)) / (elapsed[b]! - elapsed[at[k]!]!)));
  return { pace, size: 2 * Math.max(0, Math.floor(elapsed.length / PART_COUNT / 4)) + 1 };
}

/** Steps that first grow and then shrink. */
function sShapes({ kept: { by }, noise }: Evidence, peak: number): string[] {
  return DIRECTIONS.flatMap((direction) => {
    const own = by[direction];
    if (own.elapsed.length < 2 * PART_COUNT) return [];
    const { pace, size } = meanSteps(own);
    const top = pace.reduce((a, v, k) => (v > pace[a]! ? k : a), 0);
    const span = own.elapsed.at(-1)! / PART_COUNT;
    const error = (noise.reading * Math.SQRT2) / Math.sqrt(size * own.count[0]!) / span;
    const above = (end: number) => pace[top]! > peak * end && pace[top]! - end > SIGNIFICANT * error;
    if (top === 0 || top === PART_COUNT - 1 || !above(pace[0]!) || !above(pace.at(-1)!)) return [];
    return [
      `S-shape ${WAY[direction]}: steps are largest in the middle of a train, ${(pace[top]! / Math.max(pace[0]!, 1e-300)).toPrecision(2)} times those at its start`,
    ];
  });
}

/** Steps that change from cycle to cycle. */
function wear({ noise }: Evidence): string[] {
  return DIRECTIONS.flatMap((direction) => {
    const m = noise.wear?.[direction] ?? 0;
    if (Math.abs(m) < MIN_WEAR) return [];
    return [
      `wear over cycles: from the first to the last a step ${WAY[direction]} ${m < 0 ? 'shrinks' : 'grows'} by ${percent(Math.abs(m))}`,
    ];
  });
}

function starts({ noise }: Evidence): string[] {
  if (noise.start === null || noise.start < MIN_START_SD) return [];
  return [`start levels: trains begin at levels that scatter by ${percent(noise.start)} of the range`];
}

/** Residuals with a longer correlation than the noise in the device file. */
function slowResiduals({ noise, slow: { measured, expected, steps } }: Evidence, misses: boolean): string[] {
  if (measured < MIN_CORRELATION || measured < expected) return [];
  const ways = DIRECTIONS.filter((d) => steps[d] > 0).map((d) => `${steps[d].toPrecision(2)} ${WAY[d]}`);
  const walk = `possible causes: step noise of ${ways.join(' and ')} times the step, drift of the readings, or a misfit of the curve`;
  const why = misses
    ? 'the misfit extends over many pulses'
    : noise.gain === null && ways.length > 0
      ? `${walk}; without repeated trains the cause is not identifiable, and the device file includes none of them`
      : 'the curve has a small misfit over many pulses, or readings drift; the device file includes neither';
  return [
    `residuals of neighbouring pulses are correlated (autocorrelation ${measured.toFixed(2)}; at most ${Math.max(0, expected).toFixed(2)} with the noise in the device file): ${why}`,
  ];
}

/** Tenth of a train with the largest mean residual. */
function largestMisfit({ kept: { by }, c }: Evidence, range: number): string {
  const parts = DIRECTIONS.flatMap((direction) => {
    const { elapsed, mean: y } = by[direction];
    const curve = conductancesAlong(c.curves.course(c.p, direction), elapsed);
    const size = Math.max(1, Math.ceil(elapsed.length / 10));
    return Array.from({ length: Math.ceil(elapsed.length / size) }, (_, k) => {
      const at = elapsed.map((__, i) => i).slice(k * size, (k + 1) * size);
      const off = mean(at.map((i) => y[i]! - curve[i]!));
      return { direction, from: elapsed[at[0]!]!, to: elapsed[at.at(-1)!]!, off };
    });
  });
  const worst = parts.reduce((a, b) => (Math.abs(b.off) > Math.abs(a.off) ? b : a));
  return `pulses ${worst.from} to ${worst.to} ${WAY[worst.direction]}: readings lie ${percent(Math.abs(worst.off) / range)} of the range ${worst.off > 0 ? 'above' : 'below'} the curve`;
}
