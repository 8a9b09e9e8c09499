import jstat from 'jstat';
import { mean, rootMeanSquare, sampleStandardDeviation } from 'simple-statistics';
import { UserError } from '../../../../core/declare/errors.ts';
import {
  DIRECTIONS,
  type Direction,
  findLargestConductance,
  listDeviceNames,
  mapDirections,
  type Train,
} from '../import/trains.ts';
import { computeAutocorrelation, estimateIndependentCount, maxMagnitude, minimumBy } from '../lists.ts';
import { chooseSimulationNoise, SIMULATION_COUNTS } from './bootstrap.ts';
import { type CandidateFit, fitCandidates } from './candidateFit.ts';
import { computeConductances, type DeviceFactors } from './curves.ts';
import type { RangeBound } from './deviceFits.ts';
import { type ModelFit, summariseFit } from './modelFit.ts';
import { estimateNoise } from './noise.ts';
import {
  computeCycleToCycleVariability,
  type DeviceSpread,
  type NoiseModel,
  type NumberByDirection,
} from './noiseModel.ts';
import { findOutliers, type Outlier } from './outliers.ts';
import { createReadingId, type ExcludedReadings, type PooledReadings, poolReadings, removeReadings } from './pool.ts';
import { findStepNoiseLimit } from './predictionErrors.ts';
import { createTrainSimulator } from './simulate.ts';
import { estimateDeviceSpread, fitDeviceFactors, poolSpreadComponents } from './spread.ts';
import { estimateStateReadNoise, type StateReadNoise } from './stateReadNoise.ts';
import type { StepFamilyName } from './stepFamilies.ts';
import { groupRepeatedTrains } from './steps.ts';
import { type FitQuality, findMeasuredRange, judgeFit } from './verdict.ts';

const MAX_MISFIT_RATIO = 1.1;
const FOLD_COUNT = 5;
const MAX_EQUAL_DIFFERENCE = 2e-3;

/** Bayesian information criterion of a pulse fit. @param independent number of independent readings */
const criterion = (c: CandidateFit, independent: number): number =>
  independent * Math.log(c.misfit) + c.parameterCount * Math.log(independent);

/** Assigns readings to cross-validation folds: by cycle and device or, if cycles are few, by parts of pulse trains. */
function assignFolds(trains: readonly Train[]) {
  const idOf = ({ device, cycle }: Train) => JSON.stringify([device, cycle]);
  const groups = [...new Set(trains.map(idOf))];
  if (groups.length >= 3) {
    const at = new Map(groups.map((id, g) => [id, g % FOLD_COUNT]));
    return { count: Math.min(FOLD_COUNT, groups.length), foldOf: (train: Train, _i: number) => at.get(idOf(train))! };
  }
  const stretch = ({ elapsed }: Train) => Math.max(1, Math.round(elapsed.length / 20));
  return { count: FOLD_COUNT, foldOf: (train: Train, i: number) => Math.floor(i / stretch(train)) % FOLD_COUNT };
}

/** Cross-validation error: mean squared residual of the held-out readings, for each fitted step equation and fold. */
function crossValidate(
  trains: readonly Train[],
  candidates: readonly CandidateFit[],
  excluded: ExcludedReadings,
): number[][] {
  const { foldOf, count } = assignFolds(trains);
  const pool = (isTaken: (fold: number) => boolean) =>
    poolReadings(
      trains,
      candidates[0]!.conductanceUnit,
      (train, t, i) => isTaken(foldOf(train, i)) && !excluded.has(createReadingId(t, i)),
    );
  const parts = Array.from({ length: count }, (_, k) => ({
    rest: pool((fold) => fold !== k),
    out: pool((fold) => fold === k),
  })).filter(
    ({ rest, out }) =>
      out.readings > 0 && DIRECTIONS.every((d) => out.by[d].elapsed.length === 0 || rest.by[d].elapsed.length > 0),
  );
  return candidates.map((c) => parts.map(({ rest, out }) => c.sumSquaredResiduals(out, c.refit(rest)) / out.readings));
}

interface CrossValidated {
  readonly c: CandidateFit;
  readonly foldErrors: readonly number[];
}

/** Reason why two models are equivalent: equal curves, or a difference within the noise; null if they differ. */
function findEquivalence(
  a: CrossValidated,
  b: CrossValidated,
  { by }: PooledReadings,
  independent: number,
): 'curve' | 'noise' | null {
  const apart = DIRECTIONS.flatMap((d) => {
    const [x, y] = [a.c, b.c].map((c) => computeConductances(c.createModelCurve(d), by[d].elapsed));
    return [...x!.map((v, i) => v - y![i]!)];
  });
  if (maxMagnitude(apart) < MAX_EQUAL_DIFFERENCE * rangeOf(a.c)) return 'curve';
  const differences = a.foldErrors.map((v, k) => b.foldErrors[k]! - v);
  const error =
    differences.length > 1 ? sampleStandardDeviation(differences) / Math.sqrt(differences.length) : Infinity;
  const limit = jstat.jStat.chisquare.inv(0.95, Math.max(1, Math.abs(a.c.parameterCount - b.c.parameterCount)));
  const likelihood = independent * Math.abs(Math.log(b.c.misfit / a.c.misfit));
  return (Math.abs(mean(differences)) < 2 * error && likelihood < 4 * limit) || likelihood < limit ? 'noise' : null;
}

