import { UserError } from '../../core/declare/errors.ts';
import { show } from '../../core/declare/show.ts';
import { didYouMean } from '../../core/declare/suggest.ts';
import type { Values } from './axes.ts';
import type { Constraint } from './schema.ts';

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
