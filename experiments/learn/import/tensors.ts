import { UserError } from '../../../core/declare/errors.ts';

/** An array of numbers as a file holds it, in C order. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}
export type Tensors = ReadonlyMap<string, Tensor>;

export const elementsOf = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1);

/** @throws UserError for one that is no number, or for a wrong count of them */
export function tensor(name: string, shape: readonly number[], values: Float64Array, where: string): Tensor {
  if (values.length !== elementsOf(shape))
    throw new UserError(`${where}: ${name} has ${values.length} numbers, but its shape is (${shape.join(', ')}).`);
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0) throw new UserError(`${where}: number ${bad} of ${name} is ${values[bad]}, but must be finite.`);
  return { shape, values };
}
