import * as z from 'zod/mini';
import type { ModelContext } from '../factories.ts';
import type { Arena } from '../kernels/arena.ts';
import { RandomStream } from '../random/random.ts';
import { createElementSampler, type Distribution } from './distribution.ts';
import { UserError } from './errors.ts';
import { described, withDefault } from './params.ts';
import { int, type NumberRange } from './ranged.ts';
import { show } from './show.ts';

export const POSITIVE_RANGE = { min: 0, exclusiveMin: true } as const;

export const VALUE_LIST_HELP = 'a list has one value per neuron';

export type ElementParameterInput = Distribution | readonly number[];

/** Parameter of the neurons of a population, or of the synapses of a projection: one shared value or one value per element. */
export class ElementParameter {
  readonly values: Float64Array;
  /** Bit mask: `values[index & indexMask]` is the value of an element. 0 if all elements share one value, else -1. */
  readonly indexMask: number;

  constructor(values: Float64Array) {
    this.values = values;
    this.indexMask = values.length === 1 ? 0 : -1;
  }

  /** Computes a parameter from other parameters: one value if all of them are shared, otherwise one per element. */
  static derive(
    n: number,
    parts: readonly ElementParameter[],
    value: (index: number) => number,
    arena: Arena,
  ): ElementParameter {
    const values = arena.f64(parts.every((part) => part.isShared) ? 1 : n);
    return new ElementParameter(values).setAll(value);
  }

  get isShared(): boolean {
    return this.indexMask === 0;
  }

  getValue(index: number): number {
    return this.values[index & this.indexMask]!;
  }

  setAll(value: (index: number) => number): this {
    for (let j = 0; j < this.values.length; j++) this.values[j] = value(j);
    return this;
  }

  formatPath(where: string, index: number): string {
    return this.isShared ? where : `${where}.${index}`;
  }
}

/**
 * Creates parameter `key` of n elements.
 * @throws UserError for a list of a wrong length, and for a drawn value outside the range
 */
export function createElementParameter(
  input: ElementParameterInput,
  n: number,
  key: string,
  { arena, seed, name }: ModelContext,
  { min = -Infinity, max = Infinity, exclusiveMin = false }: NumberRange = {},
  element = 'neuron',
): ElementParameter {
  const where = `${name}.${key}`;
  if (typeof input === 'number') return new ElementParameter(arena.f64(1).fill(input));
  arena.requireSpaceFor(n * 8, `${where} of ${n} ${element}s`);
  const next = createElementSampler(input, n, new RandomStream(seed, `${name}/each/${key}`), where, element);
  const values = Float64Array.from({ length: n }, next);
  const outside = values.findIndex((value) => value < min || value > max || (exclusiveMin && value === min));
  if (outside >= 0) {
    const range = `${exclusiveMin ? '>' : '>='} ${min}${max === Infinity ? '' : ` and <= ${max}`}`;
    throw new UserError(
      `${where} is ${show(input)}: the value drawn for ${element} ${outside} is ${values[outside]}, but must be ${range}; use uniform, lognormal or a list.`,
    );
  }
  const distinct = values.every((value) => value === values[0]) ? values.subarray(0, 1) : values;
  const stored = arena.f64(distinct.length);
  stored.set(distinct);
  return new ElementParameter(stored);
}

/** Schema of the indices of two-state neurons (up or down) that start in the up state. */
export const initialUpStateIndicesSchema = (help: string) =>
  described(withDefault(z.array(int({ min: 0 })), []), { description: help });

/** Initial states of two-state neurons: 1 for up, 0 for down. */
export function createTwoStateInitialStates(up: readonly number[], count: number, name: string): Uint8Array {
  const states = new Uint8Array(count);
  for (const k of up) {
    if (k >= count) throw new UserError(`${name}.up lists neuron ${k}, but neurons are 0 to ${count - 1}.`);
    states[k] = 1;
  }
  return states;
}
