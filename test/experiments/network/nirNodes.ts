import type { NirFileNode, Tensor } from '../../../experiments/network/nir/read.ts';

type Nested = number | readonly Nested[];
const sizesOf = (value: Nested): number[] => (typeof value === 'number' ? [] : [value.length, ...sizesOf(value[0]!)]);
const tensor = (value: Nested, shape = sizesOf(value)): Tensor => ({
  values: Float64Array.from([value].flat(Number.POSITIVE_INFINITY as 1) as number[]),
  shape,
});
/** NIR node with numbers or nested lists as fields. */
export const node = (type: string, fields: Readonly<Record<string, Nested>>): NirFileNode => ({
  type,
  fields: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, tensor(value)])),
});