/** Fits of all step equations to measured pulse trains, name of the best equation, and noise of steps and readings. */
export interface PulseFit {
  readonly best: StepFamilyName;
  readonly models: Readonly<Record<StepFamilyName, ModelFit>>;
  /** Relative standard deviation between devices, and of the steps between cycles; null if not measured repeatedly. */
  readonly spread: { readonly deviceToDevice: number | null; readonly cycleToCycle: number | null };
  readonly quality: FitQuality;
  /** Models equivalent to the best one, with the reason: equal curves, or a difference within the noise. */
  readonly alike: Readonly<Partial<Record<StepFamilyName, 'curve' | 'noise'>>>;
  /** Readings excluded from the fit, but included in the RMSE. */
  readonly outliers: readonly Outlier[];
  /** RMSE of the best model without outliers, S; the verdict compares it with the noise floor. */
  readonly rmseWithoutOutliers: number;
  /** Lowest RMSE among all models and variants, S. */
  readonly lowestRmse: number;
  /** Conductance that each model predicts for each reading of each pulse train, S. */
  readonly curves: Readonly<Record<StepFamilyName, readonly Float64Array[]>>;
  readonly between: DeviceSpread | null;
  readonly noise: NoiseModel;
  /** Largest cycle-to-cycle variability by direction that a one-sided test of the readings at 1 % does not reject. */
  readonly noiseLimit: NumberByDirection;
  /** Bounds, gMin or gMax, of the best model that no train determines; they are set to the ends of the measured range. */
  readonly undeterminedBounds: readonly RangeBound[];
  /** Pulse direction without readings; its steps mirror the other direction's. Null if both were measured. */
  readonly unmeasured: Direction | null;
  /** Standard deviation of the read noise: in S (`absolute`) or as a share of the conductance (`relative`). */
  readonly readNoise: { readonly kind: NoiseModel['kind']; readonly sd: number };
  /** Read noise by state; null if it does not depend on the state. */
  readonly stateReadNoise: StateReadNoise | null;
  /** Parameters of the best model from a parametric bootstrap: one set per simulated measurement. */
  readonly draws: readonly Readonly<Record<string, number>>[];
  readonly candidates: Readonly<Record<StepFamilyName, CandidateFit>>;
  readonly simulatedTrains: readonly Train[];
}

/** Tie-break: equivalent models whose range is at most this multiple of the measured range are preferred. */
const MAX_RANGE_RATIO = 1.5;
const rangeOf = (c: CandidateFit) => Math.abs(c.createModelCurve('up').range);

export function estimateInitialNoise(trains: readonly Train[], unit: number): NoiseModel {
  const whole = poolReadings(trains, unit);
  const nearest = minimumBy(fitCandidates(trains, whole, whole).flat(), (c) => c.misfit);
  return estimateNoise(trains, nearest, fitDeviceFactors(trains, nearest)).significantNoise;
}

function selectModels(trains: readonly Train[], unit: number) {
  const whole = poolReadings(trains, unit);
  const raw = fitCandidates(trains, whole, whole);
  const nearest = minimumBy(raw.flat(), (c) => c.misfit);
  const outliers = findOutliers(trains, nearest);
  const excluded = new Set(outliers.map(({ place }) => place));
  const keptTrains = removeReadings(trains, excluded);
  const kept = poolReadings(keptTrains, unit);
  const within = (c: CandidateFit) => c.misfit <= MAX_MISFIT_RATIO ** 2 * nearest.misfit;
  const robust = excluded.size === 0 ? raw : fitCandidates(trains, kept, whole);
  const all = robust.flat().some(within) ? robust : raw;
  const independent = estimateIndependentCount(
    whole.readings,
    computeAutocorrelation(trains.map((train) => nearest.computeResiduals(train))),
  );
  const finalists = all.map((list) =>
    minimumBy(list.some(within) ? list.filter(within) : list, (c) => criterion(c, independent)),
  );
  const folds = crossValidate(trains, finalists, excluded);
  const judged = finalists.map((c, k) => ({
    c,
    foldErrors: folds[k]!,
    held: mean(folds[k]!),
    plain: unit * Math.sqrt(Math.min(...raw[k]!.map(({ squareSum }) => squareSum)) / whole.readings),
  }));
  const equivalence = (a: CrossValidated, b: CrossValidated) => findEquivalence(a, b, whole, independent);
  const prefer = (list: typeof judged, isPreferred: (c: CandidateFit) => boolean) => {
    const preferred = list.filter(({ c }) => isPreferred(c));
    return preferred.length > 0 ? preferred : list;
  };
  const near = judged.filter(({ c }) => within(c));
  const lowest = minimumBy(near, ({ held }) => held);
  const equal = near.filter((j) => j === lowest || equivalence(lowest, j) !== null);
  const [low, high] = findMeasuredRange(whole);
  const narrow = prefer(equal, (c) => rangeOf(c) < MAX_RANGE_RATIO * (high - low));
  // If trains start at different levels, models with a free start level are preferred to models that start at a bound.
  const likely = prefer(
    narrow,
    ({ variant }) => variant.varyingStartDirections.length === 0 || variant.startLevel === 'free',
  );
  const fewest = Math.min(...likely.map(({ c }) => c.parameterCount));
  const few = likely.filter(({ c }) => c.parameterCount === fewest);
  const top = minimumBy(few, ({ held }) => held);
  const best = few.find((j) => j === top || equivalence(top, j) === 'curve')!;
  const alike = judged.flatMap((j) => {
    const reason = j === best ? null : equivalence(best, j);
    return reason === null ? [] : [[j.c.variant.family.name, reason] as const];
  });
  return { judged, best, alike: Object.fromEntries(alike), whole, kept, keptTrains, outliers };
}

