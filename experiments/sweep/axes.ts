import jstat from 'jstat';
import { UserError } from '../../core/declare/errors.ts';
import { type Seed, Stream, shuffle } from '../../core/random/random.ts';
import { grouped } from './grouped.ts';
import type { Parameter } from './schema.ts';

type Named = readonly [name: string, parameter: Parameter];
export type Values = Readonly<Record<string, unknown>>;

/** Parameters that advance together: one by itself, or those of one `zip` or `latinHypercube`. */
export interface Axis {
  readonly parameters: readonly Named[];
  readonly length: number;
}

/** How many values a parameter has; counted, not made, so that an absurd number can be refused. */
function lengthOf({ grid, list, count }: Parameter): number {
  if (grid !== undefined) return Array.isArray(grid) ? grid.length : grid.steps;
  return list?.length ?? count!;
}

/** The axes of the product, in the order of the file. */
export function axesOf(parameters: Readonly<Record<string, Parameter>>, where: string): Axis[] {
  const groups = grouped(Object.entries(parameters), ([name, { zip, latinHypercube }]) => {
    if (zip !== undefined) return `zip ${zip}`;
    return latinHypercube !== undefined ? `latinHypercube ${latinHypercube}` : `: ${name}`; // no name begins so
  });
  return [...groups].map(([key, group]) => {
    const [first, one] = group[0]!;
    const length = lengthOf(one);
    const other = group.find(([, p]) => lengthOf(p) !== length);
    if (other)
      throw new UserError(
        `${where}: ${first} has ${length} values and ${other[0]} has ${lengthOf(other[1])}, but the parameters of ${key} must have equally many.`,
      );
    return { parameters: group, length };
  });
}

/** The values of an axis, position by position. Random ones depend on seed, name and position only. */
export function valuesOf({ parameters, length }: Axis, seed: Seed): Values[] {
  const columns = parameters.map(
    ([name, p]) => [name, columnOf(p, length, new Stream(seed, `sweep/${name}`))] as const,
  );
  return Array.from({ length }, (_, i) => Object.fromEntries(columns.map(([name, column]) => [name, column[i]])));
}

function columnOf(p: Parameter, length: number, stream: Stream): readonly unknown[] {
  if (p.list !== undefined) return p.list;
  if (p.grid !== undefined) return Array.isArray(p.grid) ? p.grid : spaced(p.grid);
  return shares(p, length, stream).map((u) => quantile(p, u));
}

function spaced({ from, to, steps, scale }: Exclude<NonNullable<Parameter['grid']>, number[]>): number[] {
  return Array.from({ length: steps }, (_, i) => {
    if (i === 0) return from;
    const share = i / (steps - 1);
    if (share === 1) return to;
    return scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
  });
}

/**
 * Uniform numbers on (0, 1); in a Latin hypercube one in each of `length` equal shares, in random order
 * (McKay, Beckman & Conover 1979, doi:10.1080/00401706.1979.10489755).
 */
function shares({ latinHypercube }: Parameter, length: number, stream: Stream): number[] {
  const order = Array.from({ length }, (_, i) => i);
  if (latinHypercube !== undefined) shuffle(order, (n) => stream.below(n));
  return order.map((stratum) => {
    const u = Math.max(stream.uniform(), Number.EPSILON);
    return latinHypercube === undefined ? u : (stratum + u) / length;
  });
}

/** The value of a random parameter below which it lies with probability u. */
export function quantile({ uniform, logUniform, normal, choice }: Parameter, u: number): unknown {
  if (uniform !== undefined) return uniform[0] + (uniform[1] - uniform[0]) * u;
  if (logUniform !== undefined) return logUniform[0] * (logUniform[1] / logUniform[0]) ** u;
  if (normal !== undefined) return normal.sd === 0 ? normal.mean : jstat.jStat.normal.inv(u, normal.mean, normal.sd);
  return choice![Math.min(Math.floor(u * choice!.length), choice!.length - 1)];
}
