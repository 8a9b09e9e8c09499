import { CounterRandom } from '../../../core/random/random.ts';
import { bootstrap, interval, matched, ofFew, SIMULATIONS } from './bootstrap.ts';
import { Candidate } from './candidate.ts';
import { type Factors, follow, type Lengths, lengthsOf, levels, type Variant } from './curves.ts';
import {
  exponentialFamily,
  type Family,
  type FamilyName,
  linearFamily,
  neuroSimFamily,
  powerFamily,
  softBoundFamily,
} from './families.ts';
import { type Pool, placeOf, pool } from './means.ts';
import { estimateNoise, type Noise, repeats } from './noise.ts';
import { type Outlier, outliersOf } from './outliers.ts';
import { DIRECTIONS, type Direction, type Train } from './readPulses.ts';
import { alike, autocorrelation, criterion, crossValidated, effective, MOST_OFF } from './select.ts';
import { simulated } from './simulate.ts';
import { type Between, betweenDevices, drawnFactors, factorsOf, pooled } from './spread.ts';
import { type Quality, verdictOf, visited } from './verdict.ts';

/** A model fitted to measured pulses. */
export interface ModelFit {
  /** Parameters of the device model, conductances in S. */
  readonly params: Readonly<Record<string, number>>;
  /** 95 % interval of each; null where it was not fitted. */
  readonly ci: Readonly<Record<string, readonly [number, number] | null>>;
  /** Root mean square of all readings less the one curve of their direction, S. */
  readonly rmse: number;
  /** The same with factors of its own for each device; null of one device. */
  readonly perDevice: number | null;
  /** rmse over the range that the readings visit. */
  readonly shareOfRange: number;
  /** Share of the readings' variance that the curves explain. */
  readonly r2: number;
  /** Of what is left, from one reading of a train to the next. */
  readonly autocorrelation: number;
  /** Root mean square, S, of readings less curves that were fitted without them: cycles and devices held out in turn. */
  readonly crossValidated: number;
}

export type Bound = 'gMin' | 'gMax';

/** What a fit tells of one model beside its parameters. */
export interface FitDetails {
  /** Bayesian information criterion for as many independent readings as the autocorrelated ones are worth. */
  readonly bic: number;
  readonly starts: Variant['starts'];
  /** Lowest rmse of this model by plain least squares, whatever is assumed of starts and ends, S. */
  readonly plain: number;
  /** The curves at the readings of each train, S. */
  readonly curves: readonly Float64Array[];
}

export interface PulseFit {
  readonly best: FamilyName;
  readonly models: Readonly<Record<FamilyName, ModelFit>>;
  /** null where it was not measured: one device only, or no train repeated. */
  readonly spread: { readonly deviceToDevice: number | null; readonly cycleToCycle: number | null };
  readonly quality: Quality;
  /** Models that do as well as the best: the same curve, or one that differs by less than noise tells. */
  readonly alike: Readonly<Partial<Record<FamilyName, 'curve' | 'noise'>>>;
  /** Readings that were left out of the fit, though not out of rmse. */
  readonly outliers: readonly Outlier[];
  /** Lowest rmse of plain least squares over all models, S. */
  readonly plain: number;
  readonly details: Readonly<Record<FamilyName, FitDetails>>;
  readonly between: Between | null;
  readonly noise: Noise;
  /** Bounds of the best model that no train came to, and that it does not tell otherwise: the range visited stands for them. */
  readonly unreached: readonly Bound[];
  /** Scatter of a reading: `absolute` in S, `relative` as a share of the conductance. */
  readonly reading: { readonly kind: Noise['kind']; readonly sd: number };
  /** What it takes to simulate each model, or to fit it again: `publish` names what coordinates mean. */
  readonly fitted: Readonly<
    Record<
      FamilyName,
      { readonly candidate: Candidate; readonly publish: (p: readonly number[]) => Record<string, number> }
    >
  >;
  /** Of each train. */
  readonly directions: readonly Direction[];
  /** The same trains once more, simulated from the best model with its noise and spread. */
  readonly simulation: readonly Train[];
  /** The largest reading, S. */
  readonly unit: number;
}

/** Fewest parameters first: of models that fit alike, the first is taken. */
const FAMILIES: readonly Family[] = [linearFamily, softBoundFamily, exponentialFamily, neuroSimFamily, powerFamily];

function variantsOf(family: Family, trains: readonly Train[]): Variant[] {
  // A counter that begins with 1 or more may count pulses: of upward trains, or of downward ones that go on counting.
  const counts = (direction: Direction) =>
    trains.every((t) => t.direction !== direction || t.first >= 1) ? (1 as const) : (0 as const);
  const counted = { up: counts('up'), down: counts('down') };
  const none = { up: 0, down: 0 } as const;
  const atBounds = counted.up + counted.down > 0 ? [none, counted] : [none];
  // A full train of NeuroSim runs from bound to bound; from other levels its curves are those of softBound.
  if (family.name === 'neuroSim')
    return atBounds.flatMap((before): Variant[] =>
      (['measured', 'free'] as const).map((length) => ({ family, starts: 'bounds', before, length })),
    );
  const bounds = atBounds.map((before): Variant => ({ family, starts: 'bounds', before, length: 'measured' }));
  // Bounds, starts and exponents together are more than trains tell.
  return family.name === 'power' ? bounds : [...bounds, { family, starts: 'free', before: none, length: 'measured' }];
}

