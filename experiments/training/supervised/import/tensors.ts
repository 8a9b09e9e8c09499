import { UserError } from '../../../../core/declare/errors.ts';
import { show, showShape } from '../../../../core/declare/show.ts';

/** Array of numbers in C order. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}
export type Tensors = ReadonlyMap<string, Tensor>;

export const countElements = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1);

/** Creates a tensor. @throws UserError if a value is not finite or the number of values does not fit the shape */
export function createTensor(name: string, shape: readonly number[], values: Float64Array, where: string): Tensor {
  if (values.length !== countElements(shape) || shape.some((size) => !(size >= 0)))
    throw new UserError(`${where}: ${show(name)} has ${values.length} numbers, but its shape is ${showShape(shape)}.`);
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new UserError(`${where}: number ${bad} of ${show(name)} is ${values[bad]}, but must be finite.`);
  return { shape, values };
}
