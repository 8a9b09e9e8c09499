import { dirname, resolve } from 'node:path';
import { UserError } from '../../core/declare/errors.ts';
import { formatCount, show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { validate } from '../../core/declare/validate.ts';
import { type Seed, Stream } from '../../core/random/random.ts';
import { loadMnist } from '../data/mnist.ts';
import { canonicalJson, configSha256 } from '../network/config/hash.ts';
import { readConfig, validateSet } from '../network/config/load.ts';
import { applyAssignments, isMapping, type Mapping } from '../network/config/override.ts';
import { loadConfigModels, resolveModels } from '../network/extensions.ts';
import { bindInput } from '../network/inputs.ts';
import { bindData } from '../training/dataOrigin.ts';
import { drawAxisValues, groupAxes, type ParameterValues } from './axes.ts';
import { type Plan, type PlannedRun, readPlan, requireSweepOut, writePlan } from './directory.ts';
import { type Experiment, isModule, loadModule, parseSettingPath, type Setting, type Sweep } from './experiment.ts';
import { openExperiment } from './experiments/index.ts';
import { describeColumns } from './quantities.ts';
import { type Constraint, MAX_RUNS, sweepSchema } from './schema.ts';

const COMPARISONS = {
  less: (a: number, b: number) => a < b,
  lessOrEqual: (a: number, b: number) => a <= b,
  equal: (a: number, b: number) => a === b,
  notEqual: (a: number, b: number) => a !== b,
};

/** True if a point satisfies all constraints. @throws UserError if a side is neither number nor numeric parameter */
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

/** Seed of a replicate; the same for all points, so that points differ in parameters, not in random numbers. */
export function replicateSeed(root: Seed, replicate: number): number {
  return new Stream(root, `sweep/replicate/${replicate}`).below(2 ** 31);
}

/** Parameter values of all points that satisfy the constraints. The last parameter in the file varies fastest. */
export function listPoints(
  { parameters, seed, constraints, replicates, budget }: Sweep,
  where: string,
): ParameterValues[] {
  const axes = groupAxes(parameters, where);
  const count = axes.reduce((product, { length }) => product * length, 1);
  const maxRuns = Math.min(budget.runs ?? MAX_RUNS, MAX_RUNS);
  const describeSize = (points: number) =>
    `${where} asks for ${formatCount(points, 'point')} x ${formatCount(replicates, 'replicate')} = ${formatCount(points * replicates, 'run')}`;
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

const RESERVED_COLUMNS = ['point', 'replicate', 'seed', 'runs'];

/** @throws UserError if two result columns have the same name or two parameters set the same path */
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

/** Reads a sweep file (YAML, JSON or module), applies `--set` assignments, and makes paths absolute. */
export async function readSweep(file: string, set: readonly string[] = []): Promise<Sweep> {
  const read = isModule(file) ? await loadDefaultExport(file) : readConfig(file);
  const sweep =
    set.length === 0
      ? validate(sweepSchema, read, file)
      : validateSet(sweepSchema, applyAssignments(read, set), () => read, file);
  const toAbsolute = (path: string) => resolve(dirname(file), path);
  return {
    ...sweep,
    ...resolveModels(sweep, file),
    ...(isModule(sweep.experiment) && { experiment: toAbsolute(sweep.experiment) }),
    ...(sweep.network !== undefined && { network: toAbsolute(sweep.network) }),
    ...(sweep.data !== undefined && { data: toAbsolute(sweep.data) }),
  };
}

async function loadDefaultExport(file: string): Promise<Mapping> {
  const { default: sweep } = await loadModule(resolve(file));
  if (!isMapping(sweep)) throw new UserError(`${file}: its default export is ${show(sweep)}, but must be a sweep.`);
  loadConfigModels(sweep, file);
  return sweep;
}

/** Adds the SHA-256 of the data set or module on which the sweep's experiment depends. */
export function bindSweep(sweep: Sweep): Sweep {
  if (isModule(sweep.experiment)) return { ...sweep, moduleSha256: bindInput(sweep.experiment).sha256 };
  return ['mnist', 'learn'].includes(sweep.experiment)
    ? { ...sweep, dataSha256: bindData(loadMnist(sweep.data)).sha256 }
    : sweep;
}

/**
 * Plans a sweep file into a directory, which may already hold the same plan.
 * @param set assignments that override values of the file: `replicates=5`, `base.neurons=400`
 */
export async function planSweep(file: string, directory: string, set: readonly string[] = []): Promise<Plan> {
  requireSweepOut(directory);
  const unbound = await readSweep(file, set);
  const experiment = await openExperiment(unbound, file);
  const sweep = bindSweep(unbound);
  writePlan(directory, listRuns(sweep, experiment, file), { file, sweep, ...describeColumns(sweep, experiment) });
  return readPlan(directory);
}
