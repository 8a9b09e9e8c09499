import { mean, rootMeanSquare } from 'simple-statistics';
import { UserError } from '../../../../core/declare/errors.ts';
import { CounterRandom } from '../../../../core/random/random.ts';
import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import { bootstrap, matched, SIMULATIONS, simulated } from './bootstrap.ts';
import { type Candidate, candidatesOf } from './candidate.ts';
import { type Factors, lengthsOf, levels, type Variant } from './curves.ts';
import type { FamilyName } from './families.ts';
import { type Bound, type ModelFit, modelFit, publish, unreached } from './modelFit.ts';
import { estimateNoise } from './noise.ts';
import { cycleToCycle, type Noise } from './noiseModel.ts';
import { type Outlier, outliersOf } from './outliers.ts';
import { type Pool, placeOf, pool } from './pool.ts';
import { alike, autocorrelation, criterion, crossValidated, effective, MOST_OFF } from './select.ts';
import { type Between, betweenDevices, drawnFactors, factorsOf, pooled } from './spread.ts';
import { repeats } from './steps.ts';
import { type Quality, verdictOf, visited } from './verdict.ts';

/** What a fit tells of one model beside its parameters. */
interface FitDetails {
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
  /** One number each, of what `between` and `noise` tell apart; null where it was not measured: one device only, or no train repeated. */
  readonly spread: { readonly deviceToDevice: number | null; readonly cycleToCycle: number | null };
  readonly quality: Quality;
  /** Models that do as well as the best: the same curve, or one that differs by less than noise tells. */
  readonly alike: Readonly<Partial<Record<FamilyName, 'curve' | 'noise'>>>;
  /** Readings that were left out of the fit, though not out of rmse. */
  readonly outliers: readonly Outlier[];
  /** rmse of the best model without them, S: what the verdict compares with the floor of noise. */
  readonly withoutOutliers: number;
  /** Lowest rmse of plain least squares over all models, S. */
  readonly plain: number;
  readonly details: Readonly<Record<FamilyName, FitDetails>>;
  readonly between: Between | null;
  readonly noise: Noise;
  /** Bounds of the best model that no train came to, and that it does not tell otherwise: the range visited stands for them. */
  readonly unreached: readonly Bound[];
  /** The direction that no train has, for which the steps of the other stand; null where there is none. */
  readonly unmeasured: Direction | null;
  /** Scatter of a reading: `absolute` in S, `relative` as a share of the conductance. */
  readonly reading: { readonly kind: Noise['kind']; readonly sd: number };
  /** What it takes to simulate each model, or to fit it again: `publish` names what coordinates mean. */
  readonly fitted: Readonly<
    Record<
      FamilyName,
      { readonly candidate: Candidate; readonly publish: (p: readonly number[]) => Record<string, number> }
    >
  >;
  /** The same trains once more, simulated from the best model with its noise and spread. */
  readonly simulation: readonly Train[];
  /** The largest reading, S. */
  readonly unit: number;
}

const least = <T>(list: readonly T[], of: (item: T) => number): T => list.reduce((a, b) => (of(b) < of(a) ? b : a));

/** Of models that do as well, one whose range is no more than this of what readings visit is taken before others. */
const WIDE = 1.5;
const wide = (c: Candidate) => Math.abs(c.curves.course(c.p, 'up').range);

/** The variants that are left of each model, what is held out of them, and which is best. */
function selected(trains: readonly Train[], unit: number) {
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
  const judged = finalists.map((c, k) => ({
    c,
    folds: folds[k]!,
    held: mean(folds[k]!),
    plain: unit * Math.sqrt(Math.min(...raw[k]!.map(({ squares }) => squares)) / whole.readings),
  }));
  const near = judged.filter(({ c }) => within(c));
  const lowest = least(near, ({ held }) => held);
  const equal = near.filter((j) => j === lowest || alike(lowest, j, whole, independent) !== null);
  const seen = visited(whole);
  const known = equal.filter(({ c }) => wide(c) < WIDE * (seen[1] - seen[0]));
  const open = known.length > 0 ? known : equal;
  const fewest = Math.min(...open.map(({ c }) => c.count));
  const few = open.filter(({ c }) => c.count === fewest);
  const top = least(few, ({ held }) => held);
  const best = few.find((j) => j === top || alike(top, j, whole, independent) === 'curve')!;
  return { judged, best, whole, kept, outliers, left, independent };
}