const least = <T>(list: readonly T[], of: (item: T) => number): T => list.reduce((a, b) => (of(b) < of(a) ? b : a));

/** All variants of all models by plain least squares. */
function candidatesOf(trains: readonly Train[], of: Pool, whole: Pool, lengths: Lengths): Candidate[][] {
  return FAMILIES.map((family) =>
    variantsOf(family, trains).map((variant) => {
      const c = new Candidate(variant, lengths);
      c.take(c.fit(of), whole);
      return c;
    }),
  );
}

/**
 * Fits the device models to measured pulses: by least squares of one free-running curve a direction, in the recursion pulse by
 * pulse. Noise is told from how readings differ from the next ones, intervals and the floor of noise come from fits to simulated
 * measurements, the best model from what is held out.
 */
export function fitPulses(trains: readonly Train[]): PulseFit {
  const unit = trains.reduce((most, t) => t.conductance.reduce((a, g) => Math.max(a, g), most), 0);
  const whole = pool(trains, unit);
  const lengths = lengthsOf(whole);
  const raw = candidatesOf(trains, whole, whole, lengths);
  const nearest = least(raw.flat(), (c) => c.misfit);
  const outliers = outliersOf(trains, unit, nearest);
  const left = new Set(outliers.map(({ place }) => place));
  const kept = pool(trains, unit, (_, t, i) => !left.has(placeOf(t, i)));
  const within = (c: Candidate) => c.misfit <= MOST_OFF ** 2 * nearest.misfit;
  const robust = left.size === 0 ? raw : candidatesOf(trains, kept, whole, lengths);
  const all = robust.flat().some(within) ? robust : raw;
  const independent = effective(whole.readings, autocorrelation(trains, unit, nearest));
  const finalists = all.map((list) =>
    least(list.some(within) ? list.filter(within) : list, (c) => criterion(c, independent)),
  );
  const folds = crossValidated(trains, unit, finalists, left);
  const judged = finalists.map((c, k) => ({ c, folds: folds[k]!, held: average(folds[k]!) }));
  const near = judged.filter(({ c }) => within(c));
  const lowest = least(near, ({ held }) => held);
  const equal = near.filter((j) => j === lowest || alike(lowest, j, whole, independent) !== null);
  const seen = visited(whole);
  const known = equal.filter(({ c }) => wide(c) < WIDE * (seen[1] - seen[0]));
  const best = least(known.length > 0 ? known : equal, ({ c }) => c.count);
  const several = new Set(trains.map(({ device }) => device)).size > 1;
  const factors: ReadonlyMap<string, Factors> = several ? factorsOf(trains, unit, best.c) : new Map();
  const estimate = estimateNoise(trains, unit, best.c, left, factors);
  const noise = estimate.told;
  const found = several ? betweenDevices(trains, unit, best.c, noise, factors) : null;
  const made = matched(trains, unit, best.c, estimate, found);
  const fits = judged.map(({ c, held }) => ({
    c,
    ...modelFit(trains, unit, whole, c, made, found, held, c === best.c ? SIMULATIONS.best : SIMULATIONS.other),
  }));
  const names = [...factors.keys()];
  const drawn = found === null ? undefined : drawnFactors(names, found, new CounterRandom(1, 'drawn devices'), 0);
  const { floor, limit } = fits.find(({ c }) => c === best.c)!;
  const byName = <T>(of: (f: (typeof fits)[number], k: number) => T) =>
    Object.fromEntries(fits.map((f, k) => [f.c.variant.family.name, of(f, k)])) as Record<FamilyName, T>;
  const reasons = judged
    .filter((j) => j !== best)
    .map((j) => [j.c.variant.family.name, alike(best, j, whole, independent)] as const);
  const repeated = repeats(trains).some((group) => group.length > 1);
  return {
    best: best.c.variant.family.name,
    models: byName(({ fit }) => fit),
    spread: {
      deviceToDevice: found && pooled(found),
      cycleToCycle: repeated ? cycleToCycle(noise) : null,
    },
    quality: verdictOf({ trains, unit, of: whole, c: best.c, noise, floor, limit }),
    alike: Object.fromEntries(reasons.filter(([, why]) => why !== null)),
    outliers,
    plain: unit * Math.sqrt(nearest.squares / whole.readings),
    details: byName(({ c }, k) => ({
      bic: criterion(c, independent),
      starts: c.variant.starts,
      plain: unit * Math.sqrt(Math.min(...raw[k]!.map(({ squares }) => squares)) / whole.readings),
      curves: trains.map(({ direction, elapsed }) =>
        levels(c.curves.course(c.p, direction), elapsed).map((g) => g * unit),
      ),
    })),
    between: found,
    noise,
    unreached: unreached(best.c, whole),
    reading: { kind: noise.kind, sd: noise.kind === 'absolute' ? noise.reading * unit : noise.reading },
    fitted: byName(({ c }) => ({ candidate: c, publish: (p) => publish(c, p, whole, unit) })),
    directions: trains.map(({ direction }) => direction),
    simulation: simulated(trains, unit, best.c, noise, new CounterRandom(1, 'drawn'), 0, drawn),
    unit,
  };
}

