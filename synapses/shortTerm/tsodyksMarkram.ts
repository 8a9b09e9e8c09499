import type { Params } from '../../core/declare/define.ts';
import { defineShortTerm } from '../../core/declare/models.ts';
import { number } from '../../core/declare/params.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { Quantity } from '../../core/hooks.ts';
import { exp } from '../../core/math.ts';
import type { ShortTerm } from '../../core/model.ts';

const params = {
  U: number({ default: 0.5, min: 0, max: 1, unit: '1', help: 'share of resources that the first spike releases' }),
  tauRec: number({ default: 800, min: 0, unit: 'ms', help: 'recovery of resources (depression)' }),
  tauFacil: number({ default: 0, min: 0, unit: 'ms', help: 'decay of facilitation; 0: none' }),
};

/** Share of a difference that is left after h ms; a time constant of 0 forgets at once. */
const left = (h: number, tau: number): number => (tau === 0 ? 0 : exp(-h / tau));

class TsodyksMarkram implements ShortTerm {
  readonly state;
  readonly #p: Params<typeof params>;
  readonly #u: Float64Array;
  readonly #x: Float64Array;
  readonly #last: Float64Array;

  constructor(p: Params<typeof params>, { arena, rows }: ModelContext & { readonly rows: number }) {
    this.#p = p;
    this.#u = arena.f64(rows);
    this.#x = arena.f64(rows);
    this.#last = arena.f64(rows);
    this.state = { u: this.#u, x: this.#x, last: this.#last };
    this.rest();
  }

  /** What an arrival at t would find, after those at t. */
  get quantities(): Readonly<Record<'u' | 'x', Quantity>> {
    const read = (value: (row: number, t: number) => number): Quantity => ({ unit: '1', of: 'pre', read: value });
    return { u: read((row, t) => this.#uAt(row, t)), x: read((row, t) => this.#xAt(row, t)) };
  }

  #uAt(row: number, t: number): number {
    const { U, tauFacil } = this.#p;
    const h = t - this.#last[row]!;
    return h < Number.POSITIVE_INFINITY ? U + this.#u[row]! * (1 - U) * left(h, tauFacil) : this.#u[row]!;
  }

  /** With the u of the last arrival. */
  #xAt(row: number, t: number): number {
    const h = t - this.#last[row]!;
    const x = this.#x[row]!;
    return h < Number.POSITIVE_INFINITY ? 1 + (x - x * this.#u[row]! - 1) * left(h, this.#p.tauRec) : x;
  }

  arrive(row: number, t: number): number {
    const x = this.#xAt(row, t);
    const u = this.#uAt(row, t);
    this.#u[row] = u;
    this.#x[row] = x;
    this.#last[row] = t;
    return u * x;
  }

  rest(): void {
    this.#u.fill(this.#p.U);
    this.#x.fill(1);
    this.#last.fill(Number.NEGATIVE_INFINITY);
  }
}

/** Short-term depression and facilitation (STP, PPF) of one presynaptic terminal. */
export const tsodyksMarkram = defineShortTerm({
  name: 'tsodyksMarkram',
  help: 'short-term depression and facilitation by resources x and their use u',
  equation:
    'per spike, h after the last: x <- 1 + (x - x u - 1) e^(-h/tauRec); u <- U + u (1 - U) e^(-h/tauFacil); factor u x',
  source:
    'Tsodyks, Pawelzik & Markram 1998, doi:10.1162/089976698300017502; recursion of Maass & Markram 2002, doi:10.1016/S0893-6080(01)00144-7',
  params,
  create: (p, context) => new TsodyksMarkram(p, context),
});
