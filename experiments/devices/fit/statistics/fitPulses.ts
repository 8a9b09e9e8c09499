import { mean, rootMeanSquare } from 'simple-statistics';
import { UserError } from '../../../../core/declare/errors.ts';
import { CounterRandom } from '../../../../core/random/random.ts';
import { DIRECTIONS, type Direction, type Train } from '../import/trains.ts';
import { matchNoise, SIMULATION_COUNTS } from './bootstrap.ts';
import { type Candidate, fitCandidates } from './candidate.ts';
import { computeConductances, type Factors, lengthsOf } from './curves.ts';
import type { FamilyName } from './families.ts';
import { type Bound, findUndeterminedBounds, fitSummary, type ModelFit, publish } from './modelFit.ts';
import { estimateNoise } from './noise.ts';
import { cycleToCycle, type Noise } from './noiseModel.ts';
import { findOutliers, type Outlier } from './outliers.ts';
import { type PooledReadings, poolReadings, readingId } from './pool.ts';
import {
  autocorrelation,
  criterion,
  crossValidate,
  estimateIndependentCount,
  findEquivalence,
  MAX_MISFIT_RATIO,
} from './select.ts';
import { simulateTrains } from './simulate.ts';
import { type DeviceSpread, drawFactors, estimateSpread, fitDeviceFactors, pooledSpread } from './spread.ts';
import { repeats } from './steps.ts';
import { judgeFit, measuredRange, type Quality } from './verdict.ts';

/** Result of fitting all device models to measured pulses. */
export interface PulseFit {
  readonly best: FamilyName;
  readonly models: Readonly<Record<FamilyName, ModelFit>>;
  /** Relative standard deviations: parameters between devices, steps between cycles; null without repetition. */
  readonly spread: { readonly deviceToDevice: number | null; readonly cycleToCycle: number | null };
  readonly quality: Quality;
  /** Other models that are equivalent to the best one, with the reason: same curve, or difference within noise. */
  readonly alike: Readonly<Partial<Record<FamilyName, 'curve' | 'noise'>>>;
  /** Readings excluded from the fit, but included in the RMSE. */
  readonly outliers: readonly Outlier[];
  /** RMSE of the best model without outliers, S; the verdict compares it with the noise floor. */
  readonly withoutOutliers: number;
  /** Lowest RMSE among all models and variants, S. */
  readonly plain: number;
  /** Curve of each model at the readings of each train, S. */
  readonly curves: Readonly<Record<FamilyName, readonly Float64Array[]>>;
  readonly between: DeviceSpread | null;
  readonly noise: Noise;
  /** Bounds of the best model that the trains do not determine; they are set to the ends of the measured range. */
  readonly unreached: readonly Bound[];
  /** Direction that was not measured, so that its steps mirror those of the other; null if both were measured. */
  readonly unmeasured: Direction | null;
  /** Standard deviation of the read noise: `absolute` in S, `relative` as a fraction of the conductance. */
  readonly reading: { readonly kind: Noise['kind']; readonly sd: number };
  /** Fitted candidate of each model; `publish` converts coordinates to parameters. */
  readonly fitted: Readonly<
    Record<
      FamilyName,
      { readonly candidate: Candidate; readonly publish: (p: readonly number[]) => Record<string, number> }
    >
  >;
  /** Trains simulated with the best model, its noise and its device-to-device variability. */
  readonly simulation: readonly Train[];
  /** Largest reading, S. */
  readonly unit: number;
}

const minimumBy = <T>(list: readonly T[], of: (item: T) => number): T => list.reduce((a, b) => (of(b) < of(a) ? b : a));

/** Tie-break: of equivalent models, those whose range is at most this multiple of the measured range are preferred. */
const MAX_RANGE_RATIO = 1.5;
const rangeOf = (c: Candidate) => Math.abs(c.curves.course(c.p, 'up').range);

/** Noise about the curve nearest to the readings, whatever its model. */
export function nearestNoise(trains: readonly Train[], unit: number): Noise {
  const whole = poolReadings(trains, unit);
  const nearest = minimumBy(fitCandidates(trains, whole, whole, lengthsOf(whole)).flat(), (c) => c.misfit);
  return estimateNoise(trains, unit, nearest, new Set(), fitDeviceFactors(trains, unit, nearest)).significant;
}

