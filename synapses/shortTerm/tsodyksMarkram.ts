import { defineShortTerm, type Params } from '../../core/declare/define.ts';
import { createElementParameter, type ElementParameter } from '../../core/declare/elementParameter.ts';
import { perElement } from '../../core/declare/params.ts';
import type { ShortTermContext } from '../../core/factories.ts';
import { type Edges, rowEnd, rowStart } from '../../core/graph/edges.ts';
import type { Quantity } from '../../core/hooks.ts';
import { exp } from '../../core/math.ts';
import type { ShortTerm } from '../../core/model.ts';

const SHARE = { min: 0, max: 1 };
const EACH =
  'one value for all synapses, or one per synapse: a list ascending in (delay, pre, post), or a distribution';

const params = {
  U: perElement({
    default: 0.5,
    ...SHARE,
    unit: '1',
    help: `fraction of resources released by the first spike; ${EACH}`,
  }),
  tauRec: perElement({
    default: 800,
    min: 0,
    unit: 'ms',
    help: `time constant of the recovery of resources (depression); ${EACH}`,
  }),
  tauFacil: perElement({
    default: 0,
    min: 0,
    unit: 'ms',
    help: `time constant of facilitation; 0: no facilitation; ${EACH}`,
  }),
};

/** Decay factor after a time of h ms; 0 if the time constant is 0. */
const decayFactor = (h: number, tau: number): number => (tau === 0 ? 0 : exp(-h / tau));

class TsodyksMarkram implements ShortTerm {
  readonly state;
  /** Factor of each synapse at the last arrival; null if all synapses of a terminal have the same factor. */
  readonly factors: Float64Array | null;
  readonly #U: ElementParameter;
  readonly #tauRec: ElementParameter;
  readonly #tauFacil: ElementParameter;
  readonly #edges: Edges;
  /** State of each terminal, or of each synapse if parameters differ between synapses. */
  readonly #u: Float64Array;
  readonly #x: Float64Array;
  readonly #last: Float64Array;

  constructor(p: Params<typeof params>, context: ShortTermContext) {
    const { arena, rows, edges, name } = context;
    const each = (key: keyof typeof params, range: { min: number; max?: number }) =>
      createElementParameter(p[key], edges.count, key, { ...context, name: `${name}.shortTerm` }, range, 'synapse');
    this.#edges = edges;
    this.#U = each('U', SHARE);
    this.#tauRec = each('tauRec', { min: 0 });
    this.#tauFacil = each('tauFacil', { min: 0 });
    const shared = this.#U.shared && this.#tauRec.shared && this.#tauFacil.shared;
    const n = shared ? rows : edges.count;
    if (!shared) arena.reserve(n * 56, `${name}.shortTerm with ${n} synapses`);
    this.factors = shared ? null : arena.f64(n);
    this.#u = arena.f64(n);
    this.#x = arena.f64(n);
    this.#last = arena.f64(n);
    this.state = { u: this.#u, x: this.#x, last: this.#last };
    this.rest();
  }

  /** Recordable u and x as an arrival at t finds them; none if synapses of a terminal have different parameters. */
  get quantities(): Readonly<Record<string, Quantity>> {
    if (this.factors) return {};
    const read = (value: (row: number, t: number) => number): Quantity => ({ unit: '1', of: 'pre', read: value });
    return { u: read((row, t) => this.#uAt(row, t)), x: read((row, t) => this.#xAt(row, t)) };
  }

  #uAt(k: number, t: number): number {
    const U = this.#U.at(k);
    const h = t - this.#last[k]!;
    return h < Infinity ? U + this.#u[k]! * (1 - U) * decayFactor(h, this.#tauFacil.at(k)) : this.#u[k]!;
  }

  /** Resources x at t (ms), from x and u at the last arrival. */
  #xAt(k: number, t: number): number {
    const h = t - this.#last[k]!;
    const x = this.#x[k]!;
    return h < Infinity ? 1 + (x - x * this.#u[k]! - 1) * decayFactor(h, this.#tauRec.at(k)) : x;
  }

  onPre(row: number, t: number): number {
    if (this.factors === null) return this.#deliver(row, t);
    const end = rowEnd(this.#edges, row);
    for (let k = rowStart(this.#edges, row); k < end; k++) this.factors[k] = this.#deliver(k, t);
    return 1;
  }

  #deliver(k: number, t: number): number {
    const x = this.#xAt(k, t);
    const u = this.#uAt(k, t);
    this.#u[k] = u;
    this.#x[k] = x;
    this.#last[k] = t;
    return u * x;
  }

  rest(): void {
    for (let k = 0; k < this.#u.length; k++) this.#u[k] = this.#U.at(k);
    this.#x.fill(1);
    this.#last.fill(-Infinity);
  }
}

/** Short-term depression and facilitation (STP, PPF) per presynaptic terminal or per synapse. */
export const tsodyksMarkram = defineShortTerm({
  name: 'tsodyksMarkram',
  help: 'short-term depression and facilitation: resources x and their utilisation u',
  equation:
    'per spike, h after the last: x <- 1 + (x - x u - 1) e^(-h/tauRec); u <- U + u (1 - U) e^(-h/tauFacil); factor u x',
  source:
    'Tsodyks et al. 1998, doi:10.1162/089976698300017502; recursion of Maass & Markram 2002, doi:10.1016/S0893-6080(01)00144-7',
  params,
  create: (p, context) => new TsodyksMarkram(p, context),
});
