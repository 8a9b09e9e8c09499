import { mean, sampleVariance } from 'simple-statistics';
import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import { bootstrap, interval, ofFew } from './bootstrap.ts';
import type { Candidate } from './candidate.ts';
import { follow, levels, type Variant } from './curves.ts';
import { type Noise, scatterAt } from './noiseModel.ts';
import { type Pool, pool } from './pool.ts';
import { autocorrelation } from './select.ts';
import { type Between, factorsOf } from './spread.ts';
import { visited } from './verdict.ts';

/** A model fitted to measured pulses. */
export interface ModelFit {
  /** Parameters of the device model, conductances in S: by plain least squares. */
  readonly params: Readonly<Record<string, number>>;
  /** 95 % interval of each; null where it was not fitted. */
  readonly ci: Readonly<Record<string, readonly [number, number] | null>>;
  /** Root mean square of all readings less the one curve of their direction, S. */
  readonly rmse: number;
  /** The same with factors of its own for each device; null of one device. */
  readonly perDevice: number | null;
  /** rmse over the range that the readings visit, outliers left out. */
  readonly shareOfRange: number;
  /** Share of the readings' variance that the curves explain. */
  readonly r2: number;
  /** Of what is left, from one reading of a train to the next. */
  readonly autocorrelation: number;
  /** Root mean square, S, of readings less curves that were fitted without them: cycles and devices held out in turn. */
  readonly crossValidated: number;
  /** The same model as it is likeliest where deviations of steps stay and those of readings do not; rmse in S. */
  readonly noiseAware: { readonly params: Readonly<Record<string, number>>; readonly rmse: number };
}

/** Where trains stray as wholes by this share of all scatter or more, their number counts in full. */
const WHOLES = 0.2;

/** What was measured, and how it scatters. */
export interface Measured {
  readonly trains: readonly Train[];
  readonly unit: number;
  /** All readings, and those that are no outliers. */
  readonly whole: Pool;
  readonly kept: Pool;
  /** With which simulated measurements stray as far. */
  readonly strays: Noise;
  readonly between: Between | null;
}

/** Parameters, intervals, and how near the curves come; with the floor of noise, mean and quantile 0.95. */
export function modelFit(
  { trains, unit, whole, kept, strays, between }: Measured,
  c: Candidate,
  held: number,
  simulations: number,
): { fit: ModelFit; floor: number; limit: number } {
  const made = bootstrap(trains, unit, c, strays, between, simulations);
  const rmseOf = (p: readonly number[]) => Math.sqrt(c.squaresOf(whole, p) / whole.readings);
  const rmse = rmseOf(c.p);
  const straying = 1 - Math.min(1, ofReadings(trains, c, strays) / made.rmse ** 2);
  const widen = (1 + (ofFew(trains) - 1) * Math.min(1, straying / WHOLES)) * Math.max(1, rmse / made.limit);
  const params = publish(c, c.p, whole, unit);
  const again = made.found.map((p) => publish(c, p, whole, unit));
  const fixed = c.variant.length === 'measured' ? ['pulsesUp', 'pulsesDown'] : [];
  const intervalOf = (name: string, value: number) =>
    interval(
      value,
      again.map((s) => s[name]!),
      widen,
      allowed(name),
      name.startsWith('g') ? (unit * rmse) / Math.sqrt(trains.length) : 0,
    );
  const [low, high] = visited(kept);
  const aware = c.fitAware(kept, strays);
  const fit = {
    params,
    ci: Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, fixed.includes(name) ? null : intervalOf(name, value)]),
    ),
    rmse: unit * rmse,
    perDevice: between === null ? null : unit * perDevice(trains, unit, c),
    shareOfRange: rmse / (high - low),
    r2: 1 - (rmse * rmse) / sampleVariance(trains.flatMap((t) => t.conductance.map((g) => g / unit))),
    autocorrelation: autocorrelation(trains, unit, c),
    crossValidated: unit * Math.sqrt(held),
    noiseAware: { params: publish(c, aware, whole, unit), rmse: unit * rmseOf(aware) },
  };
  return { fit, floor: made.rmse, limit: made.limit };
}