/** Selects the best variant of each model, and the best model by cross-validation. */
function selectModels(trains: readonly Train[], unit: number) {
  const whole = poolReadings(trains, unit);
  const lengths = lengthsOf(whole);
  const raw = fitCandidates(trains, whole, whole, lengths);
  const nearest = minimumBy(raw.flat(), (c) => c.misfit);
  const outliers = findOutliers(trains, unit, nearest);
  const excluded = new Set(outliers.map(({ place }) => place));
  const kept = poolReadings(trains, unit, (_, t, i) => !excluded.has(readingId(t, i)));
  const within = (c: Candidate) => c.misfit <= MAX_MISFIT_RATIO ** 2 * nearest.misfit;
  const robust = excluded.size === 0 ? raw : fitCandidates(trains, kept, whole, lengths);
  const all = robust.flat().some(within) ? robust : raw;
  const independent = estimateIndependentCount(whole.readings, autocorrelation(trains, unit, nearest));
  const finalists = all.map((list) =>
    minimumBy(list.some(within) ? list.filter(within) : list, (c) => criterion(c, independent)),
  );
  const folds = crossValidate(trains, unit, finalists, excluded);
  const judged = finalists.map((c, k) => ({
    c,
    folds: folds[k]!,
    held: mean(folds[k]!),
    plain: unit * Math.sqrt(Math.min(...raw[k]!.map(({ squares }) => squares)) / whole.readings),
  }));
  const near = judged.filter(({ c }) => within(c));
  const lowest = minimumBy(near, ({ held }) => held);
  const equal = near.filter((j) => j === lowest || findEquivalence(lowest, j, whole, independent) !== null);
  const [low, high] = measuredRange(whole);
  const narrow = equal.filter(({ c }) => rangeOf(c) < MAX_RANGE_RATIO * (high - low));
  const preferred = narrow.length > 0 ? narrow : equal;
  const fewest = Math.min(...preferred.map(({ c }) => c.count));
  const few = preferred.filter(({ c }) => c.count === fewest);
  const top = minimumBy(few, ({ held }) => held);
  const best = few.find((j) => j === top || findEquivalence(top, j, whole, independent) === 'curve')!;
  return { judged, best, whole, kept, outliers, excluded, independent };
}

/**
 * Fits all device models to measured pulses by least squares, with one free-running curve per direction. The noise is
 * estimated from differences of successive readings; confidence intervals and noise floor come from fits to simulated
 * measurements. The best model has the lowest cross-validated error.
 * @throws UserError if the mean reading does not change
 */
export function fitPulses(trains: readonly Train[]): PulseFit {
  const unit = trains.reduce((most, t) => t.conductance.reduce((a, g) => Math.max(a, g), most), 0);
  const requireRange = (of: PooledReadings, what: string): void => {
    const [low, high] = measuredRange(of);
    if (!(high > low))
      throw new UserError(`${what} are ${low * unit} S after all pulses; no step can be fitted to them.`);
  };
  requireRange(poolReadings(trains, unit), 'means of the readings');
  const { judged, best, whole, kept, outliers, excluded, independent } = selectModels(trains, unit);
  requireRange(kept, 'means of the readings without outliers');
  const hasDevices = new Set(trains.map(({ device }) => device)).size > 1;
  const factors: ReadonlyMap<string, Factors> = hasDevices ? fitDeviceFactors(trains, unit, best.c) : new Map();
  const estimate = estimateNoise(trains, unit, best.c, excluded, factors);
  const noise = estimate.significant;
  const between = hasDevices ? estimateSpread(trains, unit, best.c, noise, factors) : null;
  const simulationNoise = matchNoise(trains, unit, best.c, estimate, between);
  const measured = { trains, unit, whole, kept, simulationNoise, between };
  const fits = judged.map((j) => ({
    ...j,
    ...fitSummary(measured, j.c, j.held, j === best ? SIMULATION_COUNTS.best : SIMULATION_COUNTS.other),
  }));
  const { floor, limit } = fits[judged.indexOf(best)]!;
  const byName = <T>(of: (f: (typeof fits)[number]) => T) =>
    Object.fromEntries(fits.map((f) => [f.c.variant.family.name, of(f)])) as Record<FamilyName, T>;
  const reasons = judged
    .filter((j) => j !== best)
    .map((j) => [j.c.variant.family.name, findEquivalence(best, j, whole, independent)] as const);
  const cycles = DIRECTIONS.filter((d) => trains.some((t) => t.direction === d)).map((d) => cycleToCycle(noise)[d]);
  const drawn = between && drawFactors([...factors.keys()], between, new CounterRandom(1, 'drawn devices'), 0);
  return {
    best: best.c.variant.family.name,
    models: byName(({ fit }) => fit),
    spread: {
      deviceToDevice: between && pooledSpread(between),
      cycleToCycle: repeats(trains).some((group) => group.length > 1) ? rootMeanSquare(cycles) : null,
    },
    quality: judgeFit({ unit, whole, kept, c: best.c, floor, limit }),
    alike: Object.fromEntries(reasons.filter(([, why]) => why !== null)),
    outliers,
    withoutOutliers: unit * Math.sqrt(best.c.squaresOf(kept) / kept.readings),
    plain: Math.min(...judged.map(({ plain }) => plain)),
    curves: byName(({ c }) =>
      trains.map(({ direction, elapsed }) =>
        computeConductances(c.curves.course(c.p, direction), elapsed).map((g) => g * unit),
      ),
    ),
    between,
    noise,
    unreached: findUndeterminedBounds(best.c, whole),
    unmeasured: DIRECTIONS.find((d) => trains.every((t) => t.direction !== d)) ?? null,
    reading: { kind: noise.kind, sd: noise.kind === 'absolute' ? noise.reading * unit : noise.reading },
    fitted: byName(({ c }) => ({ candidate: c, publish: (p) => publish(c, p, whole, unit) })),
    simulation: simulateTrains(trains, unit, best.c, noise, new CounterRandom(1, 'drawn'), 0, drawn ?? undefined),
    unit,
  };
}
