import { UserError } from '../../../core/declare/errors.ts';
import { formatKey, show } from '../../../core/declare/show.ts';
import { requireMemory } from '../../data/memoryLimit.ts';
import { type Hdf5Group, readHdf5 } from '../../logs/hdf5.ts';

/** Array of numbers from a file, row-major; the shape of a single number is []. */
export interface Tensor {
  readonly values: Float64Array;
  readonly shape: readonly number[];
}

export interface NirFileNode {
  readonly type: string;
  readonly fields: Readonly<Record<string, Tensor | string>>;
}

export interface NirFileGraph {
  readonly nodes: ReadonlyMap<string, NirFileNode>;
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** Memory per element while a dataset is read, bytes. */
const BYTES_PER_ELEMENT = 24;
const MAX_DEPTH = 100;

interface Dataset {
  readonly shape: readonly number[] | null;
  readonly value: unknown;
}

const isGroup = (value: unknown): value is Hdf5Group => typeof (value as Hdf5Group | null)?.keys === 'function';

function readValue(dataset: Dataset, where: string): unknown {
  requireMemory(BYTES_PER_ELEMENT * (dataset.shape ?? []).reduce((n, size) => n * size, 1), where);
  try {
    return dataset.value;
  } catch (cause) {
    if (!(cause instanceof Error) || !/not supported/.test(cause.message)) throw cause;
    throw new UserError(`${where} cannot be read: ${cause.message}; store numbers as float32 or float64.`, { cause });
  }
}

function readField(dataset: Dataset, where: string): Tensor | string {
  const { shape } = dataset;
  const value = readValue(dataset, where);
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return { values: Float64Array.of(Number(value)), shape: [] };
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return { values: Float64Array.from(value as unknown as ArrayLike<number | bigint>, Number), shape: shape ?? [] };
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'string') return value[0];
  throw new UserError(`${where} is ${show(value)}, but must be numbers or a text.`);
}

const entry = (group: Hdf5Group, name: string, where: string): Hdf5Group | Dataset => {
  const found = group.get(name) as Hdf5Group | Dataset | null;
  if (found === null) throw new UserError(`${where} has no ${name}: it does not have the layout of NIR files.`);
  return found;
};

function readDataset(group: Hdf5Group, name: string, where: string): unknown {
  const found = entry(group, name, where);
  return isGroup(found) ? undefined : readValue(found, `${where}/${name}`);
}

function readText(group: Hdf5Group, name: string, where: string) {
  const value = readDataset(group, name, where);
  const text = Array.isArray(value) ? value[0] : value;
  if (typeof text === 'string') return text;
  throw new UserError(`${where}/${name} is ${show(text)}, but must be a text.`);
}

function readEdges(group: Hdf5Group, where: string): [string, string][] {
  const flat = readDataset(group, 'edges', where);
  if (ArrayBuffer.isView(flat) && flat.byteLength === 0) return [];
  if (!Array.isArray(flat) || flat.length % 2 !== 0 || !flat.every((name) => typeof name === 'string'))
    throw new UserError(`${where}/edges is ${show(flat)}, but must be pairs of names.`);
  return Array.from({ length: flat.length / 2 }, (_, k) => [flat[2 * k] as string, flat[2 * k + 1] as string]);
}

