import { dirname, resolve } from 'node:path';
import jstat from 'jstat';
import { UserError } from '../../core/declare/errors.ts';
import { formatCount, show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import { validate } from '../../core/declare/validate.ts';
import { RandomStream, type Seed, shuffle } from '../../core/random/random.ts';
import { resolveDataSet } from '../data/dataSet.ts';
import { canonicalJson, hashConfig } from '../network/config/hash.ts';
import { readConfig, validateAssignedConfig } from '../network/config/load.ts';
import { applyAssignments, isMapping, type Mapping } from '../network/config/override.ts';
import { loadConfigModels, resolveModelFiles } from '../network/extensions.ts';
import { hashInputFile } from '../network/inputs.ts';
import { groupBy } from '../statistics/groupBy.ts';
import { identifyDataSet, loadTrainingData } from '../training/dataOrigin.ts';
import { type Plan, type PlannedRun, readPlan, requireSweepDirectory, writePlan } from './directory.ts';
import {
  type Experiment,
  isModuleFile,
  loadModule,
  type ParameterSetting,
  parseSettingPath,
  type Sweep,
} from './experiment.ts';
import { openExperiment } from './experiments/index.ts';
import { describeColumns } from './quantities.ts';
import { MAX_RUN_COUNT, type SweepConstraint, type SweepParameter, sweepSchema } from './schema.ts';

type NamedParameter = readonly [name: string, parameter: SweepParameter];
export type ParameterValues = Readonly<Record<string, unknown>>;

/** Axis of a sweep: one parameter, or a `zip` or `latinHypercube` group of parameters, which vary together. */
export interface SweepAxis {
  readonly parameters: readonly NamedParameter[];
  readonly length: number;
}

/** Counts the values of a sweep parameter without creating them, so that excessive numbers can be rejected. */
function countValues({ grid, list, count }: SweepParameter) {
  if (grid !== undefined) return Array.isArray(grid) ? grid.length : grid.steps;
  return list?.length ?? count!;
}

/** Groups parameters into axes, in file order; the points are the product of all axes. */
export function groupParametersIntoAxes(parameters: Sweep['parameters'], where: string): SweepAxis[] {
  const groups = groupBy(Object.entries(parameters), ([name, { zip, latinHypercube }]) => {
    if (zip !== undefined) return `zip ${zip}`;
    return latinHypercube !== undefined ? `latinHypercube ${latinHypercube}` : `: ${name}`; // no group begins with a colon
  });
  return [...groups].map(([key, group]) => {
    const [first, one] = group[0]!;
    const length = countValues(one);
    const other = group.find(([, p]) => countValues(p) !== length);
    if (other)
      throw new UserError(
        `${where}: ${first} has ${length} values and ${other[0]} has ${countValues(other[1])}, but all parameters of ${key} must have the same number of values.`,
      );
    return { parameters: group, length };
  });
}

/** Computes parameter values along an axis. Random values depend only on seed, parameter name and index. */
export function computeAxisValues({ parameters, length }: SweepAxis, seed: Seed): ParameterValues[] {
  const columns = parameters.map(
    ([name, p]) => [name, drawParameterValues(p, length, new RandomStream(seed, `sweep/${name}`))] as const,
  );
  return Array.from({ length }, (_, i) => Object.fromEntries(columns.map(([name, column]) => [name, column[i]])));
}

function drawParameterValues(p: SweepParameter, length: number, stream: RandomStream): readonly unknown[] {
  if (p.list !== undefined) return p.list;
  if (p.grid !== undefined) return Array.isArray(p.grid) ? p.grid : spaceGrid(p.grid);
  return drawProbabilities(p, length, stream).map((u) => computeQuantile(p, u));
}

function spaceGrid({ from, to, steps, scale }: Exclude<NonNullable<SweepParameter['grid']>, number[]>) {
  return Array.from({ length: steps }, (_, i) => {
    if (i === 0) return from;
    const share = i / (steps - 1);
    if (share === 1) return to;
    return scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
  });
}

/**
 * Draws uniform numbers in (0, 1). In a Latin hypercube, each of `length` equal intervals contains one number, in
 * random order (McKay, Beckman & Conover 1979, doi:10.1080/00401706.1979.10489755).
 */
function drawProbabilities({ latinHypercube }: SweepParameter, length: number, stream: RandomStream) {
  const order = Array.from({ length }, (_, i) => i);
  if (latinHypercube !== undefined) shuffle(order, (n) => stream.integerBelow(n));
  return order.map((stratum) => {
    const u = Math.max(stream.uniform(), Number.EPSILON);
    return latinHypercube === undefined ? u : (stratum + u) / length;
  });
}

/** Value of a random parameter for the cumulative probability u (inverse distribution function). */
export function computeQuantile({ uniform, logUniform, normal, choice }: SweepParameter, u: number): unknown {
  if (uniform !== undefined) return uniform[0] + (uniform[1] - uniform[0]) * u;
  if (logUniform !== undefined) return logUniform[0] * (logUniform[1] / logUniform[0]) ** u;
  if (normal !== undefined) return normal.sd === 0 ? normal.mean : jstat.jStat.normal.inv(u, normal.mean, normal.sd);
  return choice![Math.min(Math.floor(u * choice!.length), choice!.length - 1)];
}

const COMPARISONS = {
  less: (a: number, b: number) => a < b,
  lessOrEqual: (a: number, b: number) => a <= b,
  equal: (a: number, b: number) => a === b,
  notEqual: (a: number, b: number) => a !== b,
};

/** True if a point satisfies all constraints. The sides of a constraint are numbers or numeric parameters. */
function satisfiesConstraints(constraints: readonly SweepConstraint[], point: ParameterValues, where: string) {
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
        throw new UserError(`${place} compares the parameter ${side}, but its value ${show(value)} is not a number.`);
      return value;
    });
    return COMPARISONS[name](a!, b!);
  });
}

