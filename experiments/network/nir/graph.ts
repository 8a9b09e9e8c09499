import { UserError } from '../../../core/declare/errors.ts';
import { showKey } from '../../../core/declare/show.ts';
import { requireMemory } from '../../data/memoryLimit.ts';
import { NEURON_TYPES, readShape } from './neurons.ts';
import { countElements, type LinearOperator, OPERATORS } from './operators.ts';
import type { NirFileGraph, NirFileNode } from './read.ts';

const KNOWN_TYPES = ['Input', 'Output', ...NEURON_TYPES, ...Object.keys(OPERATORS).filter((type) => type !== 'Pass')];

export interface SynapseColumns {
  readonly pre: Float64Array;
  readonly post: Float64Array;
  readonly weight: Float64Array;
  readonly delay?: Float64Array;
}

/** Linear map from spikes to a node: neuron `pre`, element `at`, weight, delay (ms) of each entry. */
interface Signal {
  readonly shape: readonly number[];
  readonly pre: number[];
  readonly at: number[];
  readonly weight: number[];
  readonly delay: number[];
}

const createSignal = (shape: readonly number[]): Signal => ({ shape, pre: [], at: [], weight: [], delay: [] });

/** NIR graph, converted to populations and connections between them. */
export class NirNetwork {
  readonly path: string;
  readonly #graph: NirFileGraph;
  readonly #next = new Map<string, string[]>();

  constructor(graph: NirFileGraph, path: string) {
    this.path = path;
    this.#graph = graph;
    for (const [name, { type }] of graph.nodes)
      if (type !== 'Pass' && !KNOWN_TYPES.includes(type))
        throw new UserError(
          `${path}: node ${showKey(name)} is a ${showKey(type)}, which memspike does not have; supported types: ${KNOWN_TYPES.join(', ')}.`,
        );
    for (const [from, to] of graph.edges) this.#next.set(from, [...(this.#next.get(from) ?? []), to]);
  }

  node(name: string): NirFileNode {
    return this.#graph.nodes.get(name)!;
  }

  where(name: string): string {
    return `${this.path}: node ${showKey(name)}`;
  }

  isPopulation(name: string): boolean {
    const { type } = this.node(name);
    return type === 'Input' || NEURON_TYPES.includes(type);
  }

