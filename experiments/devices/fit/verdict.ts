import { mean } from 'simple-statistics';
import { formatWithPrefix } from '../../look/plots/prefix.ts';
import type { Candidate } from './candidate.ts';
import { levels } from './curves.ts';
import type { Means, Pool } from './means.ts';
import { DIRECTIONS, type Direction } from './reading/train.ts';
import type { ByDirection, Noise } from './scatter.ts';

/** Whether the curve describes what was measured, and where it does not. */
export interface Quality {
  readonly verdict: 'describes' | 'misses';
  /** Root mean square of all readings less the one curve of their direction, S. */
  readonly rmse: number;
  /** The same over the range that the readings' means visit. */
  readonly shareOfRange: number;
  /** What the rmse is on average of simulated measurements with the noise that was found, S. */
  readonly noiseFloor: number;
  readonly reasons: readonly string[];
}

/** A model misses where its rmse is beyond 95 % of those simulated by this factor, and by this share of the range. */
const [BEYOND, SHARE] = [1.15, 0.012];
const FIRST = 0.1;
/** Parts of a train; how much faster than at both ends it goes in between: where the curve misses, and where it must. */
const [PARTS, PEAK, HIGH] = [8, 1.4, 2];
const PLAIN = 0.02;
const APART = 3;
/** Trains that end within this share of the way of where the others began go there and back. */
const SAME_END = 0.2;
const WORN = 0.1;
const SIGNIFICANT = 4;
const STARTS = 0.05;

/** Residuals of neighbouring pulses with less than this autocorrelation are not called alike. */
const ALIKE = 0.1;

const NOISE = 'what is left of the readings is no more than their own noise makes';
const LASTING = 'what is left of the readings is no more than noise makes that lasts for some pulses';
/** What to do where no equation holds. */
const ADVICE = 'a device of `model: table` takes steps as they were measured';

const percent = (share: number) => `${(100 * share).toPrecision(2)} %`;
const amount = (g: number) => formatWithPrefix(g, 'S');
const WAY: Readonly<Record<Direction, string>> = { up: 'upwards', down: 'downwards' };

/** Lowest and highest of the means of all readings after the same pulses. */
export function visited({ by }: Pool): [number, number] {
  const all = DIRECTIONS.flatMap((d) => [...by[d].mean]);
  return [all.reduce((a, b) => Math.min(a, b)), all.reduce((a, b) => Math.max(a, b))];
}

const edge = (own: Float64Array, end: boolean) => {
  const few = Math.max(1, Math.floor(own.length / 20));
  return mean([...(end ? own.subarray(-few) : own.subarray(0, few))]);
};

interface Evidence {
  readonly unit: number;
  /** All readings, and those that are no outliers. */
  readonly whole: Pool;
  readonly kept: Pool;
  readonly c: Candidate;
  readonly noise: Noise;
  readonly floor: number;
  readonly limit: number;
  readonly slow: Slow;
}

/** What lasts from one reading to the next. */
interface Slow {
  /** Autocorrelation of what is left, and the largest likely one with the noise that was told apart. */
  readonly measured: number;
  readonly told: number;
  /** Scatter of a step, as a share of it, with which simulated measurements stray as far. */
  readonly steps: ByDirection;
}

export function verdictOf(e: Evidence): Quality {
  const { whole, kept, c, unit, floor, limit } = e;
  const [low, high] = visited(kept);
  const range = high - low;
  const rmse = Math.sqrt(c.squares / whole.readings);
  const own = Math.sqrt(c.squaresOf(kept) / kept.readings);
  const beyond = Math.sqrt(Math.max(0, own * own - limit * limit));
  const missing = own > BEYOND * limit && beyond > SHARE * range;
  const plainly = own > PLAIN * range;
  const grave = [...twoRanges(e), ...firstPulses(e, range), ...wear(e)];
  const shape = [...(missing || plainly ? sShapes(e, missing ? PEAK : HIGH) : []), ...(missing ? starts(e) : [])];
  const where = missing && grave.length + shape.length === 0 ? [farthest(e, range)] : [];
  const reasons = [...grave, ...shape, ...where];
  const misses = reasons.length > 0;
  const lasting = slowly(e, misses);
  return {
    verdict: misses ? 'misses' : 'describes',
    rmse: rmse * unit,
    shareOfRange: rmse / range,
    noiseFloor: floor * unit,
    reasons: misses ? [...reasons, ...lasting, ADVICE] : [lasting.length > 0 ? LASTING : NOISE, ...lasting],
  };
}

/** Trains up and down whose ranges differ by a factor. */
function twoRanges({ kept: { by }, unit }: Evidence): string[] {
  if (DIRECTIONS.some((d) => by[d].elapsed.length === 0)) return [];
  const [up, down] = DIRECTIONS.map((d) => Math.abs(edge(by[d].mean, true) - edge(by[d].mean.subarray(0, 1), false)));
  const ratio = down! / up!;
  if (ratio < APART && ratio > 1 / APART) return [];
  const [from, to] = ratio < 1 ? (['up', 'down'] as const) : (['down', 'up'] as const);
  const [left, begun, ended, came] = [by[from].mean.at(-1)!, by[to].mean[0]!, by[to].mean.at(-1)!, by[from].mean[0]!];
  const wide = Math.abs(left - came);
  if (Math.abs(ended - came) < SAME_END * wide && (left - begun) * (left - came) > 0)
    return [
      `first pulse ${WAY[to]}: it takes ${percent((left - begun) / (left - came))} of the way at once; trains ${from} end at ${amount(left * unit)}, those ${to} begin at ${amount(begun * unit)}`,
    ];
  const times = Math.max(ratio, 1 / ratio).toPrecision(2);
  return [
    `two ranges that do not belong together: trains ${from} go ${times} times as far as those ${to}, from ${amount(came * unit)} to ${amount(left * unit)} and from ${amount(begun * unit)} to ${amount(ended * unit)}`,
  ];
}

