/** Verdicts on fits: whether a curve, or only its mean over devices or trains, describes the readings. */
import { mean } from 'simple-statistics';
import { DIRECTIONS, type Direction, listDeviceNames, type Train } from '../import/trains.ts';
import { findExtent, formatShareAsPercent, groupBy, splitIntoChunks, sum } from '../lists.ts';
import type { CandidateFit } from './candidateFit.ts';
import { computeConductances } from './curves.ts';
import type { MeasuredTrains, PooledReadings } from './pool.ts';

/** `describesMean`: the curve fits the mean, but devices, trains or readings scatter by over 10 % of the range. */
export type FitVerdict = 'describes' | 'describesMean' | 'misses';

/** Verdicts on a fit as predicates of a sentence: `softBound fits the readings`. */
export const VERDICT_PHRASES = {
  describes: 'fits',
  describesMean: 'fits the mean of',
  misses: 'does not fit',
} as const;

/** Largest RMSE at which a fit describes the readings (verdict `describes`), fraction of the range. */
const MAX_DESCRIBED_SHARE = 0.1;

export interface FitQuality {
  readonly verdict: FitVerdict;
  readonly rmse: number;
  readonly shareOfRange: number;
  /** Mean RMSE of fits to measurements simulated with the estimated noise, S. */
  readonly noiseFloor: number;
  readonly reasons: readonly string[];
}

/** Minimum RMSE of a misfit: ratio to the 0.95 quantile of simulated RMSEs; excess over it, share of the range. */
const [MIN_MISFIT_RATIO, MIN_MISFIT_SHARE] = [1.15, 0.012];
/** Largest mean residual over a tenth of a train that is attributed to noise, share of the range. */
const MAX_MEAN_RESIDUAL = 0.065;
const WITHIN_NOISE = 'residuals are within the noise of the readings';
const ADVICE = '`--model table` stores the measured steps without an equation';

const percent = (share: number) => formatShareAsPercent(share, 2);
const WAY: Readonly<Record<Direction, string>> = { up: 'upwards', down: 'downwards' };

export const findMeasuredRange = ({ by }: PooledReadings): [low: number, high: number] =>
  findExtent(DIRECTIONS.flatMap((d) => [...by[d].mean]));

export function judgeFit(
  { trains, whole, kept }: MeasuredTrains,
  c: CandidateFit,
  floor: number,
  limit: number,
): FitQuality {
  const [low, high] = findMeasuredRange(kept);
  const range = high - low;
  const rmse = Math.sqrt(c.squareSum / whole.readings);
  const own = Math.sqrt(c.sumSquaredResiduals(kept) / kept.readings);
  const beyond = Math.sqrt(Math.max(0, own * own - limit * limit));
  const isMisfit = own > MIN_MISFIT_RATIO * limit && beyond > MIN_MISFIT_SHARE * range;
  const worst = largestMisfit(whole, c);
  const where = `pulses ${worst.from} to ${worst.to} ${WAY[worst.direction]}: readings lie ${percent(Math.abs(worst.off) / range)} of the range ${worst.off > 0 ? 'above' : 'below'} the curve`;
  const scatter = own > MAX_DESCRIBED_SHARE * range ? describeScatter(trains, c, range) : undefined;
  const misses = (isMisfit && !scatter?.isBetweenTrains) || Math.abs(worst.off) > MAX_MEAN_RESIDUAL * range;
  return {
    verdict: misses ? 'misses' : scatter ? 'describesMean' : 'describes',
    rmse: rmse * c.conductanceUnit,
    shareOfRange: rmse / range,
    noiseFloor: floor * c.conductanceUnit,
    reasons: [...(misses ? [where, ADVICE] : scatter ? [] : [WITHIN_NOISE]), ...(scatter ? [scatter.sentence] : [])],
  };
}

/** Sentence on the largest source of scatter about the curve: devices, trains or single readings. */
function describeScatter(trains: readonly Train[], c: CandidateFit, range: number) {
  const parts = trains.flatMap((train) => {
    const residuals = c.computeResiduals(train);
    const size = Math.max(1, Math.ceil(residuals.length / 10));
    return splitIntoChunks(residuals, size).map((list, tenth) => ({ train, tenth, list }));
  });
  const residuals = parts.flatMap(({ list }) => list);
  /** Root mean square of the mean residuals per value of `keyOf`, direction and tenth of a train, share of the range. */
  const spreadOf = (keyOf: (train: Train) => unknown) => {
    const groups = groupBy(parts, ({ train, tenth }) => [keyOf(train), train.direction, tenth]);
    const squares = groups.map((group) => {
      const list = group.flatMap((part) => part.list);
      return list.length * mean(list) ** 2;
    });
    return Math.sqrt(sum(squares) / residuals.length) / range;
  };
  const whole = Math.sqrt(sum(residuals.map((r) => r * r)) / residuals.length) / range;
  const names = listDeviceNames(trains);
  const isMost = (spread: number) => spread ** 2 > 0.5 * whole ** 2;
  const [devices, single] = [spreadOf(({ device }) => device), spreadOf((train) => trains.indexOf(train))];
  const isBetweenTrains = isMost(single);
  if (names.length > 1 && isMost(devices)) {
    const sentence = `the curve is the mean of ${names.length} devices that differ by ${percent(devices)} of the range (sd)`;
    return { isBetweenTrains, sentence };
  }
  if (!isBetweenTrains)
    return { isBetweenTrains, sentence: `single readings scatter by ${percent(whole)} of the range (sd)` };
  const hasConditions = DIRECTIONS.some((direction) => {
    const voltages = trains.filter((t) => t.direction === direction).map(({ voltage }) => voltage?.[0]);
    return new Set(voltages).size > 1;
  });
  const why = hasConditions ? 'their pulses have different voltages' : 'is a device column missing?';
  const differ = `the curve is the mean of ${trains.length} trains that differ by ${percent(single)} of the range (sd)`;
  return { isBetweenTrains, sentence: `${differ}: ${why}` };
}

function largestMisfit({ by }: PooledReadings, c: CandidateFit) {
  const parts = DIRECTIONS.flatMap((direction) => {
    const { elapsed, mean: y } = by[direction];
    const curve = computeConductances(c.createModelCurve(direction), elapsed);
    return splitIntoChunks([...elapsed.keys()], Math.max(1, Math.ceil(elapsed.length / 10))).map((at) => {
      const off = mean(at.map((i) => y[i]! - curve[i]!));
      return { direction, from: elapsed[at[0]!]!, to: elapsed[at.at(-1)!]!, off };
    });
  });
  return parts.reduce((a, b) => (Math.abs(b.off) > Math.abs(a.off) ? b : a));
}

/**
 * Verdict on a fit to readings of unknown noise.
 * @param share RMSE, fraction of the span of the readings
 * @param autocorrelation lag-1 autocorrelation of the residuals; 0 if not significant
 */
export function judgeRmseShare(share: number, autocorrelation: number): Pick<FitQuality, 'verdict' | 'reasons'> {
  if (share <= MAX_DESCRIBED_SHARE) return { verdict: 'describes', reasons: [] };
  return autocorrelation > 0
    ? { verdict: 'misses', reasons: ['successive residuals have the same sign, so the curve has another shape'] }
    : { verdict: 'describesMean', reasons: [`single readings scatter by ${percent(share)} of the span`] };
}
