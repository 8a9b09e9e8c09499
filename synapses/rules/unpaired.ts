import {
  columnEdge,
  columnLength,
  columnRow,
  type Edges,
  rowEnd,
  rowStart,
  type Transpose,
} from '../../core/graph/edges.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import { EdgeTraces } from '../edgeTraces.ts';
import { joined } from '../parts.ts';

/** Indices into `clock`: the instant of the latest arrivals, and how many they are. */
const TIME = 0;
const COUNT = 1;

/**
 * For each synapse the sum of e^(-(t - t_pre)/tau) over those arrivals that no postsynaptic spike has followed yet. An
 * arrival counts from the next instant on: a postsynaptic spike at the very instant leaves it to the next one.
 */
export class Unpaired {
  readonly state;
  readonly #edges: Edges;
  readonly #transpose: Transpose | null;
  readonly #traces: EdgeTraces;
  readonly #clock: Float64Array;
  readonly #latest: Uint32Array;

  constructor(edges: Edges, transpose: Transpose | null, tau: number, arena: Arena) {
    this.#edges = edges;
    this.#transpose = transpose;
    this.#traces = new EdgeTraces(edges.count, tau, arena);
    this.#clock = arena.f64(2);
    this.#latest = arena.u32(edges.rows);
    this.state = { ...joined({ traces: this.#traces }), clock: this.#clock, latest: this.#latest };
  }

  onPre(row: number, t: number): void {
    this.#count(t);
    this.#clock[TIME] = t;
    this.#latest[this.#clock[COUNT]!++] = row;
  }

  /** A spike of neuron `column`: writes the sums of its synapses to `sums`, by row, and sets them to 0. */
  take(column: number, t: number, sums: Float64Array): void {
    this.#count(t);
    const { values } = this.#traces;
    const factor = this.#traces.factor(t);
    const n = columnLength(this.#edges, this.#transpose, column);
    for (let i = 0; i < n; i++) {
      const edge = columnEdge(this.#edges, this.#transpose, column, i);
      sums[columnRow(this.#transpose, column, i)] = values[edge]! * factor;
      values[edge] = 0;
    }
  }

  rest(t: number): void {
    this.#traces.rest(t);
    this.#clock.fill(0);
  }

  /** Counts the latest arrivals if they lie before t. */
  #count(t: number): void {
    const n = this.#clock[COUNT]!;
    const time = this.#clock[TIME]!;
    if (n === 0 || time === t) return;
    const scale = this.#traces.scale(time);
    const { values } = this.#traces;
    for (let k = 0; k < n; k++) {
      const end = rowEnd(this.#edges, this.#latest[k]!);
      for (let edge = rowStart(this.#edges, this.#latest[k]!); edge < end; edge++) values[edge]! += scale;
    }
    this.#clock[COUNT] = 0;
  }
}