/** A first pulse that goes much farther, or less far, than the curve. */
function firstPulses({ kept: { by }, c, noise }: Evidence, range: number): string[] {
  return DIRECTIONS.flatMap((direction) => {
    const { elapsed, mean: y, count } = by[direction];
    if (elapsed.length === 0) return [];
    const curve = levels(c.curves.course(c.p, direction), elapsed.slice(0, 2));
    const [measured, modelled] = [y[1]! - y[0]!, curve[1]! - curve[0]!];
    const error = (noise.reading * Math.SQRT2) / Math.sqrt(count[0]!);
    const off = Math.abs(measured - modelled);
    if (off < FIRST * range || off < SIGNIFICANT * error) return [];
    return [
      `first pulse ${WAY[direction]}: it moves the conductance by ${percent(Math.abs(measured) / range)} of the range, the curve by ${percent(Math.abs(modelled) / range)}`,
    ];
  });
}

/** Pace of the means in equal parts of a train. */
function paces({ elapsed, mean: y }: Means): { pace: number[]; size: number } {
  const at = Array.from({ length: PARTS + 1 }, (_, k) => Math.round((k * (elapsed.length - 1)) / PARTS));
  const smooth = (i: number) => {
    const half = Math.max(0, Math.floor(elapsed.length / PARTS / 4));
    return mean([...y.subarray(Math.max(0, i - half), i + half + 1)]);
  };
  const pace = at.slice(1).map((b, k) => Math.abs((smooth(b) - smooth(at[k]!)) / (elapsed[b]! - elapsed[at[k]!]!)));
  return { pace, size: 2 * Math.max(0, Math.floor(elapsed.length / PARTS / 4)) + 1 };
}

/** Steps that grow first and shrink then. */
function sShapes({ kept: { by }, noise }: Evidence, peak: number): string[] {
  return DIRECTIONS.flatMap((direction) => {
    const own = by[direction];
    if (own.elapsed.length < 2 * PARTS) return [];
    const { pace, size } = paces(own);
    const top = pace.reduce((a, v, k) => (v > pace[a]! ? k : a), 0);
    const span = own.elapsed.at(-1)! / PARTS;
    const error = (noise.reading * Math.SQRT2) / Math.sqrt(size * own.count[0]!) / span;
    const above = (end: number) => pace[top]! > peak * end && pace[top]! - end > SIGNIFICANT * error;
    if (top === 0 || top === PARTS - 1 || !above(pace[0]!) || !above(pace.at(-1)!)) return [];
    return [
      `S-shape ${WAY[direction]}: steps are largest in the midst of a train, ${(pace[top]! / Math.max(pace[0]!, 1e-300)).toPrecision(2)} times those at its start`,
    ];
  });
}

/** Steps that change with the number of the cycle. */
function wear({ noise }: Evidence): string[] {
  return DIRECTIONS.flatMap((direction) => {
    const m = noise.wear?.[direction] ?? 0;
    if (Math.abs(m) < WORN) return [];
    return [
      `wear over cycles: from the first to the last a step ${WAY[direction]} ${m < 0 ? 'shrinks' : 'grows'} by ${percent(Math.abs(m))}`,
    ];
  });
}

function starts({ noise }: Evidence): string[] {
  if (noise.start === null || noise.start < STARTS) return [];
  return [`start levels: trains begin at levels that scatter by ${percent(noise.start)} of the range`];
}

/** Residuals that last for more pulses than the noise in the device file does. */
function slowly({ noise, slow: { measured, told, steps } }: Evidence, misses: boolean): string[] {
  if (measured < ALIKE || measured < told) return [];
  const ways = DIRECTIONS.filter((d) => steps[d] > 0).map((d) => `${steps[d].toPrecision(2)} ${WAY[d]}`);
  const walk = `steps that scatter by ${ways.join(' and ')} times their size would do it, or readings that drift, or a curve that is off`;
  const why = misses
    ? 'the curve is off for many pulses at a time'
    : noise.gain === null && ways.length > 0
      ? `${walk}; trains that are not repeated do not tell which, and the device file has none of it`
      : 'the curve is off by a little for many pulses at a time, or readings drift; the device file does neither';
  return [
    `residuals of neighbouring pulses are alike (autocorrelation ${measured.toFixed(2)}; the noise in the device file makes ${Math.max(0, told).toFixed(2)} at most): ${why}`,
  ];
}

/** Where what is left is largest, over a tenth of a train. */
function farthest({ kept: { by }, c }: Evidence, range: number): string {
  const parts = DIRECTIONS.flatMap((direction) => {
    const { elapsed, mean: y } = by[direction];
    const curve = levels(c.curves.course(c.p, direction), elapsed);
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
