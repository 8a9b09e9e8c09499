import * as z from 'zod/mini';
import { UserError } from './errors.ts';
import { described, withDefault } from './params.ts';
import { whole } from './ranged.ts';

/** Parameter of what has two states, down and up: the numbers of those that are up at the start, counted from 0. */
export const initialUpParam = (help: string) =>
  described(withDefault(z.array(whole({ min: 0 })), []), { description: help });

/** 1 for each of `count` that is up, 0 for the others. UserError, about `name`, for a number that is too large. */
export function createInitialStates(up: readonly number[], count: number, name: string): Uint8Array {
  const states = new Uint8Array(count);
  for (const k of up) {
    if (k >= count) throw new UserError(`${name}.up names neuron ${k}, but there are ${count}, counted from 0.`);
    states[k] = 1;
  }
  return states;
}
