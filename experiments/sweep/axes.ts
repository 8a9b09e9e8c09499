import jstat from 'jstat';
import { UserError } from '../../core/declare/errors.ts';
import { type Seed, Stream, shuffle } from '../../core/random/random.ts';
import { groupBy } from '../statistics/groupBy.ts';
import type { Parameter } from './schema.ts';

type NamedParameter = readonly [name: string, parameter: Parameter];
/** Parameter values of a sweep point, by parameter name. */
export type ParameterValues = Readonly<Record<string, unknown>>;

/** Axis of a sweep: a single parameter, or all parameters of a `zip` or `latinHypercube` group, which vary together. */
export interface Axis {
  readonly parameters: readonly NamedParameter[];
  readonly length: number;
}

/** Number of values of a parameter; the values are not created, so that too large numbers can be rejected. */
function valueCount({ grid, list, count }: Parameter): number {
  if (grid !== undefined) return Array.isArray(grid) ? grid.length : grid.steps;
  return list?.length ?? count!;
}

/** Groups parameters into axes; the sweep is the product of all axes, in file order. */
export function groupAxes(parameters: Readonly<Record<string, Parameter>>, where: string): Axis[] {
  const groups = groupBy(Object.entries(parameters), ([name, { zip, latinHypercube }]) => {
    if (zip !== undefined) return `zip ${zip}`;
    return latinHypercube !== undefined ? `latinHypercube ${latinHypercube}` : `: ${name}`; // no group begins with a colon
  });
  return [...groups].map(([key, group]) => {
    const [first, one] = group[0]!;
    const length = valueCount(one);
    const other = group.find(([, p]) => valueCount(p) !== length);
    if (other)
      throw new UserError(
        `${where}: ${first} has ${length} values and ${other[0]} has ${valueCount(other[1])}, but all parameters of ${key} must have the same number of values.`,
      );
    return { parameters: group, length };
  });
}

/** Creates the values of an axis, by index. Random values depend only on seed, parameter name and index. */
export function drawAxisValues({ parameters, length }: Axis, seed: Seed): ParameterValues[] {
  const columns = parameters.map(
    ([name, p]) => [name, drawParameterValues(p, length, new Stream(seed, `sweep/${name}`))] as const,
  );
  return Array.from({ length }, (_, i) => Object.fromEntries(columns.map(([name, column]) => [name, column[i]])));
}

function drawParameterValues(p: Parameter, length: number, stream: Stream): readonly unknown[] {
  if (p.list !== undefined) return p.list;
  if (p.grid !== undefined) return Array.isArray(p.grid) ? p.grid : spaceGrid(p.grid);
  return drawProbabilities(p, length, stream).map((u) => computeQuantile(p, u));
}

function spaceGrid({ from, to, steps, scale }: Exclude<NonNullable<Parameter['grid']>, number[]>): number[] {
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
function drawProbabilities({ latinHypercube }: Parameter, length: number, stream: Stream): number[] {
  const order = Array.from({ length }, (_, i) => i);
  if (latinHypercube !== undefined) shuffle(order, (n) => stream.below(n));
  return order.map((stratum) => {
    const u = Math.max(stream.uniform(), Number.EPSILON);
    return latinHypercube === undefined ? u : (stratum + u) / length;
  });
}

/** Value of a random parameter for the cumulative probability u (inverse distribution function). */
export function computeQuantile({ uniform, logUniform, normal, choice }: Parameter, u: number): unknown {
  if (uniform !== undefined) return uniform[0] + (uniform[1] - uniform[0]) * u;
  if (logUniform !== undefined) return logUniform[0] * (logUniform[1] / logUniform[0]) ** u;
  if (normal !== undefined) return normal.sd === 0 ? normal.mean : jstat.jStat.normal.inv(u, normal.mean, normal.sd);
  return choice![Math.min(Math.floor(u * choice!.length), choice!.length - 1)];
}