  get populations(): readonly string[] {
    return [...this.#graph.nodes.keys()].filter((name) => this.isPopulation(name));
  }

  shape(name: string): readonly number[] {
    return readShape(this.node(name), this.where(name));
  }

  /** Populations to which a population projects. `isOutput`: true if its spikes reach an output node. */
  findTargets(from: string): { readonly populations: readonly string[]; readonly isOutput: boolean } {
    const populations = new Set<string>();
    let isOutput = false;
    this.#follow(from, this.#createIdentity(from), (to) => {
      if (this.node(to).type === 'Output') isOutput = true;
      else populations.add(to);
    });
    return { populations: [...populations], isOutput };
  }

  /** Synapses in NIR units. Weights of parallel paths with equal delays are added. */
  synapses(from: string, to: string): SynapseColumns {
    const found = createSignal([]);
    this.#follow(from, this.#createIdentity(from), (name, signal) => {
      if (name !== to) return;
      for (const key of ['pre', 'at', 'weight', 'delay'] as const) for (const x of signal[key]) found[key].push(x);
    });
    const { pre, at, weight, delay } = mergeEntries(found);
    return {
      pre: Float64Array.from(pre),
      post: Float64Array.from(at),
      weight: Float64Array.from(weight),
      delay: Float64Array.from(delay),
    };
  }

  /** Constant input to a population from bias terms, in NIR units. */
  constantInput(to: string): Float64Array {
    const sum = new Float64Array(countElements(this.shape(to)));
    const seen = new Set<string>();
    const visitOperator = (name: string, { bias, shape }: LinearOperator): void => {
      if (bias === undefined || seen.has(name)) return;
      seen.add(name);
      const at = [...bias.keys()];
      this.#follow(name, { shape, pre: at, at, weight: [...bias], delay: at.map(() => 0) }, (target, signal) => {
        if (target === to) for (const [k, j] of signal.at.entries()) sum[j]! += signal.weight[k]!;
      });
    };
    for (const name of this.populations) this.#follow(name, createSignal(this.shape(name)), () => {}, visitOperator);
    return sum;
  }

  #createIdentity(name: string): Signal {
    const shape = this.shape(name);
    const at = Array.from({ length: countElements(shape) }, (_, i) => i);
    return { shape, pre: at, at, weight: at.map(() => 1), delay: at.map(() => 0) };
  }

  /**
   * Propagates a signal from a node: calls `visit` for each population and output that it reaches, and `visitOperator` for
   * each operator on the paths to them.
   */
  #follow(
    from: string,
    signal: Signal,
    visit: (to: string, signal: Signal) => void,
    visitOperator: (name: string, operator: LinearOperator) => void = () => {},
    path: readonly string[] = [],
  ): void {
    for (const name of this.#next.get(from) ?? []) {
      const node = this.node(name);
      if (this.isPopulation(name) || node.type === 'Output') {
        this.#checkTarget(name, from, signal);
        visit(name, signal);
        continue;
      }
      if (path.includes(name))
        throw new UserError(
          `${this.path}: ${formatLoop([...path.slice(path.indexOf(name)), name])} is a loop without neurons.`,
        );
      const operator = OPERATORS[node.type]!(node, signal.shape, this.where(name));
      visitOperator(name, operator);
      const result = applyOperator(operator, signal, this.where(name));
      this.#follow(name, result, visit, visitOperator, [...path, name]);
    }
  }

  #checkTarget(name: string, from: string, { shape }: Signal): void {
    const { type } = this.node(name);
    const source = this.node(from).type;
    if (type === 'Input') throw new UserError(`${this.path}: an edge ends at the input ${showKey(name)}.`);
    if (type === 'Output' && !this.isPopulation(from) && source !== 'Flatten' && source !== 'Pass')
      throw new UserError(
        `${this.path}: the output ${showKey(name)} is fed by ${showKey(from)}, a ${source}, whose values are not spikes; memspike supports only outputs of neurons.`,
      );
    const size = countElements(this.shape(name));
    if (size !== countElements(shape))
      throw new UserError(
        `${this.where(name)}: it has ${size} elements, but ${countElements(shape)} come in from ${showKey(from)}.`,
      );
  }
}

const MAX_SHOWN_NODES = 4;
const formatLoop = (names: readonly string[]): string =>
  [...names.slice(0, MAX_SHOWN_NODES).map(showKey), ...(names.length > MAX_SHOWN_NODES ? ['…'] : [])].join(' -> ');

/** Memory per entry of a signal, including tables for merging, bytes. */
const BYTES_PER_SYNAPSE = 100;

function applyOperator(operator: LinearOperator, { pre, at, weight, delay }: Signal, where: string): Signal {
  const out = createSignal(operator.shape);
  for (const [k, index] of at.entries()) {
    operator.each(index, (to, factor) => {
      const w = weight[k]! * factor;
      if (w === 0) return;
      out.pre.push(pre[k]!);
      out.at.push(to);
      out.weight.push(w);
      out.delay.push(delay[k]! + (operator.delay?.[to] ?? 0));
    });
    requireMemory(BYTES_PER_SYNAPSE * out.pre.length, where);
  }
  return mergeEntries(out);
}

/** Merges entries with the same source neuron, element and delay by adding their weights. */
function mergeEntries({ shape, ...s }: Signal): Signal {
  const out = createSignal(shape);
  const width = s.at.reduce((max, at) => Math.max(max, at + 1), 1);
  const places = new Map<number, Map<number, number>>();
  for (let k = 0; k < s.pre.length; k++) {
    const [pre, at, delay] = [s.pre[k]!, s.at[k]!, s.delay[k]!];
    let known = places.get(delay);
    if (known === undefined) places.set(delay, (known = new Map()));
    const place = known.get(pre * width + at);
    if (place !== undefined) {
      out.weight[place]! += s.weight[k]!;
      continue;
    }
    known.set(pre * width + at, out.pre.length);
    out.pre.push(pre);
    out.at.push(at);
    out.weight.push(s.weight[k]!);
    out.delay.push(delay);
  }
  return out;
}
