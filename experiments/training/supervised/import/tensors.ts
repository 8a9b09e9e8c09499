import { UserError } from '../../../../core/declare/errors.ts';
import { show, showShape } from '../../../../core/declare/show.ts';

/** An array of numbers as a file holds it, in C order. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}
export type Tensors = ReadonlyMap<string, Tensor>;

export const elementsOf = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1);

/** @throws UserError for one that is no number, or for a wrong count of them */
export function tensor(name: string, shape: readonly number[], values: Float64Array, where: string): Tensor {
  if (values.length !== elementsOf(shape) || shape.some((size) => !(size >= 0)))
    throw new UserError(`${where}: ${show(name)} has ${values.length} numbers, but its shape is ${showShape(shape)}.`);
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new UserError(`${where}: number ${bad} of ${show(name)} is ${values[bad]}, but must be finite.`);
  return { shape, values };
}
