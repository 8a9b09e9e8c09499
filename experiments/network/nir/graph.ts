import { UserError } from '../../../core/declare/errors.ts';
import { formatKey } from '../../../core/declare/show.ts';
import { requireMemory } from '../../data/memoryLimit.ts';
import { isValueType, NIR_NEURON_TYPES, readNodeShape } from './neurons.ts';
import { countElements, type LinearOperator, OPERATOR_FACTORIES } from './operators.ts';
import type { NirFileGraph, NirFileNode } from './read.ts';

const KNOWN_TYPES = ['Input', 'Output', ...NIR_NEURON_TYPES, ...Object.keys(OPERATOR_FACTORIES)];
const KNOWN_TYPE_LIST = KNOWN_TYPES.join(', ');

export interface SynapseColumns {
  readonly pre: Float64Array;
  readonly post: Float64Array;
  readonly weight: Float64Array;
  readonly delay?: Float64Array;
}

/** Connection from neuron `pre` to an element of a node; weight in NIR units, delay in the file's unit of time. */
interface SignalEntry {
  readonly pre: number;
  readonly element: number;
  readonly weight: number;
  readonly delay: number;
}

/** Sparse linear map from spikes to the elements of a node. */
interface Signal {
  readonly shape: readonly number[];
  readonly entries: readonly SignalEntry[];
}

const createDiagonal = (shape: readonly number[], weights: Float64Array): Signal => ({
  shape,
  entries: Array.from(weights, (weight, k) => ({ pre: k, element: k, weight, delay: 0 })),
});

/** Fault of a node that prevents its import: an unknown type, NaN or infinity; undefined if there is none. */
export function findNodeFault({ type, fields }: NirFileNode): string | undefined {
  if (!KNOWN_TYPES.includes(type))
    return `is a ${formatKey(type)}, which memspike does not have; supported types: ${KNOWN_TYPE_LIST}`;
  for (const [name, field] of Object.entries(fields)) {
    const bad = typeof field === 'string' ? undefined : field.values.find((value) => !Number.isFinite(value));
    if (bad !== undefined) return `has a ${name} that is not ${Number.isNaN(bad) ? 'a number (NaN)' : 'finite'}`;
  }
  return undefined;
}

export class NirNetwork {
  readonly path: string;
  readonly #graph;
  readonly #unit: number;
  readonly #successors = new Map<string, string[]>();
  /** Remarks on the nodes that `findTargets` has visited. */
  readonly remarks = new Map<string, string>();

  /** @param graph content of the file @param unit its unit of time, ms */
  constructor(graph: NirFileGraph, path: string, unit = 1) {
    this.path = path;
    this.#graph = graph;
    this.#unit = unit;
    for (const [name, node] of graph.nodes) {
      const fault = findNodeFault(node);
      if (fault !== undefined) throw new UserError(`${this.formatNodePath(name)} ${fault}.`);
    }
    for (const [from, to] of graph.edges) this.#successors.set(from, [...(this.#successors.get(from) ?? []), to]);
  }

  getNode(name: string): NirFileNode {
    return this.#graph.nodes.get(name)!;
  }

  formatNodePath(name: string): string {
    return `${this.path}: node ${formatKey(name)}`;
  }

  isPopulation(name: string): boolean {
    const { type } = this.getNode(name);
    return type === 'Input' || NIR_NEURON_TYPES.includes(type);
  }

