import type { Params } from '../../core/declare/define.ts';
import { defineShortTerm } from '../../core/declare/models.ts';
import { number } from '../../core/declare/params.ts';
import type { ModelContext } from '../../core/factories.ts';
import { exp } from '../../core/math.ts';
import type { ShortTerm } from '../../core/model.ts';
import { spreadParams, TerminalSpread } from './spread.ts';

const params = {
  base: number({
    default: 0,
    min: 0,
    max: 1,
    unit: '1',
    help: 'factor without a filament: off current over on current (assumed)',
  }),
  eta: number({
    default: 0.3,
    min: 0,
    max: 1,
    unit: '1',
    help: 'share of the rest that an arrival adds to the filament (assumed)',
  }),
  tau: number({ default: 40, min: 0, exclusiveMin: true, unit: 'ms', help: 'diffusion of the filament (assumed)' }),
  theta: number({ default: 0.5, min: 0, max: 1, unit: '1', help: 'filament that closes the gap (assumed)' }),
  hold: number({ default: 0.6, min: 0, max: 1, unit: '1', help: 'it opens again below hold × theta (assumed)' }),
  ...spreadParams,
};

class Diffusive implements ShortTerm {
  readonly state;
  readonly #p: Params<typeof params>;
  /** Filament as the last arrival left it, when that was, and whether it was closed then. */
  readonly #filament: Float64Array;
  readonly #last: Float64Array;
  readonly #closed: Uint8Array;
  readonly #spread: TerminalSpread;

  constructor(p: Params<typeof params>, context: ModelContext & { readonly rows: number }) {
    const { arena, rows } = context;
    this.#p = p;
    this.#spread = new TerminalSpread(p, context);
    this.#filament = arena.f64(rows);
    this.#last = arena.f64(rows).fill(-Infinity);
    this.#closed = arena.u8(rows);
    this.state = { filament: this.#filament, last: this.#last, closed: this.#closed, ...this.#spread.state };
  }

  arrive(row: number, t: number): number {
    const { base, eta, tau, theta, hold } = this.#p;
    const before = this.#filament[row]! * exp(-(t - this.#last[row]!) / (tau * this.#spread.times[row]!));
    const held = this.#closed[row] === 1 && before >= hold * theta;
    const after = before + Math.min(eta * this.#spread.step(row), 1) * (1 - before);
    const closed = held || after >= theta;
    this.#filament[row] = after;
    this.#closed[row] = closed ? 1 : 0;
    this.#last[row] = t;
    return closed ? 1 : base;
  }

  rest(): void {
    this.#filament.fill(0);
    this.#closed.fill(0);
    this.#last.fill(-Infinity);
  }
}

/**
 * A diffusive memristor at each presynaptic terminal, as a threshold switch: arrivals build a filament that dissolves by
 * itself. Once it bridges the gap, and until it has thinned to a share of that, the terminal conducts. So arrivals get
 * through only when they come often enough, for a short time.
 */
export const diffusive = defineShortTerm({
  name: 'diffusive',
  help: 'diffusive memristor: a filament that arrivals build and diffusion dissolves opens the way when it is thick enough',
  equation:
    'per arrival, h after the last: m <- m e^(-h/tau), open if m < hold theta; m <- m + eta (1 - m), closed if m >= theta; factor 1 if closed, else base',
  source: 'devices of Wang et al. 2017, doi:10.1038/nmat4756; threshold form assumed',
  params,
  create: (p, context) => new Diffusive(p, context),
});
