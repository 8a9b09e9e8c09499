import { UserError } from '../../../core/declare/errors.ts';
import { show } from '../../../core/declare/show.ts';
import { type Group, readHdf5 } from '../hdf5.ts';

/** Numbers with their shape, row-major; a single number has the shape []. */
export interface Tensor {
  readonly values: Float64Array;
  readonly shape: readonly number[];
}

/** A node as it is written: its type and its fields. */
export interface WrittenNode {
  readonly type: string;
  readonly fields: Readonly<Record<string, Tensor | string>>;
}

/** A graph without graphs inside. */
export interface WrittenGraph {
  readonly nodes: ReadonlyMap<string, WrittenNode>;
  readonly edges: readonly (readonly [string, string])[];
}

/** What h5wasm reads of a dataset. */
interface Dataset {
  readonly shape: readonly number[] | null;
  readonly value: unknown;
}

const isGroup = (entry: unknown): entry is Group => typeof (entry as Group | null)?.keys === 'function';

function fieldOf({ shape, value }: Dataset, where: string): Tensor | string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return { values: Float64Array.of(Number(value)), shape: [] };
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return { values: Float64Array.from(value as unknown as ArrayLike<number | bigint>, Number), shape: shape ?? [] };
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'string') return value[0];
  throw new UserError(`${where} is ${show(value)}, but must be numbers or a text.`);
}

const entry = (group: Group, name: string, where: string): Group | Dataset => {
  const found = group.get(name) as Group | Dataset | null;
  if (found === null) throw new UserError(`${where} has no ${name}: it is not laid out as NIR files are.`);
  return found;
};

function textOf(group: Group, name: string, where: string): string {
  const found = entry(group, name, where);
  const value = isGroup(found) ? undefined : found.value;
  const text = Array.isArray(value) ? value[0] : value;
  if (typeof text === 'string') return text;
  throw new UserError(`${where}/${name} is ${show(text)}, but must be a text.`);
}

/** Edges are a list of pairs; without any the list is empty. */
function edgesOf(group: Group, where: string): [string, string][] {
  const found = entry(group, 'edges', where);
  const flat = isGroup(found) ? undefined : found.value;
  if (ArrayBuffer.isView(flat) && flat.byteLength === 0) return [];
  if (!Array.isArray(flat) || flat.length % 2 !== 0 || !flat.every((name) => typeof name === 'string'))
    throw new UserError(`${where}/edges is ${show(flat)}, but must be pairs of names.`);
  return Array.from({ length: flat.length / 2 }, (_, k) => [flat[2 * k] as string, flat[2 * k + 1] as string]);
}

/** Adds a graph; of one inside another the names begin with its own, and its inputs and outputs only pass on. */
function collect(
  group: Group,
  where: string,
  prefix: string,
  into: { nodes: Map<string, WrittenNode>; edges: [string, string][] },
) {
  const children = entry(group, 'nodes', where);
  if (!isGroup(children)) throw new UserError(`${where}/nodes holds no nodes.`);
  const inner = new Map<string, { input: string; output: string }>();
  for (const name of children.keys()) {
    const node = children.get(name);
    const path = `${where}/nodes/${name}`;
    if (!isGroup(node)) throw new UserError(`${path} is no node.`);
    const type = textOf(node, 'type', path);
    if (type === 'NIRGraph') {
      inner.set(name, collect(node, path, `${prefix}${name}.`, into));
      continue;
    }
    const fields = Object.fromEntries(
      node.keys().flatMap((key) => {
        const field = node.get(key);
        return key === 'type' || isGroup(field) ? [] : [[key, fieldOf(field as Dataset, `${path}/${key}`)]];
      }),
    );
    const passes = prefix !== '' && (type === 'Input' || type === 'Output');
    into.nodes.set(prefix + name, { type: passes ? 'Pass' : type, fields });
  }
  const there = new Set(children.keys());
  for (const [from, to] of edgesOf(group, where)) {
    for (const name of [from, to])
      if (!there.has(name)) throw new UserError(`${where}/edges names ${show(name)}, which is no node.`);
    into.edges.push([inner.get(from)?.output ?? prefix + from, inner.get(to)?.input ?? prefix + to]);
  }
  const ofType = (type: string) =>
    children.keys().find((name) => textOf(children.get(name) as Group, 'type', where) === type);
  return { input: `${prefix}${ofType('Input') ?? ''}`, output: `${prefix}${ofType('Output') ?? ''}` };
}

/**
 * Reads a NIR file, in the HDF5 layout of the `nir` package: `/node/type` "NIRGraph", `/node/edges` (pairs of names) and a group a
 * node under `/node/nodes`. Graphs inside the graph are spread out.
 * Source: Pedersen et al. 2024, doi:10.1038/s41467-024-52259-9; `nir/serialization.py`.
 * @throws UserError that names the place in the file
 */
export function readNir(path: string): WrittenGraph {
  return readHdf5(path, (root) => {
    const graph = entry(root, 'node', path);
    if (!isGroup(graph)) throw new UserError(`${path}: /node is no graph.`);
    const type = textOf(graph, 'type', `${path}: node`);
    if (type !== 'NIRGraph') throw new UserError(`${path} holds a single ${type}, but must hold a NIRGraph.`);
    const into = { nodes: new Map<string, WrittenNode>(), edges: [] as [string, string][] };
    collect(graph, `${path}: node`, '', into);
    return into;
  });
}
