import { UserError } from '../../core/declare/errors.ts';
import { plural, show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { type Seed, Stream } from '../../core/random/random.ts';
import { canonicalJson, configSha256 } from '../network/config/hash.ts';
import type { Mapping } from '../network/config/override.ts';
import { axesOf, type Values, valuesOf } from './axes.ts';
import { type Experiment, pathOf, type Setting, type Sweep } from './experiment.ts';
import { type Constraint, MAX_RUNS } from './schema.ts';

const COMPARE = {
  less: (a: number, b: number) => a < b,
  lessOrEqual: (a: number, b: number) => a <= b,
  equal: (a: number, b: number) => a === b,
  notEqual: (a: number, b: number) => a !== b,
};
type Comparison = keyof typeof COMPARE;

/** Whether a point keeps all constraints. UserError for a side that is no number and no parameter with numbers. */
export function holds(constraints: readonly Constraint[], point: Values, where: string): boolean {
  return constraints.every((constraint, i) => {
    const [name, sides] = Object.entries(constraint).find(([, v]) => v !== undefined) as [
      Comparison,
      (number | string)[],
    ];
    const [a, b] = sides.map((side) => {
      if (typeof side === 'number') return side;
      const place = `${where}: constraints.${i}.${name}`;
      if (!Object.hasOwn(point, side))
        throw new UserError(
          `${place} names ${show(side)}, which is no parameter${didYouMean(side, Object.keys(point), 'parameters')}`,
        );
      const value = point[side];
      if (typeof value !== 'number')
        throw new UserError(`${place} compares ${side}, whose value ${show(value)} is no number.`);
      return value;
    });
    return COMPARE[name](a!, b!);
  });
}

/** One line of `plan.jsonl`: a run of a point with the seed of a replicate. */
export interface PlannedRun {
  readonly index: number;
  readonly point: number;
  readonly replicate: number;
  readonly seed: number;
  /** By name, as the sweep file gives them. */
  readonly parameters: Values;
  /** Resolved: the whole configuration of the experiment. */
  readonly config: Mapping;
  /** SHA-256 of `config`: the `configSha256` of its run. */
  readonly hash: string;
}

/** The seed of a replicate, the same for every point, so that curves differ by the parameter and not by the draw. */
export function seedOf(root: Seed, replicate: number): number {
  return new Stream(root, `sweep/replicate/${replicate}`).below(2 ** 31);
}

/** The values of every point that keeps the constraints; the last parameter of the file changes first. */
export function pointsOf({ parameters, seed, constraints, replicates, budget }: Sweep, where: string): Values[] {
  const axes = axesOf(parameters, where);
  const count = axes.reduce((product, { length }) => product * length, 1);
  const most = Math.min(budget.runs ?? MAX_RUNS, MAX_RUNS);
  const told = (points: number) =>
    `${where} asks for ${plural(points, 'point')} x ${plural(replicates, 'replicate')} = ${plural(points * replicates, 'run')}`;
  if (count > MAX_RUNS)
    throw new UserError(`${told(count)}, but a sweep may have ${MAX_RUNS.toLocaleString('en-US')} at most.`);
  const points = axes
    .map((axis) => valuesOf(axis, seed))
    .reduce<Values[]>((all, axis) => all.flatMap((point) => axis.map((values) => ({ ...point, ...values }))), [{}])
    .filter((point) => holds(constraints, point, where));
  if (points.length === 0) throw new UserError(`${where}: no point keeps all the constraints.`);
  if (points.length * replicates > most) {
    const limit = most < MAX_RUNS ? 'its budget allows' : 'a sweep may have';
    throw new UserError(`${told(points.length)}, but ${limit} ${most.toLocaleString('en-US')} at most.`);
  }
  return points;
}

/** Columns of the results that are no parameters. */
const RESERVED = ['point', 'replicate', 'seed', 'runs'];

/** Columns of the results have names of their own, and no parameter sets what another has set. */
export function refuseTwins({ parameters, metrics }: Pick<Sweep, 'parameters' | 'metrics'>, where: string): void {
  const names = Object.keys(parameters);
  const measured = metrics.map((metric) => (typeof metric === 'string' ? metric : metric.path));
  const taken = names.find((name) => RESERVED.includes(name) || measured.includes(name));
  if (taken !== undefined)
    throw new UserError(
      `${where}: parameters.${taken} has the name of another column of the results; call it something else.`,
    );
  const again = measured.find((path, i) => measured.indexOf(path) !== i);
  if (again !== undefined) throw new UserError(`${where}: metrics has ${again} twice.`);
  const second = names.find((name, i) => names.findIndex((n) => parameters[n]!.path === parameters[name]!.path) !== i);
  if (second !== undefined)
    throw new UserError(
      `${where}: parameters.${second} sets ${parameters[second]!.path}, which another parameter sets already.`,
    );
}

/** Every run of a sweep, in the order of its index. */
export function planOf(sweep: Sweep, experiment: Experiment, where: string): PlannedRun[] {
  const { parameters, base, replicates, seed: root } = sweep;
  refuseTwins(sweep, where);
  const paths = Object.entries(parameters).map(([name, { path }]) => ({
    name,
    path: pathOf(path, `${where}: parameters.${name}`),
  }));
  const owner = Object.keys(parameters).find((name) => parameters[name]!.path === 'seed');
  if (owner !== undefined || Object.hasOwn(base, 'seed'))
    throw new UserError(
      `${where}: ${owner === undefined ? 'base' : `parameters.${owner}`} sets seed, which belongs to the replicates; give the root as the seed of the sweep.`,
    );
  const points = pointsOf(sweep, where);
  const seeds = Array.from({ length: replicates }, (_, r) => seedOf(root, r));
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
