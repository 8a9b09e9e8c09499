import type * as z from 'zod/mini';
import { choice, number, object, optional, positive, share } from '../../../core/declare/params.ts';
import { pow } from '../../../core/elementary.ts';
import type { Arena, State } from '../../../core/kernels/arena.ts';
import type { Kernels } from '../../../core/kernels/kernels.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import { exp } from '../../../core/math.ts';
import type { CounterRandom } from '../../../core/random/random.ts';
import { deviation, logNormal } from '../../logNormal.ts';
import { stretched } from '../../stretched.ts';

const ROOM = 300;
const kelvin = (help: string) => optional(number({ min: 0, exclusiveMin: true, unit: 'K', help }));

export const retentionParams = object(
  {
    model: choice(['exponential', 'powerLaw', 'stretched'], {
      default: 'exponential',
      help: 'g - rest falls as e^(-t/tau), or as e^(-(t/tau)^beta) (stretched), or conductance as (t/t0)^-nu from t0 on; t: since the last pulse, or since 0',
    }),
    tau: number({
      default: 9.5e7,
      min: 0,
      exclusiveMin: true,
      infinity: true,
      unit: 'ms',
      help: 'exponential, stretched: time constant (assumed: 10 % are lost in 10^4 s)',
    }),
    rest: share(0, 'exponential, stretched: state that is tended to, as a share of the range'),
    nu: number({ default: 0.05, unit: '1', help: 'powerLaw: exponent; below 0 conductance rises (assumed)' }),
    t0: positive(20000, 'ms', 'powerLaw: start of the drift (assumed)'),
    beta: optional(number({ min: 0, exclusiveMin: true, max: 1, unit: '1', help: 'stretched: exponent; left out: 1' })),
    activationEnergy: optional(number({ unit: 'eV', help: 'E: tau and t0 go as e^(E/kT); left out: they do not' })),
    measuredAt: kelvin('where they hold; left out: 300 K (assumed)'),
    temperature: kelvin('of the device; left out: 300 K (assumed)'),
    spread: deviation(0, 'relative sd (log-normal, mean 1) between devices of tau or nu, each drawn once'),
  },
  'conductance is lost with time',
);

type RetentionParams = z.output<typeof retentionParams>;

/** True if nothing is lost: an infinite time constant, or an exponent of 0. */
export const isLossless = (p: RetentionParams): boolean =>
  p.model === 'powerLaw' ? p.nu === 0 : atTemperature(p).tau === Infinity;

/** How states fade. The array tells when each device was programmed, and asks for what is left. */
export interface Retention {
  readonly state: State;
  /** What is noted of each device's last pulse: the stamp of its time. */
  readonly programmed: Float64Array;
  /** What is to be noted of devices that are programmed at t. */
  stamp(t: number): number;
  /** State at t of device k that was left at g in [0, 1]. */
  left(k: number, g: number, t: number): number;
  /** The same for a batch of devices that were left in the states `before`. */
  fade(p: Pulses, t: number): void;
  /** Called after `state` was loaded. */
  restored?(): void;
}

/**
 * @param offset conductance at the lower end of device k's range, in units of that range
 * @param random where the factors of devices that differ come from
 */
export function retentionOf(
  given: RetentionParams,
  count: number,
  offset: (k: number) => number,
  random: CounterRandom,
  arena: Arena,
): Retention {
  const p = atTemperature(given);
  if (p.model === 'exponential' && p.spread === 0) return new Exponential(p, count, arena);
  const factors = new Float64Array(count).fill(1);
  if (p.spread > 0) {
    const factor = logNormal(p.spread, random);
    for (let k = 0; k < count; k++) factors[k] = factor(k, 0);
  }
  const law = p.model === 'powerLaw' ? powerLaw(p, factors, offset) : stretchedLaw(p, factors);
  return new SincePulse(law, count, arena);
}

/** Boltzmann's constant over the elementary charge, eV/K (exact by the definition of the SI). */
export const BOLTZMANN = 1.380649e-23 / 1.602176634e-19;

/** How many times as fast as at `measuredAt` a process with this activation energy goes: Arrhenius. */
export const arrhenius = (energy: number, temperature: number, measuredAt: number): number =>
  exp((energy / BOLTZMANN) * (1 / measuredAt - 1 / temperature));

/** The same law with the times that hold at the temperature of the device. */
function atTemperature(p: RetentionParams): RetentionParams {
  const { activationEnergy = 0, temperature = ROOM, measuredAt = ROOM } = p;
  const rate = arrhenius(activationEnergy, temperature, measuredAt);
  return { ...p, tau: p.tau / rate, t0: p.t0 / rate };
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
  readonly programmed: Float64Array;
  readonly #origin: Float64Array;
  readonly #kernels: Kernels;
  /** e^(t/tau) and its inverse at the time asked for last; derived. */
  #t = Number.NaN;
  #up = 1;
  #down = 1;

  constructor({ tau, rest }: RetentionParams, count: number, arena: Arena) {
    this.#tau = tau;
    this.#rest = rest;
    this.programmed = arena.f64(count).fill(1);
    this.#origin = arena.f64(1);
    this.#kernels = arena.kernels;
    this.state = { programmed: this.programmed, origin: this.#origin };
  }

  stamp(t: number): number {
    if (t - this.#origin[0]! > FAR * this.#tau) this.#moveTo(t);
    this.#at(t);
    return this.#up;
  }

  left(k: number, g: number, t: number): number {
    this.#at(t);
    return this.#rest + (g - this.#rest) * Math.min(this.programmed[k]! * this.#down, 1);
  }

  fade(p: Pulses, t: number): void {
    this.#at(t);
    this.#kernels.relaxStates(p, this.programmed, this.#rest, this.#down);
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
    for (let k = 0; k < this.programmed.length; k++) this.programmed[k]! *= factor;
    this.#origin[0] = t;
    this.restored();
  }
}

/** State of device k, left at g, dt after its last pulse. */
type Law = (k: number, g: number, dt: number) => number;

/** Exponential, too. No semigroup: time counts from the last pulse. */
function stretchedLaw({ model, tau, rest, beta: given = 1 }: RetentionParams, factors: Float64Array): Law {
  const beta = model === 'exponential' ? 1 : given;
  return (k, g, dt) => rest + (g - rest) * stretched(dt / (tau * factors[k]!), beta);
}

/** Conductance falls as (t/t0)^-nu from t0 after the programming on, to the lower end of the range; where nu is below 0 it rises, to the upper one. */
const powerLaw =
  ({ nu, t0 }: RetentionParams, factors: Float64Array, offset: (k: number) => number): Law =>
  (k, g, dt) => {
    if (dt <= t0) return g;
    const low = offset(k);
    return Math.min(Math.max((g + low) * pow(dt / t0, -nu * factors[k]!) - low, 0), 1);
  };

/** Any law: each device keeps the time of its last pulse. */
class SincePulse implements Retention {
  readonly state;
  readonly #law: Law;
  readonly programmed: Float64Array;

  constructor(law: Law, count: number, arena: Arena) {
    this.#law = law;
    this.programmed = arena.f64(count);
    this.state = { programmed: this.programmed };
  }

  stamp(t: number): number {
    return t;
  }

  left(k: number, g: number, t: number): number {
    return this.#law(k, g, t - this.programmed[k]!);
  }

  fade({ edges, before, count }: Pulses, t: number): void {
    for (let i = 0; i < count; i++) before[i] = this.left(edges[i]!, before[i]!, t);
  }
}