/** Of models that do as well, one whose range is no more than this of what readings visit is taken before others. */
const WIDE = 1.5;
const wide = (c: Candidate) => Math.abs(c.curves.course(c.p, 'up').range);

const average = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;

/** Sd of a step between repeats: of the step itself and of what those of a train have in common; up and down alike. */
export function cycleToCycle({ step, gain }: Noise): number {
  return Math.sqrt((step.up ** 2 + step.down ** 2) / 2 + (gain ?? 0) ** 2);
}

/** Parameters, intervals, and how near the curves come; with the floor of noise, mean and quantile 0.95. */
function modelFit(
  trains: readonly Train[],
  unit: number,
  whole: Pool,
  c: Candidate,
  noise: Noise,
  between: Between | null,
  held: number,
  simulations: number,
): { fit: ModelFit; floor: number; limit: number } {
  const made = bootstrap(trains, unit, c, noise, between, simulations);
  const rmse = Math.sqrt(c.squares / whole.readings);
  const widen = ofFew(trains.length) * Math.max(1, rmse / made.limit);
  const params = publish(c, c.p, whole, unit);
  const again = made.found.map((p) => publish(c, p, whole, unit));
  const fixed = c.variant.length === 'measured' ? ['pulsesUp', 'pulsesDown'] : [];
  const ci = Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      fixed.includes(name)
        ? null
        : interval(
            value,
            again.map((s) => s[name]!),
            widen,
            allowed(name),
            name.startsWith('g') ? (unit * rmse) / Math.sqrt(trains.length) : 0,
          ),
    ]),
  );
  const [low, high] = visited(whole);
  const flat = variance(trains, unit);
  const fit = {
    params,
    ci,
    rmse: unit * rmse,
    perDevice: between === null ? null : unit * perDevice(trains, unit, c),
    shareOfRange: rmse / (high - low),
    r2: 1 - (rmse * rmse) / flat,
    autocorrelation: autocorrelation(trains, unit, c),
    crossValidated: unit * Math.sqrt(held),
  };
  return { fit, floor: made.rmse, limit: made.limit };
}

/** Values that the parameters of device models may have. */
function allowed(name: string): readonly [number, number] {
  if (name.startsWith('nonlinearity')) return [-9, 9];
  if (name.startsWith('pulses')) return [1, Infinity];
  return [0, name.startsWith('eta') ? 1 : Infinity];
}

function variance(trains: readonly Train[], unit: number): number {
  const all = trains.flatMap(({ conductance }) => conductance.map((g) => g / unit));
  const mean = average(all);
  return average(all.map((g) => (g - mean) ** 2));
}

function perDevice(trains: readonly Train[], unit: number, c: Candidate): number {
  let [squares, readings] = [0, 0];
  for (const [device, factors] of factorsOf(trains, unit, c)) {
    const own = pool(trains, unit, (t) => t.device === device);
    squares += c.squaresOf(own, c.p, factors);
    readings += own.readings;
  }
  return Math.sqrt(squares / readings);
}

/** Steps of the exponential and the linear model say nothing of bounds; where trains start may. */
const tellsNoBounds = ({ family }: Variant): boolean => family.name === 'exponential';

/** A reading nearer to a bound than this share of the range is at it; trains that end farther off than GAP did not come to it. */
const [AT_BOUND, GAP] = [1e-3, 0.02];

/**
 * Bounds of the exponential model that the trains do not tell. They do where a curve stays at the bound, or where trains
 * begin at it although those that move to it end elsewhere: then it was set. Otherwise it is where they turned round.
 */
function unreached(c: Candidate, { by }: Pool): Bound[] {
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

function publish(c: Candidate, p: readonly number[], of: Pool, unit: number): Record<string, number> {
  const q = withinVisited(c, p, of);
  const shapes = DIRECTIONS.map((direction) => {
    const { values, pulses } = c.curves.shape(q, direction);
    return c.variant.family.publish(direction, values, pulses);
  });
  return Object.assign({ gMin: Math.max(0, q[0]! * unit), gMax: q[1]! * unit }, ...shapes);
}