  get populations(): readonly string[] {
    return [...this.#graph.nodes.keys()].filter((name) => this.isPopulation(name));
  }

  getNodeShape(name: string): readonly number[] {
    return readNodeShape(this.getNode(name), this.formatNodePath(name));
  }

  /** Populations to which a population projects. `isOutput`: true if its spikes reach an output node. */
  findTargets(from: string): { readonly populations: readonly string[]; readonly isOutput: boolean } {
    const populations = new Set<string>();
    let isOutput = false;
    this.#propagate(from, this.#createIdentitySignal(from), (to) => {
      if (this.getNode(to).type === 'Output') isOutput = true;
      else populations.add(to);
    });
    const { type } = this.getNode(from);
    if (isValueType(type) && populations.size > 0)
      throw new UserError(
        `${this.formatNodePath(from)}: the output of ${type} is a potential, which neurons of memspike do not receive; it may lead to an Output only.`,
      );
    return { populations: [...populations], isOutput };
  }

  /** Operators on the paths from one population to another, with the edges between these nodes. */
  extractOperators(from: string, to: string): NirFileGraph {
    const nodes = new Map<string, NirFileNode>();
    const edges: [string, string][] = [];
    const reaches = (name: string): boolean =>
      name === to || (OPERATOR_FACTORIES[this.getNode(name).type] !== undefined && this.#findNext(name).some(reaches));
    const visit = (name: string) => {
      for (const next of this.#findNext(name).filter(reaches)) {
        edges.push([name, next]);
        if (next === to || nodes.has(next)) continue;
        nodes.set(next, this.getNode(next));
        visit(next);
      }
    };
    visit(from);
    return { nodes, edges };
  }

  #findNext(name: string): readonly string[] {
    return this.#successors.get(name) ?? [];
  }

  /** Synapses from one population to another, in NIR units. Weights of parallel paths with equal delays are added. */
  mergeSynapses(from: string, to: string): SynapseColumns {
    const signals: (readonly SignalEntry[])[] = [];
    this.#propagate(
      from,
      this.#createIdentitySignal(from),
      (name, { entries }) => name === to && signals.push(entries),
    );
    const merged = mergeEntries(signals.flat());
    return {
      pre: Float64Array.from(merged, ({ pre }) => pre),
      post: Float64Array.from(merged, ({ element }) => element),
      weight: Float64Array.from(merged, ({ weight }) => weight),
      delay: Float64Array.from(merged, ({ delay }) => delay * this.#unit),
    };
  }

  /** Constant input to a population from bias terms, in NIR units. */
  sumConstantInput(to: string): Float64Array {
    const sum = new Float64Array(countElements(this.getNodeShape(to)));
    const seen = new Set<string>();
    const visitOperator = (name: string, { bias, shape }: LinearOperator) => {
      if (bias === undefined || seen.has(name)) return;
      seen.add(name);
      this.#propagate(name, createDiagonal(shape, bias), (target, signal) => {
        if (target === to) for (const { element, weight } of signal.entries) sum[element]! += weight;
      });
    };
    for (const name of this.populations)
      this.#propagate(name, { shape: this.getNodeShape(name), entries: [] }, () => {}, visitOperator);
    return sum;
  }

  #createIdentitySignal(name: string): Signal {
    const shape = this.getNodeShape(name);
    return createDiagonal(shape, new Float64Array(countElements(shape)).fill(1));
  }

  /** Follows the edges from a node to the next populations and outputs, and calls `visit` for each of them. */
  #propagate(
    from: string,
    signal: Signal,
    visit: (to: string, signal: Signal) => unknown,
    visitOperator: (name: string, operator: LinearOperator) => void = () => {},
    path: readonly string[] = [],
  ) {
    for (const name of this.#findNext(from)) {
      const node = this.getNode(name);
      if (this.isPopulation(name) || node.type === 'Output') {
        this.#checkEdgeTarget(name, from, signal);
        visit(name, signal);
        continue;
      }
      if (path.includes(name))
        throw new UserError(
          `${this.path}: ${formatLoop([...path.slice(path.indexOf(name)), name])} is a loop without neurons.`,
        );
      const operator = OPERATOR_FACTORIES[node.type]!(node, signal.shape, this.formatNodePath(name));
      if (operator.remark !== undefined) this.remarks.set(name, operator.remark);
      visitOperator(name, operator);
      const result = applyOperator(operator, signal, this.formatNodePath(name));
      this.#propagate(name, result, visit, visitOperator, [...path, name]);
    }
  }

  #checkEdgeTarget(name: string, from: string, { shape }: Signal) {
    const { type } = this.getNode(name);
    const source = this.getNode(from).type;
    if (type === 'Input') throw new UserError(`${this.path}: an edge must not end at the Input ${formatKey(name)}.`);
    if (type === 'Output' && !this.isPopulation(from) && source !== 'Flatten')
      throw new UserError(
        `${this.path}: the output ${formatKey(name)} is fed by ${formatKey(from)}, a ${source}, whose values are not spikes; memspike supports only outputs of neurons.`,
      );
    const size = countElements(this.getNodeShape(name));
    if (size !== countElements(shape))
      throw new UserError(
        `${this.formatNodePath(name)}: the node has ${size} elements, but receives ${countElements(shape)} from ${formatKey(from)}.`,
      );
  }
}

const MAX_SHOWN_NODES = 4;
const formatLoop = (names: readonly string[]) =>
  [...names.slice(0, MAX_SHOWN_NODES).map(formatKey), ...(names.length > MAX_SHOWN_NODES ? ['…'] : [])].join(' -> ');

const BYTES_PER_SYNAPSE = 100;

function applyOperator({ shape, delay: delays, visitOutputs }: LinearOperator, signal: Signal, where: string): Signal {
  const entries: SignalEntry[] = [];
  for (const { pre, element, weight, delay } of signal.entries) {
    visitOutputs(element, (to, factor) => {
      if (weight * factor !== 0)
        entries.push({ pre, element: to, weight: weight * factor, delay: delay + (delays?.[to] ?? 0) });
    });
    requireMemory(BYTES_PER_SYNAPSE * entries.length, where);
  }
  return { shape, entries: mergeEntries(entries) };
}

/** Adds the weights of entries with equal neuron, element and delay; keeps the order of their first occurrences. */
function mergeEntries(entries: readonly SignalEntry[]): SignalEntry[] {
  const width = entries.reduce((max, { element }) => Math.max(max, element + 1), 1);
  const mergedByDelay = new Map<number, Map<number, { -readonly [K in keyof SignalEntry]: SignalEntry[K] }>>();
  const merged: SignalEntry[] = [];
  for (const entry of entries) {
    const known = mergedByDelay.get(entry.delay) ?? new Map();
    mergedByDelay.set(entry.delay, known);
    const place = entry.pre * width + entry.element;
    const first = known.get(place);
    if (first !== undefined) {
      first.weight += entry.weight;
      continue;
    }
    const copy = { ...entry };
    known.set(place, copy);
    merged.push(copy);
  }
  return merged;
}
