import { defineShortTerm, type Params } from '../../core/declare/define.ts';
import { createElementParameter, type ElementParameter } from '../../core/declare/elementParameter.ts';
import { ofEach } from '../../core/declare/params.ts';
import type { ShortTermContext } from '../../core/factories.ts';
import { type Edges, rowEnd, rowStart } from '../../core/graph/edges.ts';
import type { Quantity } from '../../core/hooks.ts';
import { exp } from '../../core/math.ts';
import type { ShortTerm } from '../../core/model.ts';

const SHARE = { min: 0, max: 1 };
const EACH = 'one for all, or for each synapse: a list ascending in (delay, pre, post), or a distribution';

const params = {
  U: ofEach({ default: 0.5, ...SHARE, unit: '1', help: `share of resources that the first spike releases; ${EACH}` }),
  tauRec: ofEach({ default: 800, min: 0, unit: 'ms', help: `recovery of resources (depression); ${EACH}` }),
  tauFacil: ofEach({ default: 0, min: 0, unit: 'ms', help: `decay of facilitation; 0: none; ${EACH}` }),
};

/** Share of a difference that is left after h ms; a time constant of 0 forgets at once. */
const left = (h: number, tau: number): number => (tau === 0 ? 0 : exp(-h / tau));

class TsodyksMarkram implements ShortTerm {
  readonly state;
  /** By edge, where synapses differ. */
  readonly factors: Float64Array | null;
  readonly #U: ElementParameter;
  readonly #tauRec: ElementParameter;
  readonly #tauFacil: ElementParameter;
  readonly #edges: Edges;
  /** Of each terminal, or of each synapse. */
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

  /** What an arrival at t would find, after those at t; where synapses differ nothing of their terminal can be told. */
  get quantities(): Readonly<Record<string, Quantity>> {
    if (this.factors) return {};
    const read = (value: (row: number, t: number) => number): Quantity => ({ unit: '1', of: 'pre', read: value });
    return { u: read((row, t) => this.#uAt(row, t)), x: read((row, t) => this.#xAt(row, t)) };
  }

  #uAt(k: number, t: number): number {
    const U = this.#U.at(k);
    const h = t - this.#last[k]!;
    return h < Infinity ? U + this.#u[k]! * (1 - U) * left(h, this.#tauFacil.at(k)) : this.#u[k]!;
  }

  /** With the u of the last arrival. */
  #xAt(k: number, t: number): number {
    const h = t - this.#last[k]!;
    const x = this.#x[k]!;
    return h < Infinity ? 1 + (x - x * this.#u[k]! - 1) * left(h, this.#tauRec.at(k)) : x;
  }

  onPre(row: number, t: number): number {
    if (this.factors === null) return this.#advance(row, t);
    const end = rowEnd(this.#edges, row);
    for (let k = rowStart(this.#edges, row); k < end; k++) this.factors[k] = this.#advance(k, t);
    return 1;
  }

  #advance(k: number, t: number): number {
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

/** Short-term depression and facilitation (STP, PPF) of one presynaptic terminal, or of each of its synapses where these differ. */
export const tsodyksMarkram = defineShortTerm({
  name: 'tsodyksMarkram',
  help: 'short-term depression and facilitation by resources x and their use u',
  equation:
    'per spike, h after the last: x <- 1 + (x - x u - 1) e^(-h/tauRec); u <- U + u (1 - U) e^(-h/tauFacil); factor u x',
  source:
    'Tsodyks et al. 1998, doi:10.1162/089976698300017502; recursion of Maass & Markram 2002, doi:10.1016/S0893-6080(01)00144-7',
  params,
  create: (p, context) => new TsodyksMarkram(p, context),
});