/**
 * Fits the device models to measured pulses: by least squares of one free-running curve a direction, in the recursion pulse by
 * pulse. Noise is told from how readings differ from the next ones, intervals and the floor of noise come from fits to simulated
 * measurements, the best model from what is held out.
 */
export function fitPulses(trains: readonly Train[]): PulseFit {
  const unit = trains.reduce((most, t) => t.conductance.reduce((a, g) => Math.max(a, g), most), 0);
  const requireRange = (of: Pool, what: string): void => {
    const [low, high] = visited(of);
    if (!(high > low))
      throw new UserError(`${what} are ${low * unit} S after all pulses; no step can be fitted to them.`);
  };
  requireRange(pool(trains, unit), 'means of the readings');
  const { judged, best, whole, kept, outliers, left, independent } = selected(trains, unit);
  requireRange(kept, 'means of the readings without outliers');
  const several = new Set(trains.map(({ device }) => device)).size > 1;
  const factors: ReadonlyMap<string, Factors> = several ? factorsOf(trains, unit, best.c) : new Map();
  const estimate = estimateNoise(trains, unit, best.c, left, factors);
  const noise = estimate.told;
  const between = several ? betweenDevices(trains, unit, best.c, noise, factors) : null;
  const strays = matched(trains, unit, best.c, estimate, between);
  const measured = { trains, unit, whole, kept, strays, between };
  const fits = judged.map((j) => ({
    ...j,
    ...modelFit(measured, j.c, j.held, j === best ? SIMULATIONS.best : SIMULATIONS.other),
  }));
  const { floor, limit, fit } = fits[judged.indexOf(best)]!;
  const { correlation } = bootstrap(trains, unit, best.c, noise, between, SIMULATIONS.other);
  const slow = { measured: fit.autocorrelation, told: correlation, steps: strays.step };
  const byName = <T>(of: (f: (typeof fits)[number]) => T) =>
    Object.fromEntries(fits.map((f) => [f.c.variant.family.name, of(f)])) as Record<FamilyName, T>;
  const reasons = judged
    .filter((j) => j !== best)
    .map((j) => [j.c.variant.family.name, alike(best, j, whole, independent)] as const);
  const cycles = DIRECTIONS.filter((d) => trains.some((t) => t.direction === d)).map((d) => cycleToCycle(noise)[d]);
  const drawn = between && drawnFactors([...factors.keys()], between, new CounterRandom(1, 'drawn devices'), 0);
  return {
    best: best.c.variant.family.name,
    models: byName(({ fit }) => fit),
    spread: {
      deviceToDevice: between && pooled(between),
      cycleToCycle: repeats(trains).some((group) => group.length > 1) ? rootMeanSquare(cycles) : null,
    },
    quality: verdictOf({ unit, whole, kept, c: best.c, noise, floor, limit, slow }),
    alike: Object.fromEntries(reasons.filter(([, why]) => why !== null)),
    outliers,
    withoutOutliers: unit * Math.sqrt(best.c.squaresOf(kept) / kept.readings),
    plain: Math.min(...judged.map(({ plain }) => plain)),
    details: byName(({ c, plain }) => ({
      bic: criterion(c, independent),
      starts: c.variant.starts,
      plain,
      curves: trains.map(({ direction, elapsed }) =>
        levels(c.curves.course(c.p, direction), elapsed).map((g) => g * unit),
      ),
    })),
    between,
    noise,
    unreached: unreached(best.c, whole),
    unmeasured: DIRECTIONS.find((d) => trains.every((t) => t.direction !== d)) ?? null,
    reading: { kind: noise.kind, sd: noise.kind === 'absolute' ? noise.reading * unit : noise.reading },
    fitted: byName(({ c }) => ({ candidate: c, publish: (p) => publish(c, p, whole, unit) })),
    simulation: simulated(trains, unit, best.c, noise, new CounterRandom(1, 'drawn'), 0, drawn ?? undefined),
    unit,
  };
}
