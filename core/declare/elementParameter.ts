import type { ModelContext } from '../factories.ts';
import type { Arena } from '../kernels/arena.ts';
import { Stream } from '../random/random.ts';
import { createElementSampler, type Distribution } from './distribution.ts';
import { UserError } from './errors.ts';
import { show } from './show.ts';

/** Where values may lie: not below `min`, above it where `exclusiveMin`, and not above `max`. */
interface Range {
  readonly min?: number;
  readonly exclusiveMin?: boolean;
  readonly max?: number;
}

/** Range of what must be above 0. */
export const POSITIVE_RANGE = { min: 0, exclusiveMin: true } as const;

/** What the help of such a parameter says. */
export const LIST_HELP = 'a list has one for each neuron';

/** What `ofEach` takes. */
export type ElementValues = Distribution | readonly number[];

/** A parameter of the neurons of a population, or of the synapses of a projection: one value that all share, or one for each. */
export class ElementParameter {
  readonly values: Float64Array;
  /** Of an index: 0 where all have the first one. */
  readonly mask: number;

  constructor(values: Float64Array) {
    this.values = values;
    this.mask = values.length === 1 ? 0 : -1;
  }

  /** What follows from parameters of n elements: one value where each of those is shared. */
  static of(
    n: number,
    parts: readonly ElementParameter[],
    value: (index: number) => number,
    arena: Arena,
  ): ElementParameter {
    const values = arena.f64(parts.every((part) => part.shared) ? 1 : n);
    return new ElementParameter(values).set(value);
  }

  get shared(): boolean {
    return this.mask === 0;
  }

  at(index: number): number {
    return this.values[index & this.mask]!;
  }

  set(value: (index: number) => number): this {
    for (let j = 0; j < this.values.length; j++) this.values[j] = value(j);
    return this;
  }

  /** How errors name a value. */
  path(where: string, index: number): string {
    return this.shared ? where : `${where}.${index}`;
  }
}

/**
 * The parameter `key` of n neurons (or other elements) as its schema `ofEach` takes it; draws come from a stream of its own. Values that are all
 * the same are shared. @throws UserError for a list of another length, and for a draw outside the range.
 */
export function createElementParameter(
  given: ElementValues,
  n: number,
  key: string,
  { arena, seed, name }: ModelContext,
  { min = -Infinity, max = Infinity, exclusiveMin = false }: Range = {},
  element = 'neuron',
): ElementParameter {
  const where = `${name}.${key}`;
  if (typeof given === 'number') return new ElementParameter(arena.f64(1).fill(given));
  arena.reserve(n * 8, `${where} of ${n} ${element}s`);
  const next = createElementSampler(given, n, new Stream(seed, `${name}/each/${key}`), where, element);
  const values = Float64Array.from({ length: n }, next);
  const outside = values.findIndex((value) => value < min || value > max || (exclusiveMin && value === min));
  if (outside >= 0) {
    const range = `${exclusiveMin ? '>' : '>='} ${min}${max === Infinity ? '' : ` and <= ${max}`}`;
    throw new UserError(
      `${where} is ${show(given)}: what is drawn for ${element} ${outside} is ${values[outside]}, but it must be ${range}; draw from uniform or lognormal, or give a list.`,
    );
  }
  const all = values.every((value) => value === values[0]) ? values.subarray(0, 1) : values;
  const kept = arena.f64(all.length);
  kept.set(all);
  return new ElementParameter(kept);
}