/** Seed of a replicate: equal for all points, which thus differ only in parameters. */
export function deriveReplicateSeed(root: Seed, replicate: number) {
  return new RandomStream(root, `sweep/replicate/${replicate}`).integerBelow(2 ** 31);
}

/** Lists the points that satisfy the constraints; the last parameter in the file varies fastest. */
export function listSweepPoints(
  { parameters, seed, constraints, replicates, budget }: Sweep,
  where: string,
): ParameterValues[] {
  const axes = groupParametersIntoAxes(parameters, where);
  const count = axes.reduce((product, { length }) => product * length, 1);
  const maxRuns = Math.min(budget.runs ?? MAX_RUN_COUNT, MAX_RUN_COUNT);
  const describeSize = (points: number) =>
    `${where} asks for ${formatCount(points, 'point')} x ${formatCount(replicates, 'replicate')} = ${formatCount(points * replicates, 'run')}`;
  if (count > MAX_RUN_COUNT)
    throw new UserError(
      `${describeSize(count)}, but a sweep may have ${MAX_RUN_COUNT.toLocaleString('en-US')} at most.`,
    );
  const points = axes
    .map((axis) => computeAxisValues(axis, seed))
    .reduce<ParameterValues[]>(
      (all, axis) => all.flatMap((point) => axis.map((values) => ({ ...point, ...values }))),
      [{}],
    )
    .filter((point) => satisfiesConstraints(constraints, point, where));
  if (points.length === 0) throw new UserError(`${where}: no point satisfies all constraints.`);
  if (points.length * replicates > maxRuns) {
    const limit = maxRuns < MAX_RUN_COUNT ? 'its budget allows' : 'a sweep may have';
    throw new UserError(`${describeSize(points.length)}, but ${limit} ${maxRuns.toLocaleString('en-US')} at most.`);
  }
  return points;
}

const RESERVED_COLUMNS = ['point', 'replicate', 'seed', 'runs'];

export function requireDistinctColumnNames(
  { parameters, metrics }: Pick<Sweep, 'parameters' | 'metrics'>,
  where: string,
) {
  const names = Object.keys(parameters);
  const measured = metrics.map((metric) => (typeof metric === 'string' ? metric : metric.path));
  const taken = names.find((name) => RESERVED_COLUMNS.includes(name) || measured.includes(name));
  if (taken !== undefined)
    throw new UserError(
      `${where}: parameters.${taken} has the name of another column of the results; choose another name.`,
    );
  const again = measured.find((path, i) => measured.indexOf(path) !== i);
  if (again !== undefined) throw new UserError(`${where}: the list \`metrics\` contains ${again} twice.`);
  const second = names.find((name, i) => names.findIndex((n) => parameters[n]!.path === parameters[name]!.path) !== i);
  if (second !== undefined)
    throw new UserError(
      `${where}: parameters.${second} sets ${parameters[second]!.path}, which another parameter already sets.`,
    );
}

