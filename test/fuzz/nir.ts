/** Networks in NIR. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Hdf5Group, writeHdf5 } from '../../experiments/logs/hdf5.ts';
import { buildNetwork } from '../../experiments/network/build.ts';
import { loadNetwork } from '../../experiments/run/loadNetwork.ts';
import type { Loader } from './loader.ts';
import { mutateTree, type Random } from './mutate.ts';

/** A graph as a tree: texts, numbers, lists of numbers with a shape, and groups. */
type Tree = { readonly [key: string]: unknown };
const array = (shape: readonly number[], value = 0.5) => ({
  shape,
  values: Array.from({ length: shape.reduce((n, m) => n * m, 1) }, (_, k) => value * (1 + (k % 3))),
});
const integers = (...values: number[]) => ({ shape: [values.length], values });
const full = (shape: readonly number[], value: number) => ({ shape, values: array(shape).values.map(() => value) });
const lif = (...shape: number[]) => ({
  type: 'LIF',
  tau: full(shape, 0.01),
  r: array(shape, 1),
  v_leak: full(shape, 0),
  v_threshold: full(shape, 1),
  v_reset: full(shape, 0),
});
const chain = (names: readonly string[]) => names.slice(1).map((name, k) => [names[k], name]);

const CONVOLUTION: Tree = {
  type: 'NIRGraph',
  edges: chain(['input', 'conv', 'lif', 'pool', 'flat', 'fc', 'cuba', 'output']),
  nodes: {
    input: { type: 'Input', shape: integers(1, 2, 3) },
    conv: {
      type: 'Conv2d',
      weight: array([2, 1, 3, 3]),
      bias: full([2], 0),
      input_shape: integers(2, 3),
      stride: integers(1, 1),
      padding: integers(1, 1),
      dilation: integers(1, 1),
      groups: 1,
    },
    lif: lif(2, 2, 3),
    pool: { type: 'SumPool2d', kernel_size: integers(2, 1), stride: integers(2, 1), padding: integers(0, 0) },
    flat: { type: 'Flatten', start_dim: 1, end_dim: -1 },
    fc: { type: 'Affine', weight: array([4, 6]), bias: array([4]) },
    cuba: {
      type: 'CubaLIF',
      tau_mem: full([4], 0.02),
      tau_syn: full([4], 0.005),
      r: array([4], 1),
      v_leak: full([4], 0),
      v_threshold: full([4], 1),
    },
    output: { type: 'Output', shape: integers(4) },
  },
};
const RECURRENT: Tree = {
  type: 'NIRGraph',
  edges: chain(['input', 'wait', 'fc', 'lif', 'loop', 'lif', 'scale', 'if', 'output']),
  nodes: {
    input: { type: 'Input', shape: integers(3) },
    wait: { type: 'Delay', delay: array([3], 0.001) },
    fc: { type: 'Linear', weight: array([3, 3]) },
    lif: lif(3),
    loop: {
      type: 'NIRGraph',
      edges: chain(['in', 'w', 'out']),
      nodes: {
        in: { type: 'Input', shape: integers(3) },
        w: { type: 'Linear', weight: array([3, 3]) },
        out: { type: 'Output', shape: integers(3) },
      },
    },
    scale: { type: 'Scale', scale: array([3], 2) },
    if: { type: 'IF', r: array([3], 1), v_threshold: array([3], 1) },
    output: { type: 'Output', shape: integers(3) },
  },
};
const isArray = (value: unknown): value is { shape: number[]; values: number[] } =>
  typeof value === 'object' &&
  value !== null &&
  Array.isArray((value as Tree).values) &&
  Array.isArray((value as Tree).shape);

/** Writes a tree as HDF5; entries that HDF5 cannot hold are left out. */
function fill(group: Hdf5Group, tree: Tree): void {
  for (const [key, value] of Object.entries(tree)) {
    if (key === '' || key.includes('/') || key.includes('\0')) continue;
    if (typeof value === 'string') group.create_dataset({ name: key, data: value, dtype: 'S', shape: [] });
    else if (typeof value === 'number') group.create_dataset({ name: key, data: value, dtype: '<d', shape: [] });
    else if (isArray(value)) fillArray(group, key, value);
    else if (Array.isArray(value)) {
      const pairs = value
        .flat()
        .map((name) => (typeof name === 'string' ? name : JSON.stringify(name)))
        .filter((name) => !name.includes('\0'));
      if (pairs.length > 0)
        group.create_dataset({
          name: key,
          data: pairs,
          dtype: 'S',
          shape: pairs.length % 2 ? [pairs.length] : [pairs.length / 2, 2],
        });
    } else if (typeof value === 'object' && value !== null) fill(group.create_group(key), value as Tree);
  }
}

function fillArray(group: Hdf5Group, name: string, { shape, values }: { shape: unknown[]; values: unknown[] }): void {
  const numberOf = (value: unknown) => (typeof value === 'object' ? 0 : Number(value));
  const data = Float64Array.from(values, numberOf);
  const sizes = shape.map(numberOf);
  const fits = sizes.every((n) => Number.isInteger(n) && n >= 0) && sizes.reduce((n, m) => n * m, 1) === data.length;
  if (data.length > 0) group.create_dataset({ name, data, shape: fits ? sizes : [data.length], dtype: '<d' });
}

async function bytesOfTree(tree: Tree): Promise<Uint8Array> {
  const path = 'tree.nir';
  await writeHdf5('NIR', { path, replace: true }, (root) => {
    root.create_dataset({ name: 'version', data: '1.0', dtype: 'S', shape: [] });
    fill(root.create_group('node'), tree);
  });
  return Uint8Array.from(readFileSync(path));
}

const TREES: Readonly<Record<string, Tree>> = { 'convolution.nir': CONVOLUTION, 'recurrent.nir': RECURRENT };

async function mutateNir(random: Random, _: Uint8Array, name: string): Promise<Uint8Array> {
  return await bytesOfTree(mutateTree(random, { root: TREES[name]! }).root ?? {});
}

export const NIR: Loader = {
  name: 'network NIR',
  modules: ['network/nir/', 'logs/hdf5.js'],
  seeds: async () => {
    const files = [];
    for (const [name, tree] of Object.entries(TREES)) files.push({ name, bytes: await bytesOfTree(tree) });
    return files;
  },
  async load(path) {
    writeFileSync(
      'network.yaml',
      JSON.stringify({ memspike: 1, import: { file: path, spikeArea: 1, mode: 'exact' }, duration: 1 }),
    );
    buildNetwork(await loadNetwork('network.yaml'));
  },
  mutateInside: mutateNir,
};
