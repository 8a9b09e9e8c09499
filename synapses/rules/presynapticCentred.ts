import type { RuleContext } from '../../core/factories.ts';
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
import { EdgeTraces } from '../decay.ts';
import { joinStates } from '../joinStates.ts';
import { MinStrengthFilter } from './minStrength.ts';
import { createTraceRule, type OrderOptions, Traces } from './trace.ts';

interface PairParams extends OrderOptions {
  readonly aPlus: number;
  readonly aMinus: number;
  /** Time constants of the traces, ms. */
  readonly tauPlus: number;
  readonly tauMinus: number;
  readonly muPlus: number;
  readonly muMinus: number;
  readonly minStrength?: number | undefined;
}

/** Creates pair STDP: each presynaptic spike pairs with the postsynaptic spikes before and after it. */
export function createPresynapticCentred(p: PairParams, { devices, transpose, rows, columns, arena }: RuleContext) {
  const pre = new UnpairedTraces(devices.edges, transpose, p.tauPlus, arena);
  const post = new Traces(columns, p.tauMinus, false, arena, p.minStrength);
  const sums = arena.f64(rows);
  const strong = p.minStrength ? new MinStrengthFilter(rows, p.minStrength, arena) : null;
  return createTraceRule(
    p,
    { pre, post },
    {
      quantities: { postTrace: post.createQuantity('post') },
      onPre(row: number, t: number) {
        post.pulseRow(devices, row, -p.aMinus, p.muMinus, t);
        pre.onPre(row, t);
      },
      onPost(column: number, t: number) {
        pre.takeSums(column, t, sums);
        if (strong === null) devices.pulseColumn(column, sums, p.aPlus, p.muPlus, t);
        else strong.pulseColumn(devices, column, sums, p.aPlus, p.muPlus, t);
        post.spike(column, t);
      },
    },
  );
}

/** Indices in `clock`: time of the latest arrivals, ms, and number of arrivals at that time. */
const TIME = 0;
const COUNT = 1;

/**
 * Traces of unpaired arrivals: per synapse, the sum of e^(-(t - t_pre)/tau) over arrivals since the last postsynaptic
 * spike. An arrival at the same tick as a postsynaptic spike remains unpaired.
 */
export class UnpairedTraces {
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
    this.state = { ...joinStates({ traces: this.#traces }), clock: this.#clock, latest: this.#latest };
  }

  onPre(row: number, t: number): void {
    this.#addLatest(t);
    this.#clock[TIME] = t;
    this.#latest[this.#clock[COUNT]!++] = row;
  }

  /** Writes the sums of neuron `column`, which spikes at t, to `sums`, indexed by row; then resets them to 0. */
  takeSums(column: number, t: number, sums: Float64Array): void {
    this.#addLatest(t);
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

  /** Adds the latest arrivals to the sums, if they are earlier than t. */
  #addLatest(t: number): void {
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
