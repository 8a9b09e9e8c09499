import type { z } from 'zod';
import { define } from '../../core/define.ts';
import { exp } from '../../core/math.ts';
import type { ModelContext, ShortTerm, ShortTermFactory } from '../../core/model.ts';
import { number, object } from '../../core/params.ts';
import { CounterRandom } from '../../core/random.ts';

const time = (initial: number, help: string) =>
  number({ default: initial, min: 0, exclusiveMin: true, unit: 'ms', help: `${help} (assumed)` });
const share = (initial: number, help: string) => number({ default: initial, min: 0, max: 1, help });

const params = object({
  base: share(
    0.1,
    'smallest conductance, as a share of the largest: what is delivered at rest, of a weight of 1 (assumed)',
  ),
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
    help: 'exponent of the relaxation; below 1 it is a stretched exponential, counted from the last arrival',
  }),
  deviceToDevice: number({
    default: 0,
    min: 0,
    help: 'relative sd (log-normal) of the time constants between terminals, drawn once for both',
  }),
});

class Volatile implements ShortTerm {
  readonly state;
  readonly #p: z.output<typeof params>;
  /** Both parts as the last arrival left them, and when that was. */
  readonly #fast: Float64Array;
  readonly #slow: Float64Array;
  readonly #last: Float64Array;
  /** What the time constants of each terminal are multiplied by; empty where all are alike. */
  readonly #factors: Float64Array;

  constructor(p: z.output<typeof params>, { arena, rows, seed, name }: ModelContext & { readonly rows: number }) {
    this.#p = p;
    this.#fast = arena.f64(rows);
    this.#slow = arena.f64(rows);
    this.#last = arena.f64(rows).fill(Number.NEGATIVE_INFINITY);
    this.#factors = arena.f64(p.deviceToDevice > 0 ? rows : 0);
    const sigma = Math.sqrt(Math.log1p(p.deviceToDevice ** 2));
    const random = new CounterRandom(seed, `${name}/shortTerm/spread`);
    this.#factors.forEach((_, k, factors) => {
      factors[k] = Math.exp(sigma * random.normal(k, 0) - (sigma * sigma) / 2);
    });
    this.state = { fast: this.#fast, slow: this.#slow, last: this.#last };
  }

  arrive(row: number, t: number): number {
    const { base, eta, tau, slow, etaSlow, tauSlow } = this.#p;
    const h = (t - this.#last[row]!) / (this.#factors[row] ?? 1);
    const fast = this.#fast[row]! * this.#left(h, tau);
    const late = this.#slow[row]! * this.#left(h, tauSlow);
    this.#fast[row] = fast + eta * (1 - fast);
    this.#slow[row] = late + etaSlow * (1 - late);
    this.#last[row] = t;
    const m = (1 - slow) * this.#fast[row]! + slow * this.#slow[row]!;
    return base + (1 - base) * m;
  }

  rest(): void {
    this.#fast.fill(0);
    this.#slow.fill(0);
    this.#last.fill(Number.NEGATIVE_INFINITY);
  }

  #left(h: number, tau: number): number {
    const x = h / tau;
    return exp(-(this.#p.beta === 1 ? x : x ** this.#p.beta));
  }
}

/**
 * A volatile memristor at each presynaptic terminal: an arrival raises its conductance, which relaxes by itself. Paired
 * pulses at interval Δt give A2/A1 = 1 + C1 e^(-Δt/tau) + C2 e^(-Δt/tauSlow), with C1 = (1 - base)(1 - slow) eta (1 - eta)/A1,
 * C2 likewise, A1 the first factor. The stretched exponential is no semigroup: state and time of the last arrival are kept.
 */
export const volatile = define({
  name: 'volatile',
  help: 'volatile memristor: facilitation that relaxes with one or two time constants or as a stretched exponential',
  equation:
    'per arrival, h after the last: m_i <- m_i e^(-(h/tau_i)^beta); m_i <- m_i + eta_i (1 - m_i); factor base + (1 - base)((1 - slow) m_1 + slow m_2)',
  source: 'relaxation of volatile memristors and paired-pulse facilitation: Nanoscale Horiz. 2023, 8, 716 (review)',
  params,
  make: (p): ShortTermFactory => ({ create: (context) => new Volatile(p, context) }),
});