/** Mean square of what readings alone scatter by about the curves. */
function ofReadings(trains: readonly Train[], c: Candidate, { kind, reading }: Noise): number {
  const squares = trains.flatMap(({ direction, elapsed }) =>
    [...levels(c.curves.course(c.p, direction), elapsed)].map((g) => scatterAt(kind, g) ** 2),
  );
  return reading ** 2 * mean(squares);
}

/** Values that the parameters of device models may have. */
function allowed(name: string): readonly [number, number] {
  if (name.startsWith('nonlinearity')) return [-9, 9];
  if (name.startsWith('pulses')) return [1, Infinity];
  return [0, name.startsWith('eta') ? 1 : Infinity];
}

function perDevice(trains: readonly Train[], unit: number, c: Candidate): number {
  const parts = [...factorsOf(trains, unit, c)].map(([device, factors]) => {
    const own = pool(trains, unit, (t) => t.device === device);
    return { squares: c.squaresOf(own, c.p, factors), readings: own.readings };
  });
  return Math.sqrt(mean(parts.map(({ squares }) => squares)) / mean(parts.map(({ readings }) => readings)));
}

export type Bound = 'gMin' | 'gMax';

/** Steps of the exponential model say nothing of bounds; where trains start may. */
const tellsNoBounds = ({ family }: Variant): boolean => family.name === 'exponential';

/** A reading nearer to a bound than this share of the range is at it; trains that end farther off than GAP did not come to it. */
const [AT_BOUND, GAP] = [1e-3, 0.02];

/**
 * Bounds of the exponential model that the trains do not tell. They do where a curve stays at the bound, or where trains
 * begin at it although those that move to it end elsewhere: then it was set. Otherwise it is where they turned round.
 */
export function unreached(c: Candidate, { by }: Pool): Bound[] {
  if (!tellsNoBounds(c.variant)) return [];
  const told = (to: Direction, away: Direction): boolean => {
    const way = follow(c.curves.course(c.p, to), by[to].elapsed);
    const stays = way.filter((h) => h > 1 - AT_BOUND).length > 1;
    const begun = c.curves.course(c.p, away).start <= AT_BOUND;
    return stays || (begun && way.at(-1)! < 1 - GAP);
  };
  return [...(told('down', 'up') ? [] : (['gMin'] as const)), ...(told('up', 'down') ? [] : (['gMax'] as const))];
}

/** The exponential model's range where no train comes to its bounds: what was visited. */
function withinVisited(c: Candidate, p: readonly number[], { by }: Pool): readonly number[] {
  if (!tellsNoBounds(c.variant) || c.variant.starts === 'bounds') return p;
  const ways = DIRECTIONS.flatMap((d) =>
    [...follow(c.curves.course(p, d), by[d].elapsed)].map((h) => (d === 'up' ? h : 1 - h)),
  );
  const [low, high] = [ways.reduce((a, b) => Math.min(a, b)), ways.reduce((a, b) => Math.max(a, b))];
  const [lo, hi, alphaUp, betaUp, alphaDown, betaDown, ...rest] = p as [number, number, number, number, number, number];
  const share = high - low;
  return [
    lo + (hi - lo) * low,
    lo + (hi - lo) * high,
    alphaUp - betaUp * low - Math.log(share),
    betaUp * share,
    alphaDown - betaDown * (1 - high) - Math.log(share),
    betaDown * share,
    ...rest,
  ];
}

/** Parameters of the device model at the coordinates p, conductances in S. */
export function publish(c: Candidate, p: readonly number[], of: Pool, unit: number): Record<string, number> {
  const q = withinVisited(c, p, of);
  const shapes = DIRECTIONS.map((direction) => {
    const { values, pulses } = c.curves.shape(q, direction);
    return c.variant.family.publish(direction, values, pulses);
  });
  return Object.assign({ gMin: Math.max(0, q[0]! * unit), gMax: q[1]! * unit }, ...shapes);
}
