import { UserError } from '../../../core/declare/errors.ts';
import type { LogTable } from '../../logs/table.ts';
import { rejectSparseLog, requireOneProjection } from '../../logs/weightMatrix.ts';

export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

export interface WeightsLog {
  readonly table: LogTable;
  readonly projection: string;
  readonly times: readonly number[]; // ms, ascending
  /** Numbers of presynaptic (`pre`) and postsynaptic (`post`) neurons, equal to the highest recorded index plus 1. */
  readonly pre: number;
  readonly post: number;
  readonly weightRange: ValueRange;
  /** Conductance range of the devices, S; null for devices without a conductance. */
  readonly conductanceRange: ValueRange | null;
}

/** Matrix of values, presynaptic × postsynaptic, row-major; NaN if there is no synapse or no record yet. */
export type SynapseMatrix = Float64Array;

/** Maximum number of neuron pairs of a projection; their weights need 512 MiB. */
const MAX_PAIRS = 2 ** 26;

export type Histogram = ReturnType<typeof computeHistogram>;

/** Computes a histogram with equal bins, and the moments of its values (sd: denominator N); NaN is ignored. */
export function computeHistogram(values: Float64Array, { min: low, max: high }: ValueRange, bins: number) {
  const binWidth = (high > low ? high - low : Math.abs(low) || 1) / bins;
  const binCounts = new Uint32Array(bins);
  let [valueCount, sum, squares, min, max] = [0, 0, 0, Infinity, -Infinity];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    valueCount++;
    sum += value;
    squares += (value - low) ** 2;
    if (value < min) min = value;
    if (value > max) max = value;
    binCounts[Math.min(bins - 1, Math.floor((value - low) / binWidth))]!++;
  }
  const mean = sum / valueCount;
  // Equal values have a standard deviation of 0; the difference of squares would leave a rounding error.
  const sd = min === max ? 0 : Math.sqrt(Math.max(0, squares / valueCount - (mean - low) ** 2));
  return { binCounts, lowestEdge: low, binWidth, valueCount, mean, sd, min, max };
}

export type WeightSnapshots = ReturnType<typeof takeSnapshots>;

export const PROJECTION_OPTION_HINT = 'choose one with --projection';

export function requireDrawableSize(path: string, pre: number, post: number): void {
  if (pre * post > MAX_PAIRS)
    throw new UserError(
      `${path}: a matrix of ${pre} x ${post} neurons is too large to draw; at most ${MAX_PAIRS.toLocaleString('en')} pairs are supported.`,
    );
}

export function scanWeightsLog(table: LogTable): WeightsLog {
  const seen = new Set<number>();
  const times: number[] = [];
  const weightRange = { min: Infinity, max: -Infinity };
  const conductances = { ...weightRange };
  const extend = (range: { min: number; max: number }, value: number): void => {
    if (value < range.min) range.min = value;
    if (value > range.max) range.max = value;
  };
  let [pre, post, count] = [0, 0, 0];
  table.forEachRow(
    ['time', 'projection', 'pre', 'post', 'weight', 'conductance'],
    (time, id, i, j, weight, siemens) => {
      count++;
      seen.add(id);
      if (time !== times.at(-1)) times.push(time);
      if (i >= pre) pre = i + 1;
      if (j >= post) post = j + 1;
      extend(weightRange, weight);
      extend(conductances, siemens);
    },
  );
  const projection = requireOneProjection(table, seen, PROJECTION_OPTION_HINT);
  rejectSparseLog(table.path, pre, post, count, 'there is nothing to draw');
  requireDrawableSize(table.path, pre, post);
  const conductanceRange = conductances.min <= conductances.max ? conductances : null;
  return { table, projection, times, pre, post, weightRange, conductanceRange };
}

export function selectSnapshotTimes(times: readonly number[], count: number): readonly number[] {
  if (times.length <= count) return times;
  return Array.from({ length: count }, (_, i) => times[Math.round((i * (times.length - 1)) / (count - 1))]!);
}

export function validateSnapshotTimes(given: readonly number[], { table, times }: WeightsLog): readonly number[] {
  const [first, last] = [times[0]!, times.at(-1)!];
  const outside = given.find((t) => !(t >= first && t <= last));
  if (outside !== undefined)
    throw new UserError(
      `--times includes ${outside} ms, but the weights in ${table.path} were recorded from ${first} to ${last} ms.`,
    );
  return [...new Set(given)].sort((a, b) => a - b);
}

/** Reads the weights and takes snapshots at `times` (ms, ascending); also keeps the matrices at `frameTimes`. */
export function takeSnapshots(
  log: WeightsLog,
  times: readonly number[],
  frameTimes: ReadonlySet<number>,
  bins: number,
) {
  const weights = new Float64Array(log.pre * log.post).fill(Number.NaN);
  const conductances = log.conductanceRange && weights.slice();
  const snapshots: { time: number; weightHistogram: Histogram; conductanceHistogram: Histogram | null }[] = [];
  const frames: { time: number; matrix: SynapseMatrix }[] = [];
  const take = (time: number): void => {
    snapshots.push({
      time,
      weightHistogram: computeHistogram(weights, log.weightRange, bins),
      conductanceHistogram: conductances && computeHistogram(conductances, log.conductanceRange!, bins),
    });
    if (frameTimes.has(time)) frames.push({ time, matrix: weights.slice() });
  };
  let next = 0;
  log.table.forEachRow(['time', 'pre', 'post', 'weight', 'conductance'], (time, pre, post, weight, conductance) => {
    while (next < times.length && times[next]! < time) take(times[next++]!);
    weights[pre * log.post + post] = weight;
    if (conductances) conductances[pre * log.post + post] = conductance;
  });
  while (next < times.length) take(times[next++]!);
  return { snapshots, frames };
}
