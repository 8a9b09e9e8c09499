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

/** The same number for each of `size` neurons. */
export const everyone = (value: number, size: number): NirArray => ({
  values: new Float64Array(size).fill(value),
  shape: [size],
});
