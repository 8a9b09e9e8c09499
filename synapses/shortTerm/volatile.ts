import type { Params } from '../../core/declare/define.ts';
import { defineShortTerm } from '../../core/declare/models.ts';
import { number } from '../../core/declare/params.ts';
import { pow } from '../../core/elementary.ts';
import type { ModelContext } from '../../core/factories.ts';
import { exp } from '../../core/math.ts';
import type { ShortTerm } from '../../core/model.ts';
import { spreadParams, TerminalSpread } from './spread.ts';

const time = (initial: number, help: string) =>
  number({ default: initial, min: 0, exclusiveMin: true, unit: 'ms', help: `${help} (assumed)` });
const share = (initial: number, help: string) => number({ default: initial, min: 0, max: 1, unit: '1', help });

const params = {
  base: share(0.1, 'smallest conductance, as a share of the largest: delivered at rest (assumed)'),
  eta: share(0.3, 'share of the rest that an arrival adds to the fast part (assumed)'),
  tau: time(40, 'relaxation of the fast part'),
  slow: share(0, 'weight of the slow part beside the fast one; 0: one time constant'),
  etaSlow: share(0.3, 'share of the rest that an arrival adds to the slow part (assumed)'),
  tauSlow: time(300, 'relaxation of the slow part'),
  beta: number({
    default: 1,
    min: 0,
    exclusiveMin: true,
    max: 1,
    unit: '1',
    help: 'exponent of the relaxation; below 1 it is a stretched exponential, counted from the last arrival',
  }),
  ...spreadParams,
};

class Volatile implements ShortTerm {
  readonly state;
  readonly #p: Params<typeof params>;
  /** Both parts as the last arrival left them, and when that was. */
  readonly #fast: Float64Array;
  readonly #slow: Float64Array;
  readonly #last: Float64Array;
  readonly #spread: TerminalSpread;

  constructor(p: Params<typeof params>, context: ModelContext & { readonly rows: number }) {
    const { arena, rows } = context;
    this.#p = p;
    this.#spread = new TerminalSpread(p, context);
    this.#fast = arena.f64(rows);
    this.#slow = arena.f64(rows);
    this.#last = arena.f64(rows).fill(-Infinity);
    this.state = { fast: this.#fast, slow: this.#slow, last: this.#last, ...this.#spread.state };
  }

  arrive(row: number, t: number): number {
    const { base, eta, tau, slow, etaSlow, tauSlow } = this.#p;
    const h = (t - this.#last[row]!) / this.#spread.times[row]!;
    const step = this.#spread.step(row);
    const fast = this.#fast[row]! * this.#left(h, tau);
    const late = this.#slow[row]! * this.#left(h, tauSlow);
    this.#fast[row] = fast + Math.min(eta * step, 1) * (1 - fast);
    this.#slow[row] = late + Math.min(etaSlow * step, 1) * (1 - late);
    this.#last[row] = t;
    const m = (1 - slow) * this.#fast[row]! + slow * this.#slow[row]!;
    return base + (1 - base) * m;
  }

  rest(): void {
    this.#fast.fill(0);
    this.#slow.fill(0);
    this.#last.fill(-Infinity);
  }

  #left(h: number, tau: number): number {
    const x = h / tau;
    return exp(-(this.#p.beta === 1 ? x : pow(x, this.#p.beta)));
  }
}

/**
 * A volatile memristor at each presynaptic terminal: an arrival raises its conductance, which relaxes by itself. Paired
 * pulses at interval Δt give A2/A1 = 1 + C1 e^(-Δt/tau) + C2 e^(-Δt/tauSlow), with C1 = (1 - base)(1 - slow) eta (1 - eta)/A1,
 * C2 likewise, A1 the first factor; terminals may differ. The stretched exponential is no semigroup: state and time of the last arrival are kept.
 */
export const volatile = defineShortTerm({
  name: 'volatile',
  help: 'volatile memristor: facilitation that relaxes with one or two time constants or as a stretched exponential',
  equation:
    'per arrival, h after the last: m_i <- m_i e^(-(h/tau_i)^beta); m_i <- m_i + eta_i (1 - m_i); factor base + (1 - base)((1 - slow) m_1 + slow m_2)',
  source: 'Nanoscale Horiz. 2023, 8, 716 (review)',
  params,
  create: (p, context) => new Volatile(p, context),
});
