import { UserError } from '../../core/declare/errors.ts';
import { plural, show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { type Seed, Stream } from '../../core/random/random.ts';
import { canonicalJson, configSha256 } from '../network/config/hash.ts';
import type { Mapping } from '../network/config/override.ts';
import { drawAxisValues, groupAxes, type ParameterValues } from './axes.ts';
import { type Experiment, parseSettingPath, type Setting, type Sweep } from './experiment.ts';
import { type Constraint, MAX_RUNS } from './schema.ts';

/** One line of `plan.jsonl`: the run of one point with the seed of one replicate. */
export interface PlannedRun {
  readonly index: number;
  readonly point: number;
  readonly replicate: number;
  readonly seed: number;
  /** By name, as in the sweep file. */
  readonly parameters: ParameterValues;
  /** Complete configuration of the experiment. */
  readonly config: Mapping;
  /** SHA-256 of `config`: the `configSha256` of the run. */
  readonly hash: string;
}

const COMPARISONS = {
  less: (a: number, b: number) => a < b,
  lessOrEqual: (a: number, b: number) => a <= b,
  equal: (a: number, b: number) => a === b,
  notEqual: (a: number, b: number) => a !== b,
};

/** True if a point satisfies all constraints. @throws UserError for a side that is neither a number nor a numeric parameter */
export function satisfiesConstraints(
  constraints: readonly Constraint[],
  point: ParameterValues,
  where: string,
): boolean {
  return constraints.every((constraint, i) => {
    const [name, sides] = Object.entries(constraint).find(([, v]) => v !== undefined) as [
      keyof typeof COMPARISONS,
      (number | string)[],
    ];
    const [a, b] = sides.map((side) => {
      if (typeof side === 'number') return side;
      const place = `${where}: constraints.${i}.${name}`;
      if (!Object.hasOwn(point, side))
        throw new UserError(
          `${place} names ${show(side)}, which is not a parameter${didYouMean(side, Object.keys(point), 'parameters')}`,
        );
      const value = point[side];
      if (typeof value !== 'number')
        throw new UserError(`${place} compares ${side}, but its value ${show(value)} is not a number.`);
      return value;
    });
    return COMPARISONS[name](a!, b!);
  });
}

/** Seed of a replicate: equal for all points, so that points differ by their parameters and not by random draws. */
export function replicateSeed(root: Seed, replicate: number): number {
  return new Stream(root, `sweep/replicate/${replicate}`).below(2 ** 31);
}

/** Values of each point that satisfies the constraints. The last parameter of the file varies fastest. */
export function listPoints(
  { parameters, seed, constraints, replicates, budget }: Sweep,
  where: string,
): ParameterValues[] {
  const axes = groupAxes(parameters, where);
  const count = axes.reduce((product, { length }) => product * length, 1);
  const maxRuns = Math.min(budget.runs ?? MAX_RUNS, MAX_RUNS);
  const describeSize = (points: number) =>
    `${where} asks for ${plural(points, 'point')} x ${plural(replicates, 'replicate')} = ${plural(points * replicates, 'run')}`;
  if (count > MAX_RUNS)
    throw new UserError(`${describeSize(count)}, but a sweep may have ${MAX_RUNS.toLocaleString('en-US')} at most.`);
  const points = axes
    .map((axis) => drawAxisValues(axis, seed))
    .reduce<ParameterValues[]>(
      (all, axis) => all.flatMap((point) => axis.map((values) => ({ ...point, ...values }))),
      [{}],
    )
    .filter((point) => satisfiesConstraints(constraints, point, where));
  if (points.length === 0) throw new UserError(`${where}: no point satisfies all constraints.`);
  if (points.length * replicates > maxRuns) {
    const limit = maxRuns < MAX_RUNS ? 'its budget allows' : 'a sweep may have';
    throw new UserError(`${describeSize(points.length)}, but ${limit} ${maxRuns.toLocaleString('en-US')} at most.`);
  }
  return points;
}

/** Columns of the results that are not parameters. */
const RESERVED_COLUMNS = ['point', 'replicate', 'seed', 'runs'];

/** @throws UserError if two columns of the results have the same name, or if two parameters set the same path */
export function requireDistinctColumns(
  { parameters, metrics }: Pick<Sweep, 'parameters' | 'metrics'>,
  where: string,
): void {
  const names = Object.keys(parameters);
  const measured = metrics.map((metric) => (typeof metric === 'string' ? metric : metric.path));
  const taken = names.find((name) => RESERVED_COLUMNS.includes(name) || measured.includes(name));
  if (taken !== undefined)
    throw new UserError(
      `${where}: parameters.${taken} has the name of another column of the results; choose another name.`,
    );
  const again = measured.find((path, i) => measured.indexOf(path) !== i);
  if (again !== undefined) throw new UserError(`${where}: metrics contains ${again} twice.`);
  const second = names.find((name, i) => names.findIndex((n) => parameters[n]!.path === parameters[name]!.path) !== i);
  if (second !== undefined)
    throw new UserError(
      `${where}: parameters.${second} sets ${parameters[second]!.path}, which another parameter already sets.`,
    );
}

export function listRuns(sweep: Sweep, experiment: Experiment, where: string): PlannedRun[] {
  const { parameters, base, replicates, seed: root } = sweep;
  requireDistinctColumns(sweep, where);
  const paths = Object.entries(parameters).map(([name, { path }]) => ({
    name,
    path: parseSettingPath(path, `${where}: parameters.${name}`),
  }));
  const owner = Object.keys(parameters).find((name) => parameters[name]!.path === 'seed');
  if (owner !== undefined || Object.hasOwn(base, 'seed'))
    throw new UserError(
      `${where}: ${owner === undefined ? 'base' : `parameters.${owner}`} sets seed, but each replicate has its own seed; set the seed of the sweep instead.`,
    );
  const points = listPoints(sweep, where);
  const seeds = Array.from({ length: replicates }, (_, r) => replicateSeed(root, r));
  return points.flatMap((point, p) => {
    const settings = paths.map(
      ({ name, path }): Setting => ({ path, value: point[name], where: `${where}: parameters.${name}` }),
    );
    const seeding = { path: ['seed'], value: seeds[0], where: `${where}: seed` };
    const config = JSON.parse(canonicalJson(experiment.resolve([seeding, ...settings]))) as Mapping;
    return seeds.map((seed, replicate) => {
      const seeded = { ...config, seed };
      const index = p * replicates + replicate;
      return { index, point: p, replicate, seed, parameters: point, config: seeded, hash: configSha256(seeded) };
    });
  });
}
