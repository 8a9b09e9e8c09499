/** A NIR graph: nodes by name, and which feeds which. Arrays have one element a neuron; `weight` is out × in. */
export interface NirGraph {
  readonly nodes: Readonly<Record<string, NirNode>>;
  readonly edges: readonly (readonly [string, string])[];
}

export interface NirArray {
  readonly values: Float64Array;
  readonly shape: readonly number[];
}

export type NirNode =
  | { readonly type: 'Input' | 'Output'; readonly size: number }
  | { readonly type: 'LIF' | 'CubaLIF' | 'Linear' | 'Delay'; readonly params: Readonly<Record<string, NirArray>> };

/** A number for each of `size` neurons. */
export const eachOne = (value: (neuron: number) => number, size: number): NirArray => ({
  values: Float64Array.from({ length: size }, (_, j) => value(j)),
  shape: [size],
});