/** Adds a graph to `into`. Nodes of a nested graph get the graph's name as prefix; its inputs and outputs become `Pass`. */
function collectNodes(
  group: Hdf5Group,
  where: string,
  prefix: string,
  into: { nodes: Map<string, NirFileNode>; edges: [string, string][] },
  depth = 0,
) {
  if (depth > MAX_DEPTH) throw new UserError(`${where}: more than ${MAX_DEPTH} nested graphs.`);
  const children = entry(group, 'nodes', where);
  if (!isGroup(children)) throw new UserError(`${where}/nodes is not a group of nodes.`);
  const inner = new Map<string, { input: string | undefined; output: string | undefined }>();
  const types: [name: string, type: string][] = [];
  for (const name of children.keys()) {
    const node = children.get(name);
    const path = `${where}/nodes/${formatKey(name)}`;
    if (!isGroup(node)) throw new UserError(`${path} is not an HDF5 group, as nodes are.`);
    const type = readText(node, 'type', path);
    types.push([name, type]);
    if (type === 'NIRGraph') {
      inner.set(name, collectNodes(node, path, `${prefix}${name}.`, into, depth + 1));
      continue;
    }
    const fields = Object.fromEntries(
      node.keys().flatMap((key) => {
        const field = node.get(key);
        return key === 'type' || isGroup(field)
          ? []
          : [[key, readField(field as Dataset, `${path}/${formatKey(key)}`)]];
      }),
    );
    const passes = prefix !== '' && (type === 'Input' || type === 'Output');
    into.nodes.set(prefix + name, { type: passes ? 'Pass' : type, fields });
  }
  const findEnd = (name: string, side: 'input' | 'output', direction: string): string => {
    const end = inner.has(name) ? inner.get(name)![side] : prefix + name;
    if (end !== undefined) return end;
    const type = side === 'output' ? 'Output' : 'Input';
    throw new UserError(`${where}: an edge ${direction} the graph ${formatKey(name)}, which must have one ${type}.`);
  };
  const known = new Set(children.keys());
  for (const [from, to] of readEdges(group, where)) {
    for (const name of [from, to])
      if (!known.has(name)) throw new UserError(`${where}/edges names ${show(name)}, which is not a node.`);
    into.edges.push([findEnd(from, 'output', 'comes from'), findEnd(to, 'input', 'leads to')]);
  }
  const onlyOne = (type: string): string | undefined => {
    const names = types.filter(([, other]) => other === type).map(([name]) => prefix + name);
    return names.length === 1 ? names[0] : undefined;
  };
  return { input: onlyOne('Input'), output: onlyOne('Output') };
}

/** Replaces nodes `Pass` (ports of nested graphs) by edges between their neighbours. */
function removePassNodes(graph: NirFileGraph, path: string): NirFileGraph {
  const nodes = new Map(graph.nodes);
  let edges = [...graph.edges];
  for (const [name, { type }] of graph.nodes) {
    if (type !== 'Pass') continue;
    nodes.delete(name);
    if (edges.some((edge) => edge[0] === name && edge[1] === name))
      throw new UserError(`${path}: ${formatKey(name)} -> ${formatKey(name)} is a loop without neurons.`);
    const sources = edges.filter(([, to]) => to === name);
    const targets = edges.filter(([from]) => from === name);
    edges = edges.filter((edge) => !edge.includes(name));
    for (const [from] of sources) for (const [, to] of targets) edges.push([from, to]);
  }
  return { nodes, edges };
}

/** Edge that a graph has twice, as "from -> to"; undefined without such an edge. */
export function findDuplicateEdge({ edges }: Pick<NirFileGraph, 'edges'>): string | undefined {
  const all = edges.map((edge) => edge.map(formatKey).join(' -> '));
  return all.find((text, i) => all.indexOf(text) < i);
}

/**
 * Reads a NIR graph, with nested graphs flattened, from a file in the HDF5 layout of the `nir` package: `/node/type`
 * "NIRGraph", `/node/edges` (pairs of names) and one group per node under `/node/nodes`.
 * Source: Pedersen et al. 2024, doi:10.1038/s41467-024-52259-9; `nir/serialization.py`.
 * @throws UserError that names the path in the file
 */
export function readNirGraph(path: string): NirFileGraph {
  return readHdf5(path, (root) => {
    const graph = entry(root, 'node', path);
    if (!isGroup(graph)) throw new UserError(`${path}: /node is not a graph.`);
    const type = readText(graph, 'type', `${path}: node`);
    if (type !== 'NIRGraph')
      throw new UserError(`${path} holds a single ${formatKey(type)}, but must hold a NIRGraph.`);
    const into = { nodes: new Map<string, NirFileNode>(), edges: [] as [string, string][] };
    collectNodes(graph, `${path}: node`, '', into);
    return removePassNodes(into, path);
  });
}
