import { quantileSorted } from 'simple-statistics';
import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import type { Noise } from '../statistics/noiseModel.ts';
import { endsOf } from '../statistics/spread.ts';
import { type Bin, driftOf } from './bins.ts';
import type { FittedTable, Row } from './fittedTable.ts';
import { simulatedTrains } from './simulate.ts';
import { type States, statesOf } from './states.ts';

/** Ends of a device's range over those of the mean device. */
export interface OwnRange {
  readonly min: number;
  readonly max: number;
}
export const MEAN: OwnRange = { min: 1, max: 1 };

/** Share of the mean device's range that each device's own must have at least, for states of one to stand for those of another. */
const LEAST = 0.5;

/**
 * Trains brought to the range of the mean device where the ends of devices differ: a state at the end of one is in the midst of
 * another, and a table of both as they are read would take steps of each for those of the other. With the range of each train's device
 * and the relative sds of these, 0 where they are not distinguishable from 0.
 */
export function onOneRange(trains: readonly Train[], unit: number, noise: Pick<Noise, 'kind' | 'reading'>) {
  const [down, up] = [endsOf(trains, unit, 'down', noise), endsOf(trains, unit, 'up', noise)];
  const all = trains.flatMap((t) => t.conductance).sort((a, b) => a - b);
  const [low, high] = [down.middle * unit || all[0]!, up.middle * unit || all.at(-1)!];
  const byDevice = new Map<string, OwnRange>();
  for (const { device } of trains)
    byDevice.set(device, { min: down.factors.get(device) ?? 1, max: up.factors.get(device) ?? 1 });
  const ranges = trains.map(({ device }) => byDevice.get(device)!);
  const share = ({ min, max }: OwnRange) => (high * max - low * min) / (high - low);
  if (down.sd + up.sd === 0 || ranges.some((own) => !(share(own) >= LEAST)))
    return { trains, ranges: trains.map(() => MEAN), between: { min: 0, max: 0 } };
  const mapped = trains.map((train, t): Train => {
    const own = ranges[t]!;
    return { ...train, conductance: train.conductance.map((g) => low + (g - low * own.min) / share(own)) };
  });
  return { trains: mapped, ranges, between: { min: down.sd, max: up.sd } };
}

/** 0, 0.05, …, 1. */
const LEVELS = 21;
const DIGITS = 6;
const digits = (value: number) => Number(value.toPrecision(DIGITS));

/**
 * Quantiles of what one pulse does from states of one bin: as spread as readings say when their own scatter is taken out, in the
 * shape that they have.
 */
function quantilesOf({ from, mean, variance, changes }: Bin, at: (x: number) => number, range: number): number[] {
  const sd = Math.sqrt(variance);
  const off = changes.map((c) => (c.read - c.pulses * at(c.from)) / Math.sqrt(c.pulses)).sort((a, b) => a - b);
  const raw = Array.from({ length: LEVELS }, (_, k) => quantileSorted(off, k / (LEVELS - 1)));
  // What is drawn lies between quantiles in a straight line: mean and variance of that.
  const pairs = raw.slice(1).map((b, k) => [raw[k]!, b] as const);
  const m = pairs.reduce((sum, [a, b]) => sum + (a + b) / 2, 0) / pairs.length;
  const v = pairs.reduce((sum, [a, b]) => sum + (a * a + a * b + b * b) / 3, 0) / pairs.length - m * m;
  const by = v > 1e-12 * m * m ? sd / Math.sqrt(v) : 0;
  return [from, ...raw.map((q) => (mean + (q - m) * by) / range)];
}

/** What is told of a table beside its rows. */
type Told = Pick<FittedTable, 'open' | 'between' | 'ranges'>;

/** The row of a direction without a train. */
const STILL: Row = new Array<number>(1 + LEVELS).fill(0);

type Range = readonly [low: number, high: number];

/** The table whose states end at both ends of a range; `unit` in S, all else in units of it. */
function tableOf(
  { kind, scatter, bins, starts }: States,
  unit: number,
  [low, high]: Range,
): Omit<FittedTable, keyof Told> {
  const range = high - low;
  const rowsOf = (own: readonly Bin[] | undefined): Row[] => {
    if (own === undefined) return [STILL];
    const at = driftOf(own);
    const rows = own.map((bin) => quantilesOf(bin, (x) => at.mean(x, 0), range));
    return rows.map(([from, ...q]) => [digits(Math.min(Math.max((from! - low) / range, 0), 1)), ...q.map(digits)]);
  };
  return {
    gMin: low * unit,
    gMax: high * unit,
    steps: Object.fromEntries(DIRECTIONS.map((d) => [d, ascending(rowsOf(bins[d]))])) as Record<Direction, Row[]>,
    readNoise: kind === 'absolute' ? { sd: scatter / range, of: 'range' } : { sd: scatter, of: 'value' },
    starts: starts.map((x) => Math.min(Math.max((x - low) / range, 0), 1)),
  };
}

/** Quantile of the steps from the outermost state that still goes on where a device does: the lower quartile. */
const QUARTILE = (LEVELS - 1) / 4;
/** How often trains are made again to see where they end, and the room that they have, in ranges. */
const [TIMES, ROOM] = [8, 1];

/**
 * The table of measured trains, of the mean device where their ranges differ. Directions without a train keep still. Where trains were ended while pulses from their last states still
 * went on, three of four at least, the range is wider than they are: it ends where trains of as many pulses come to.
 */
export function fitTable(trains: readonly Train[]): FittedTable {
  const unit = trains.reduce((most, t) => t.conductance.reduce((a, g) => Math.max(a, g), most), 0);
  const apart = statesOf(trains, unit);
  const { trains: alike, ranges, between } = onOneRange(trains, unit, { kind: apart.kind, reading: apart.scatter });
  const states = alike === trains ? apart : statesOf(alike, unit);
  const [low, high] = [Math.max(states.low, 0), states.high];
  const seen = tableOf(states, unit, [low, high]);
  const goesOn = {
    up: seen.steps.up.at(-1)!.at(1 + QUARTILE)! > 0,
    down: seen.steps.down[0]!.at(-1 - QUARTILE)! < 0,
  };
  const open = DIRECTIONS.filter((d) => goesOn[d]);
  if (open.length === 0) return { ...seen, open, between, ranges };
  const room = ROOM * (high - low);
  const wide: Range = [goesOn.down ? Math.max(low - room, 0) : low, goesOn.up ? high + room : high];
  const mean = { open, between, ranges: ranges.map(() => MEAN), readNoise: { sd: 0, of: 'range' as const } };
  const free = { ...tableOf(states, unit, wide), ...mean };
  const ends = Array.from({ length: TIMES }, (_, k) => simulatedTrains(trains, free, k))
    .flat()
    .map(({ conductance }) => conductance.at(-1)! / unit);
  return { ...tableOf(states, unit, [Math.min(low, ...ends), Math.max(high, ...ends)]), open, between, ranges };
}

/** Rounding may have made two states one. */
const ascending = (rows: readonly Row[]): Row[] => rows.filter((row, i) => i === 0 || row[0]! > rows[i - 1]![0]!);
