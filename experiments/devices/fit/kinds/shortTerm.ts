import { validate } from '../../../../core/declare/validate.ts';
import { Arena } from '../../../../core/kernels/arena.ts';
import { tsodyksMarkram, volatile } from '../../../../synapses/shortTerm/index.ts';
import { dot, findExtent, maxMagnitude } from '../lists.ts';
import { solveFitProblem } from '../statistics/intervals.ts';
import { computeInformationCriterion, type FitParameter, type FitProblem } from '../statistics/leastSquares.ts';
import { computeRelativeRmse, type FittedCurve } from './measurementFit.ts';
import type { MeasurementFit } from './measurementType.ts';

interface ShortTermCandidate {
  readonly name: string;
  readonly model: typeof volatile | typeof tsodyksMarkram;
  readonly fixedParams: Readonly<Record<string, number>>;
  /** Creates the parameters to fit, by name. @param longest time from the first to the last spike, ms */
  readonly createFitParameters: (longest: number) => Readonly<Record<string, FitParameter>>;
}

const growthParameter: FitParameter = { low: 1e-3, high: 1, starts: [0.05, 0.2, 0.5, 0.8] };
const releaseParameter: FitParameter = { low: 1e-3, high: 1, starts: [0.1, 0.3, 0.6] };
const createTau = (longest: number, starts = [0.03, 0.1, 0.3, 1]): FitParameter => ({
  low: longest / 1e4,
  high: longest * 20,
  starts: starts.map((s) => s * longest),
  isLog: true,
});

const CANDIDATES: readonly ShortTermCandidate[] = [
  {
    name: 'volatile',
    model: volatile,
    fixedParams: { base: 0 },
    createFitParameters: (t) => ({ eta: growthParameter, tau: createTau(t) }),
  },
  {
    name: 'tsodyksMarkram, depression alone',
    model: tsodyksMarkram,
    fixedParams: { tauFacil: 0 },
    createFitParameters: (t) => ({ U: releaseParameter, tauRec: createTau(t) }),
  },
  {
    name: 'tsodyksMarkram',
    model: tsodyksMarkram,
    fixedParams: {},
    createFitParameters: (t) => ({ U: releaseParameter, tauRec: createTau(t), tauFacil: createTau(t) }),
  },
  {
    name: 'volatile, two times',
    model: volatile,
    fixedParams: { base: 0 },
    createFitParameters: (t) => ({
      eta: growthParameter,
      tau: createTau(t, [0.02, 0.08]),
      slow: { low: 0, high: 1, starts: [0.2, 0.5, 0.8] },
      etaSlow: growthParameter,
      tauSlow: createTau(t, [0.2, 0.8]),
    }),
  },
];
export const SHORT_TERM_MODEL_NAMES = ['volatile', 'tsodyksMarkram'];

/** Efficacy factors of the short-term model at spike times (ms), one row per train, computed as in a network. */
export function computeShortTermEfficacies(
  name: string,
  { scale: _, ...params }: Readonly<Record<string, number>>,
  trains: readonly (readonly number[])[],
  arena = new Arena(),
): number[][] {
  const { model, fixedParams } = CANDIDATES.find((c) => c.name === name)!;
  const factory = (model as typeof volatile)(
    validate(model.declaration.params, { ...fixedParams, ...params }, name) as never,
  );
  const options = { arena, rows: trains.length, edges: { count: 1 }, seed: 1, name: 'fit' };
  const terminal = factory.create(options as never);
  return trains.map((times, row) => times.map((t) => terminal.onPre(row, t)));
}

/**
 * Fits short-term models, best first.
 * @param isScaled true if the scale of the responses is fitted too
 * @param responsesOf computes responses from efficacies
 */
export function fitShortTermModels(
  trains: readonly { readonly spikeTimes: readonly number[]; readonly responses: readonly number[] }[],
  isScaled: boolean,
  responsesOf: (factors: readonly number[]) => readonly number[],
  only?: string,
): Omit<FittedCurve, 'legendLabel' | 'curvePoints'>[] {
  const arena = new Arena();
  const times = trains.map((train) => train.spikeTimes);
  const [, longest] = findExtent(times.flatMap((own) => own.map((t) => t - own[0]!)));
  const all = trains.flatMap(({ responses }) => responses);
  const most = maxMagnitude(all);
  const [lowest, highest] = findExtent(all);
  const fits = CANDIDATES.filter(({ name }) => only === undefined || name.split(',')[0] === only).map(
    ({ name, createFitParameters }) => {
      const parameters = createFitParameters(longest);
      const named = (values: readonly number[]) =>
        Object.fromEntries(Object.keys(parameters).map((key, i) => [key, values[i]!]));
      const modelled = (values: readonly number[]) =>
        computeShortTermEfficacies(name, named(values), times, arena).flatMap(responsesOf);
      const scaleOf = (found: readonly number[], readings: Float64Array) =>
        isScaled ? dot(found, readings) / dot(found, found) : 1 / most;
      const problem: FitProblem = {
        parameters: Object.values(parameters),
        readings: Float64Array.from(all, (v) => v / most),
        computeResiduals: (values, readings) => {
          const found = modelled(values);
          const scale = scaleOf(found, readings);
          return readings.map((y, i) => scale * found[i]! - y);
        },
        linearParameterCount: isScaled ? 1 : 0,
        toParameters: (values, readings) => ({
          ...named(values),
          ...(isScaled && { scale: most * scaleOf(modelled(values), readings) }),
        }),
      };
      const { squares, params, intervals, autocorrelation } = solveFitProblem(problem);
      const rmse = Math.sqrt(squares / all.length) * most;
      const share = computeRelativeRmse(rmse, highest - lowest, most);
      const criterion = computeInformationCriterion(
        squares,
        all.length,
        problem.parameters.length + problem.linearParameterCount,
      );
      return { name, rmse, share, params, criterion, autocorrelation, computeIntervals: intervals };
    },
  );
  return fits.sort((a, b) => a.criterion - b.criterion);
}

export function createShortTermDeviceSection({
  name,
  params: { scale: _, ...params },
}: Pick<FittedCurve, 'name' | 'params'>): Pick<MeasurementFit, 'addedSections' | 'assumptions'> {
  const { model, fixedParams } = CANDIDATES.find((c) => c.name === name)!;
  const why =
    'the smallest conductance is identifiable only together with eta; 0: only what arrivals raise is delivered';
  return {
    addedSections: { shortTerm: { model: model.declaration.name, ...fixedParams, ...params } },
    assumptions: model === volatile ? { 'shortTerm.base': why } : {},
  };
}