/**
 * Fits all device models to measured pulses by least squares, with one free-running curve per direction. Noise follows
 * from differences of successive readings; confidence intervals and noise floor from fits to simulated measurements.
 * The best model has the lowest cross-validated error.
 * @param onStage receives the name of each stage of the fit
 * @throws UserError if the mean reading does not change
 */
export function fitPulses(trains: readonly Train[], onStage: (stage: string) => void = () => {}): PulseFit {
  const unit = findLargestConductance(trains);
  const requireRange = (of: PooledReadings, what: string): void => {
    const [low, high] = findMeasuredRange(of);
    if (!(high > low))
      throw new UserError(
        `${what} are ${low * unit} S after every pulse; no change per pulse can be fitted to constant readings.`,
      );
  };
  requireRange(poolReadings(trains, unit), 'means of the readings');
  onStage('fitting the models');
  const { judged, best, alike, whole, kept, keptTrains, outliers } = selectModels(trains, unit);
  requireRange(kept, 'means of the readings without outliers');
  onStage('estimating noise and variability');
  const hasDevices = listDeviceNames(trains).length > 1;
  const factors: ReadonlyMap<string, DeviceFactors> = hasDevices ? fitDeviceFactors(trains, best.c) : new Map();
  const estimate = estimateNoise(keptTrains, best.c, factors);
  const noise = estimate.significantNoise;
  const between = hasDevices ? estimateDeviceSpread(trains, best.c, noise, factors) : null;
  const simulationNoise = chooseSimulationNoise(trains, best.c, estimate, between);
  const measured = { trains, whole, kept, keptTrains };
  const fits = judged.map((j) => {
    onStage(`simulating measurements with ${j.c.variant.family.name}`);
    const count = j === best ? SIMULATION_COUNTS.best : SIMULATION_COUNTS.other;
    return { ...j, ...summariseFit(measured, j.c, simulationNoise, between, j.held, count) };
  });
  const { floor, limit, undetermined, devices, drawParameters } = fits[judged.indexOf(best)]!;
  const momentLimit = computeCycleToCycleVariability(estimate.upperLimit);
  const noiseLimit = mapDirections((d) =>
    noise.stepSd[d] > 0 ? momentLimit[d] : Math.max(momentLimit[d], findStepNoiseLimit(best.c, devices, noise, d)),
  );
  const byName = <T>(of: (f: (typeof fits)[number]) => T) =>
    Object.fromEntries(fits.map((f) => [f.c.variant.family.name, of(f)])) as Record<StepFamilyName, T>;
  const unmeasured = DIRECTIONS.find((d) => trains.every((t) => t.direction !== d)) ?? null;
  const cycles = DIRECTIONS.filter((d) => d !== unmeasured).map((d) => computeCycleToCycleVariability(noise)[d]);
  const models = byName(({ fit }) => fit);
  const { gMin, gMax } = models[best.c.variant.family.name].params as { gMin: number; gMax: number };
  return {
    best: best.c.variant.family.name,
    models,
    spread: {
      deviceToDevice: between && poolSpreadComponents(between),
      cycleToCycle: groupRepeatedTrains(trains).some((group) => group.length > 1) ? rootMeanSquare(cycles) : null,
    },
    quality: judgeFit(measured, best.c, floor, limit),
    alike,
    outliers,
    rmseWithoutOutliers: unit * Math.sqrt(best.c.sumSquaredResiduals(kept) / kept.readings),
    lowestRmse: Math.min(...judged.map(({ plain }) => plain)),
    curves: byName(({ c }) =>
      trains.map(({ direction, elapsed }) =>
        computeConductances(c.createModelCurve(direction), elapsed).map((g) => g * unit),
      ),
    ),
    between,
    noise,
    noiseLimit,
    undeterminedBounds: undetermined,
    unmeasured,
    readNoise: { kind: noise.kind, sd: noise.kind === 'absolute' ? noise.readSd * unit : noise.readSd },
    draws: drawParameters().filter((draw) => draw.gMin! < draw.gMax!),
    candidates: byName(({ c }) => c),
    simulatedTrains: createTrainSimulator('drawn', trains, best.c, null, factors)(noise, 0),
    stateReadNoise: estimateStateReadNoise(keptTrains, unit, noise, [gMin / unit, gMax / unit]),
  };
}
