import { quantileSorted } from 'simple-statistics';
import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import { nearestNoise } from '../statistics/fitPulses.ts';
import type { Noise } from '../statistics/noiseModel.ts';
import { estimateFinalLevels } from '../statistics/spread.ts';
import { interpolateBins, type StateBin } from './bins.ts';
import { type FittedTable, MEAN_RANGE, type OwnRange, type Row, simulateWithTable } from './fittedTable.ts';
import { type States, statesOf } from './states.ts';

/** Smallest range of a device, relative to the mean device, with which trains are scaled to a common table. */
const MIN_RANGE = 0.5;

/**
 * Scales trains to the range of the mean device if device ranges differ. Otherwise the table would mix steps at the end
 * of one device's range with steps in the middle of another's. Returns the scaled trains, the range of each train's
 * device, and the relative standard deviations of the ranges (0 if not significant).
 */
function scaleToMeanRange(trains: readonly Train[], unit: number, noise: Pick<Noise, 'kind' | 'reading'>) {
  const [down, up] = [estimateFinalLevels(trains, unit, 'down', noise), estimateFinalLevels(trains, unit, 'up', noise)];
  const all = trains.flatMap((t) => t.conductance).sort((a, b) => a - b);
  const [low, high] = [down.middle * unit || all[0]!, up.middle * unit || all.at(-1)!];
  const byDevice = new Map<string, OwnRange>();
  for (const { device } of trains)
    byDevice.set(device, { min: down.factors.get(device) ?? 1, max: up.factors.get(device) ?? 1 });
  const ranges = trains.map(({ device }) => byDevice.get(device)!);
  const share = ({ min, max }: OwnRange) => (high * max - low * min) / (high - low);
  if (down.sd + up.sd === 0 || ranges.some((own) => !(share(own) >= MIN_RANGE)))
    return { trains, ranges: trains.map(() => MEAN_RANGE), between: { min: 0, max: 0 } };
  const mapped = trains.map((train, t): Train => {
    const own = ranges[t]!;
    return { ...train, conductance: train.conductance.map((g) => low + (g - low * own.min) / share(own)) };
  });
  return { trains: mapped, ranges, between: { min: down.sd, max: up.sd } };
}

/** Number of quantiles per table row: 0, 0.05, …, 1. */
const QUANTILE_COUNT = 21;
const DIGITS = 6;
const digits = (value: number) => Number(value.toPrecision(DIGITS));

/** Quantiles of the change by one pulse in a bin: measured distribution, scaled to the variance without read noise. */
function quantilesOf({ from, mean, variance, changes }: StateBin, at: (x: number) => number, range: number): number[] {
  const sd = Math.sqrt(variance);
  const off = changes.map((c) => (c.read - c.pulses * at(c.from)) / Math.sqrt(c.pulses)).sort((a, b) => a - b);
  const raw = Array.from({ length: QUANTILE_COUNT }, (_, k) => quantileSorted(off, k / (QUANTILE_COUNT - 1)));
  // Mean and variance of the distribution whose density is constant between neighbouring quantiles.
  const pairs = raw.slice(1).map((b, k) => [raw[k]!, b] as const);
  const m = pairs.reduce((sum, [a, b]) => sum + (a + b) / 2, 0) / pairs.length;
  const v = pairs.reduce((sum, [a, b]) => sum + (a * a + a * b + b * b) / 3, 0) / pairs.length - m * m;
  const by = v > 1e-12 * m * m ? sd / Math.sqrt(v) : 0;
  return [from, ...raw.map((q) => (mean + (q - m) * by) / range)];
}

/** Properties of a step table other than its rows. */
type TableProperties = Pick<FittedTable, 'open' | 'between' | 'ranges'>;

/** Table row for a direction that was not measured: no change. */
const NO_CHANGE: Row = new Array<number>(1 + QUANTILE_COUNT).fill(0);

type Range = readonly [low: number, high: number];

/** Creates a step table for a conductance range, in units of the largest reading. @param unit largest reading, S */
function tableOf(
  { reading, bins, starts }: States,
  unit: number,
  kind: Noise['kind'],
  [low, high]: Range,
): Omit<FittedTable, keyof TableProperties> {
  const range = high - low;
  const rowsOf = (own: readonly StateBin[] | undefined): Row[] => {
    if (own === undefined) return [NO_CHANGE];
    const at = interpolateBins(own);
    const rows = own.map((bin) => quantilesOf(bin, (x) => at.mean(x, 0), range));
    return rows.map(([from, ...q]) => [digits(Math.min(Math.max((from! - low) / range, 0), 1)), ...q.map(digits)]);
  };
  return {
    gMin: low * unit,
    gMax: high * unit,
    steps: Object.fromEntries(DIRECTIONS.map((d) => [d, ascending(rowsOf(bins[d]))])) as Record<Direction, Row[]>,
    readNoise: kind === 'absolute' ? { sd: reading / range, of: 'range' } : { sd: reading, of: 'value' },
    starts: starts.map((x) => Math.min(Math.max((x - low) / range, 0), 1)),
  };
}

/** Index of the first quartile among the quantiles of a row, and of the third, counted from the last. */
const QUARTILE = (QUANTILE_COUNT - 1) / 4;
/** Number of simulated measurements, and maximum extension of the range relative to the measured range. */
const [SIMULATION_COUNT, MAX_EXTENSION] = [8, 1];

/**
 * Fits a step table to measured trains (of the mean device, if ranges differ). Unmeasured directions have no steps. If
 * at least three of four pulses still change the outermost state, simulated trains of equal length extend the range.
 */
export function fitTable(trains: readonly Train[]): FittedTable {
  const unit = trains.reduce((most, t) => t.conductance.reduce((a, g) => Math.max(a, g), most), 0);
  const noise = nearestNoise(trains, unit);
  const { trains: alike, ranges, between } = scaleToMeanRange(trains, unit, noise);
  const states = statesOf(alike, unit, noise);
  const [low, high] = [Math.max(states.low, 0), states.high];
  const table = (range: Range) => tableOf(states, unit, noise.kind, range);
  const seen = table([low, high]);
  const isOpen = {
    up: seen.steps.up.at(-1)!.at(1 + QUARTILE)! > 0,
    down: seen.steps.down[0]!.at(-1 - QUARTILE)! < 0,
  };
  const open = DIRECTIONS.filter((d) => isOpen[d]);
  if (open.length === 0) return { ...seen, open, between, ranges };
  const margin = MAX_EXTENSION * (high - low);
  const wide: Range = [isOpen.down ? Math.max(low - margin, 0) : low, isOpen.up ? high + margin : high];
  const mean = { open, between, ranges: ranges.map(() => MEAN_RANGE), readNoise: { sd: 0, of: 'range' as const } };
  const free = { ...table(wide), ...mean };
  const ends = Array.from({ length: SIMULATION_COUNT }, (_, k) => simulateWithTable(trains, free, k))
    .flat()
    .map(({ conductance }) => conductance.at(-1)! / unit);
  return { ...table([Math.min(low, ...ends), Math.max(high, ...ends)]), open, between, ranges };
}

/** Removes rows with repeated states, which rounding may produce. */
const ascending = (rows: readonly Row[]): Row[] => rows.filter((row, i) => i === 0 || row[0]! > rows[i - 1]![0]!);
