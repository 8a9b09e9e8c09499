import type { z } from 'zod';
import type { Arena, State } from '../../core/arena.ts';
import { exp } from '../../core/math.ts';
import { choice, number, object } from '../../core/params.ts';

export const retentionParams = object(
  {
    model: choice(['exponential', 'powerLaw'], {
      default: 'exponential',
      help: 'g - rest falls as e^(-t/tau), or conductance as (t/t0)^-nu from t0 on; t is the time since the last pulse, before the first one since 0',
    }),
    tau: number({
      default: 9.5e7,
      min: 0,
      exclusiveMin: true,
      infinity: true,
      unit: 'ms',
      help: 'exponential: time constant (assumed: 10 % are lost in 10^4 s)',
    }),
    rest: number({
      default: 0,
      min: 0,
      max: 1,
      help: 'exponential: state that is fallen back to, as a share of the range',
    }),
    nu: number({ default: 0.05, min: 0, help: 'powerLaw: exponent (assumed)' }),
    t0: number({
      default: 20000,
      min: 0,
      exclusiveMin: true,
      unit: 'ms',
      help: 'powerLaw: start of the drift (assumed)',
    }),
  },
  'conductance is lost with time; a power law is no semigroup, so each device keeps the time of its last pulse',
);

type RetentionParams = z.output<typeof retentionParams>;

/** How states fade. The array tells when each device was programmed, and asks for what is left. */
export interface Retention {
  readonly state: State;
  /** Device k was programmed at t. */
  program(k: number, t: number): void;
  /** State at t of device k that was left at g in [0, 1]. */
  left(k: number, g: number, t: number): number;
  /** The same for devices first, first + 1, …, of which the first `count` elements of `states` are. */
  fade(states: Float64Array, first: number, count: number, t: number): void;
  /** Called after `state` was loaded. */
  restored?(): void;
}

/** @param offset conductance at the lower end of device k's range, in units of that range */
export function retentionOf(p: RetentionParams, count: number, offset: (k: number) => number, arena: Arena): Retention {
  return p.model === 'exponential' ? new Exponential(p, count, arena) : new PowerLaw(p, count, offset, arena);
}

/** Beyond this many time constants e^(t/tau) is counted from a later origin. */
const FAR = 16;

/**
 * g - rest falls as e^(-t/tau). Each device keeps e^(t/tau) of its programming, counted from a common origin, so that what
 * is left costs one multiplication, and one exponential for all devices that are asked at one time.
 */
class Exponential implements Retention {
  readonly state;
  readonly #tau: number;
  readonly #rest: number;
  readonly #programmed: Float64Array;
  readonly #origin: Float64Array;
  /** e^(t/tau) and its inverse at the time asked for last; derived. */
  #t = Number.NaN;
  #up = 1;
  #down = 1;

  constructor({ tau, rest }: RetentionParams, count: number, arena: Arena) {
    this.#tau = tau;
    this.#rest = rest;
    this.#programmed = arena.f64(count).fill(1);
    this.#origin = arena.f64(1);
    this.state = { programmed: this.#programmed, origin: this.#origin };
  }

  program(k: number, t: number): void {
    if (t - this.#origin[0]! > FAR * this.#tau) this.#moveTo(t);
    this.#at(t);
    this.#programmed[k] = this.#up;
  }

  left(k: number, g: number, t: number): number {
    this.#at(t);
    return this.#rest + (g - this.#rest) * Math.min(this.#programmed[k]! * this.#down, 1);
  }

  fade(states: Float64Array, first: number, count: number, t: number): void {
    this.#at(t);
    const programmed = this.#programmed;
    const rest = this.#rest;
    const down = this.#down;
    for (let i = 0; i < count; i++) {
      states[i] = rest + (states[i]! - rest) * Math.min(programmed[first + i]! * down, 1);
    }
  }

  restored(): void {
    this.#t = Number.NaN;
  }

  #at(t: number): void {
    if (t === this.#t) return;
    this.#t = t;
    const x = (t - this.#origin[0]!) / this.#tau;
    this.#up = exp(x);
    this.#down = exp(-x);
  }

  #moveTo(t: number): void {
    const factor = exp((this.#origin[0]! - t) / this.#tau);
    for (let k = 0; k < this.#programmed.length; k++) this.#programmed[k]! *= factor;
    this.#origin[0] = t;
    this.restored();
  }
}

/** Conductance falls as (t/t0)^-nu from t0 after the programming on, to the lower end of the range. */
class PowerLaw implements Retention {
  readonly state;
  readonly #p: RetentionParams;
  readonly #offset: (k: number) => number;
  readonly #programmed: Float64Array;

  constructor(p: RetentionParams, count: number, offset: (k: number) => number, arena: Arena) {
    this.#p = p;
    this.#offset = offset;
    this.#programmed = arena.f64(count);
    this.state = { programmed: this.#programmed };
  }

  program(k: number, t: number): void {
    this.#programmed[k] = t;
  }

  left(k: number, g: number, t: number): number {
    const { t0, nu } = this.#p;
    const dt = t - this.#programmed[k]!;
    if (dt <= t0) return g;
    const offset = this.#offset(k);
    return Math.max((g + offset) * (dt / t0) ** -nu - offset, 0);
  }

  fade(states: Float64Array, first: number, count: number, t: number): void {
    for (let i = 0; i < count; i++) states[i] = this.left(first + i, states[i]!, t);
  }
}
