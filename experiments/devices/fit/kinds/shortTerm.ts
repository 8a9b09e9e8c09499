import { validate } from '../../../../core/declare/validate.ts';
import { Arena } from '../../../../core/kernels/arena.ts';
import { tsodyksMarkram, volatile } from '../../../../synapses/shortTerm/index.ts';
import { dot } from '../lists.ts';
import { SIMULATION_COUNTS } from '../statistics/bootstrap.ts';
import { computeIntervals } from '../statistics/intervals.ts';
import { computeCriterion, type FitParameter, type FitProblem, findOptimum } from '../statistics/optimum.ts';
import type { KindModel } from './kind.ts';

/** Spike train: spike times, ms, and the response to each spike. */
export interface SpikeTrain {
  readonly times: readonly number[];
  readonly responses: readonly number[];
}

/** Short-term plasticity model and its fitted parameters. */
interface Candidate {
  readonly name: string;
  readonly model: typeof volatile | typeof tsodyksMarkram;
  /** Parameters with fixed values. */
  readonly fixed: Readonly<Record<string, number>>;
  readonly keys: readonly string[];
  readonly unknowns: (longest: number) => readonly FitParameter[];
}

const eta: FitParameter = { low: 1e-3, high: 1, starts: [0.05, 0.2, 0.5, 0.8] };
const use: FitParameter = { low: 1e-3, high: 1, starts: [0.1, 0.3, 0.6] };
const tau = (longest: number, starts = [0.03, 0.1, 0.3, 1]): FitParameter => ({
  low: longest / 1e4,
  high: longest * 20,
  starts: starts.map((s) => s * longest),
  log: true,
});

const WITHOUT_BASE = { base: 0 };

/** Short-term plasticity models, in ascending number of fitted parameters. */
const CANDIDATES: readonly Candidate[] = [
  { name: 'volatile', model: volatile, fixed: WITHOUT_BASE, keys: ['eta', 'tau'], unknowns: (t) => [eta, tau(t)] },
  {
    name: 'tsodyksMarkram, depression alone',
    model: tsodyksMarkram,
    fixed: { tauFacil: 0 },
    keys: ['U', 'tauRec'],
    unknowns: (t) => [use, tau(t)],
  },
  {
    name: 'tsodyksMarkram',
    model: tsodyksMarkram,
    fixed: {},
    keys: ['U', 'tauRec', 'tauFacil'],
    unknowns: (t) => [use, tau(t), tau(t)],
  },
  {
    name: 'volatile, two times',
    model: volatile,
    fixed: WITHOUT_BASE,
    keys: ['eta', 'tau', 'slow', 'etaSlow', 'tauSlow'],
    unknowns: (t) => [eta, tau(t, [0.02, 0.08]), { low: 0, high: 1, starts: [0.2, 0.5, 0.8] }, eta, tau(t, [0.2, 0.8])],
  },
];
export const SHORT_TERMS = ['volatile', 'tsodyksMarkram'];

/** Efficacy factors of the short-term model at spike times (ms), one row per train, computed as in a network. */
export function computeEfficacies(
  name: string,
  params: Readonly<Record<string, number>>,
  trains: readonly (readonly number[])[],
  arena = new Arena(),
): number[][] {
  const { model, fixed } = CANDIDATES.find((c) => c.name === name)!;
  const factory = (model as typeof volatile)(
    validate(model.declaration.params, { ...fixed, ...params }, name) as never,
  );
  const terminal = factory.create({
    arena,
    rows: trains.length,
    edges: { count: 1 },
    seed: 1,
    name: 'fit',
  } as never);
  return trains.map((times, row) => times.map((t) => terminal.onPre(row, t)));
}

export interface ShortTermFit extends KindModel {
  readonly criterion: number;
}

/**
 * Fits short-term plasticity models to responses; returns the best model first.
 * @param isScaled true if the responses are proportional to `responsesOf(factors)`, with a fitted scale
 * @param only name of the only model to fit
 */
export function fitShortTerm(
  trains: readonly SpikeTrain[],
  isScaled: boolean,
  responsesOf: (factors: readonly number[]) => readonly number[],
  only?: string,
): ShortTermFit[] {
  const arena = new Arena();
  const times = trains.map((train) => train.times);
  const longest = Math.max(...times.flatMap((own) => own.map((t) => t - own[0]!)));
  const all = trains.flatMap(({ responses }) => responses);
  const most = Math.max(...all.map(Math.abs));
  const span = Math.max(...all) - Math.min(...all) || most;
  const fits = CANDIDATES.filter(({ name }) => only === undefined || name.split(',')[0] === only).map(
    ({ name, keys, unknowns }) => {
      const modelled = (values: readonly number[]) =>
        computeEfficacies(name, named(keys, values), times, arena).flatMap(responsesOf);
      const scaleOf = (found: readonly number[], readings: Float64Array) =>
        isScaled ? dot(found, readings) / dot(found, found) : 1 / most;
      const problem: FitProblem = {
        unknowns: unknowns(longest),
        readings: Float64Array.from(all, (v) => v / most),
        residuals: (values, readings) => {
          const found = modelled(values);
          const scale = scaleOf(found, readings);
          return readings.map((y, i) => scale * found[i]! - y);
        },
      };
      const { values, squares } = findOptimum(problem);
      const rmse = Math.sqrt(squares / all.length) * most;
      const linear = isScaled ? 1 : 0;
      const publish = (of: readonly number[], readings: Float64Array) => ({
        ...named(keys, of),
        ...(isScaled && { scale: most * scaleOf(modelled(of), readings) }),
      });
      return {
        name,
        rmse,
        share: rmse / span,
        params: publish(values, problem.readings),
        criterion: computeCriterion(squares, all.length, problem.unknowns.length + linear),
        intervals: (simulations: number) => computeIntervals({ problem, values, linear, publish }, simulations),
      };
    },
  );
  const best = Math.min(...fits.map((f) => f.criterion));
  return fits
    .sort((a, b) => a.criterion - b.criterion)
    .map(({ intervals, ...fit }) => ({
      ...fit,
      ci: intervals(fit.criterion === best ? SIMULATION_COUNTS.best : SIMULATION_COUNTS.other),
    }));
}

const named = (keys: readonly string[], values: readonly number[]): Record<string, number> =>
  Object.fromEntries(keys.map((key, i) => [key, values[i]!]));

/** Section `shortTerm` of a device file. */
export function shortTermOf({ name, params }: KindModel) {
  const { scale: _, ...rest } = params;
  const { model, fixed } = CANDIDATES.find((c) => c.name === name)!;
  return { model: model.declaration.name, ...fixed, ...rest };
}

export const BASE_MODEL =
  'the smallest conductance is identifiable only together with eta; 0: only what arrivals raise is delivered';