export function listPlannedRuns(sweep: Sweep, experiment: Experiment, where: string): PlannedRun[] {
  const { parameters, base, replicates, seed: root } = sweep;
  requireDistinctColumnNames(sweep, where);
  const paths = Object.entries(parameters).map(([name, { path }]) => ({
    name,
    path: parseSettingPath(path, `${where}: parameters.${name}`),
  }));
  const owner = Object.keys(parameters).find((name) => parameters[name]!.path === 'seed');
  if (owner !== undefined || Object.hasOwn(base, 'seed'))
    throw new UserError(
      `${where}: ${owner === undefined ? 'base' : `parameters.${owner}`} sets seed, but each replicate has its own seed; set the seed of the sweep instead.`,
    );
  const points = listSweepPoints(sweep, where);
  const seeds = Array.from({ length: replicates }, (_, r) => deriveReplicateSeed(root, r));
  return points.flatMap((point, p) => {
    const settings = paths.map(
      ({ name, path }): ParameterSetting => ({
        keyPath: path,
        value: point[name],
        settingLocation: `${where}: parameters.${name}`,
      }),
    );
    const seeding = { keyPath: ['seed'], value: seeds[0], settingLocation: `${where}: seed` };
    const config = JSON.parse(canonicalJson(experiment.resolveConfig([seeding, ...settings]))) as Mapping;
    return seeds.map((seed, replicate) => {
      const seeded = { ...config, seed };
      const index = p * replicates + replicate;
      return { index, point: p, replicate, seed, parameters: point, config: seeded, hash: hashConfig(seeded) };
    });
  });
}

/** Reads a sweep file with `--set` assignments and makes its paths absolute. */
export async function readSweep(file: string, set: readonly string[] = []): Promise<Sweep> {
  const read = isModuleFile(file) ? await loadDefaultExport(file) : readConfig(file);
  const sweep =
    set.length === 0
      ? validate(sweepSchema, read, file)
      : validateAssignedConfig(sweepSchema, applyAssignments(read, set), () => read, file);
  const toAbsolute = (path: string) => resolve(dirname(file), path);
  return {
    ...sweep,
    ...resolveModelFiles(sweep, file),
    ...(isModuleFile(sweep.experiment) && { experiment: toAbsolute(sweep.experiment) }),
    ...(sweep.network !== undefined && { network: toAbsolute(sweep.network) }),
    ...(sweep.data !== undefined && { data: resolveDataSet(sweep.data, dirname(file)) }),
  };
}

async function loadDefaultExport(file: string): Promise<Mapping> {
  const { default: sweep } = await loadModule(resolve(file));
  if (!isMapping(sweep)) throw new UserError(`${file}: its default export is ${show(sweep)}, but must be a sweep.`);
  loadConfigModels(sweep, file);
  return sweep;
}

function addInputHashes(sweep: Sweep): Sweep {
  if (isModuleFile(sweep.experiment)) return { ...sweep, moduleSha256: hashInputFile(sweep.experiment).sha256 };
  return ['mnist', 'learn'].includes(sweep.experiment)
    ? { ...sweep, dataSha256: identifyDataSet(loadTrainingData(sweep.data, sweep.base)).sha256 }
    : sweep;
}

/**
 * Plans a sweep in `directory`, which may already hold the same plan.
 * @param set assignments that override values of the file: `replicates=5`, `base.neurons=400`
 */
export async function planSweep(file: string, directory: string, set: readonly string[] = []): Promise<Plan> {
  requireSweepDirectory(directory);
  const unbound = await readSweep(file, set);
  const experiment = await openExperiment(unbound, file);
  const sweep = addInputHashes(unbound);
  writePlan(directory, listPlannedRuns(sweep, experiment, file), {
    file,
    sweep,
    ...describeColumns(sweep, experiment),
  });
  return readPlan(directory);
}
