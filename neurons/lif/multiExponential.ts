import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { Quantity } from '../../core/hooks.ts';
import { exp, log } from '../../core/math.ts';
import { instantAfter } from '../parts/lazy.ts';
import { Clamped } from './clamped.ts';
import type { LifMembrane } from './lazy.ts';
import type { LifParams } from './params.ts';
import { Psp } from './psp.ts';
import { Trajectory } from './trajectory.ts';

type Receptors = NonNullable<LifParams['receptors']>;

/** The decaying currents that an arrival at a receptor adds to: the number of one, and of that which makes it rise. */
interface Parts {
  readonly decay: number;
  readonly rise: number | null;
  /** Size of both per pA of the peak. */
  readonly scale: number;
}

/** Splits receptors into single exponentials, each with a time constant in ms. */
function split(receptors: Receptors, name: string): { parts: Parts[]; taus: number[] } {
  const taus: number[] = [];
  const parts = Object.entries(receptors).map(([key, { tau, rise }]) => {
    const decay = taus.push(tau) - 1;
    if (rise === undefined) return { decay, rise: null, scale: 1 };
    if (!(rise < tau)) {
      throw new UserError(`${name}.receptors.${key}.rise is ${rise}, but must lie below its tau of ${tau} ms.`);
    }
    const peak = ((tau * rise) / (tau - rise)) * log(tau / rise);
    return { decay, rise: taus.push(rise) - 1, scale: 1 / (exp(-peak / tau) - exp(-peak / rise)) };
  });
  if (parts.length === 0) throw new UserError(`${name}.receptors is empty, but synapse "multiExponential" needs one.`);
  return { parts, taus };
}

/**
 * LIF with currents of several time constants: tau dV/dt = -V + R (I + sum I_r). An arrival of weight w pA at receptor r adds
 * w e^(-t/tau_r) to I_r; with a rise time, the difference of two exponentials whose peak is w. A projection chooses its
 * receptor; without a choice positive weights go to the first one, negative weights to the last. The current of every
 * exponential gives V a response phi (see `Psp`); refractoriness clamps V, and the currents go on.
 */
export class MultiExponentialMembrane implements LifMembrane {
  readonly receptors: readonly string[];
  readonly state;
  readonly thresholds;
  readonly #clamped: Clamped;
  readonly #parts: readonly Parts[];
  readonly #psps: readonly Psp[];
  readonly #trajectory: Trajectory;
  readonly #rate: number;
  readonly #perCapacitance: number;
  /** Drives in mV/ms at `since`, one row a neuron. */
  readonly #drives: Float64Array;

  constructor(p: LifParams, context: ModelContext) {
    const { arena, name } = context;
    const { parts, taus } = split(p.receptors, name);
    this.receptors = Object.keys(p.receptors);
    this.#parts = parts;
    this.#rate = 1 / p.tau;
    this.#perCapacitance = 1 / p.capacitance;
    this.#clamped = new Clamped(p, p.tau / p.capacitance, context, 16 + 8 * taus.length);
    this.thresholds = this.#clamped.thresholds;
    this.#psps = taus.map((tau) => new Psp(tau, p.tau));
    this.#trajectory = new Trajectory(this.#rate, this.#psps, this.thresholds.rate);
    this.#drives = arena.f64(p.size * taus.length);
    this.state = { ...this.#clamped.state, drives: this.#drives };
  }

  /** The current of each receptor in pA. */
  get quantities(): Readonly<Record<string, Quantity>> {
    const at = (j: number, k: number, t: number) =>
      this.#drives[j * this.#psps.length + k]! * exp((this.#clamped.since[j]! - t) * this.#psps[k]!.rate);
    const of = ({ decay, rise }: Parts): Quantity => ({
      unit: 'pA',
      of: 'neuron',
      read: (j, t) => (at(j, decay, t) + (rise === null ? 0 : at(j, rise, t))) / this.#perCapacitance,
    });
    return Object.fromEntries(this.receptors.map((name, r) => [`${name}Current`, of(this.#parts[r]!)]));
  }

  receive(j: number, weight: number, receptor: number | undefined, t: number): void {
    this.#advance(j, t);
    const { decay, rise, scale } = this.#parts[receptor ?? (weight < 0 ? this.#parts.length - 1 : 0)]!;
    const o = j * this.#psps.length;
    const step = weight * scale * this.#perCapacitance;
    this.#drives[o + decay]! += step;
    if (rise !== null) this.#drives[o + rise]! -= step;
  }

  next(j: number, t: number): number {
    const { since, vInf } = this.#clamped;
    const start = this.#clamped.free(j, t);
    const dt = start - since[j]!;
    const n = this.#psps.length;
    for (let k = 0; k < n; k++) {
      this.#trajectory.drives[k] = this.#drives[j * n + k]! * exp(-dt * this.#psps[k]!.rate);
    }
    const above = this.thresholds.above(j, start);
    const decays = this.thresholds.rate > 0;
    const wait = this.#trajectory.firstCrossing(
      vInf - this.thresholds.origin - (decays ? 0 : above),
      this.potential(j, start) - vInf,
      decays ? above : 0,
    );
    return instantAfter(start, wait);
  }

  spike(j: number, t: number): void {
    this.hold(j, t, t + this.#clamped.refractory);
  }

  hold(j: number, t: number, until: number): void {
    this.#advance(j, t);
    this.#clamped.clamp(j, t, until, this.#clamped.reset);
  }

  rest(j: number, t: number): void {
    const n = this.#psps.length;
    this.#drives.fill(0, j * n, (j + 1) * n);
    this.#clamped.release[j] = t;
    this.#clamped.clamp(j, t, t, 0);
  }

  potential(j: number, t: number): number {
    const { v, since, release, vInf, reset } = this.#clamped;
    if (t < release[j]!) return reset;
    const clamped = release[j]! > since[j]!;
    const from = clamped ? release[j]! : since[j]!;
    const begin = clamped ? reset : v[j]!;
    const dt = t - from;
    if (dt === 0) return begin;
    const m = exp(-dt * this.#rate);
    const n = this.#psps.length;
    let sum = vInf + (begin - vInf) * m;
    for (let k = 0; k < n; k++) {
      const psp = this.#psps[k]!;
      const drive = this.#drives[j * n + k]!;
      if (drive === 0) continue;
      const atFrom = clamped ? drive * exp((since[j]! - from) * psp.rate) : drive;
      sum += atFrom * psp.at(dt, m, exp(-dt * psp.rate));
    }
    return sum;
  }

  margin(j: number, t: number): number {
    return this.potential(j, t) - this.thresholds.at(j, t);
  }

  #advance(j: number, t: number): void {
    const { v, since } = this.#clamped;
    const dt = t - since[j]!;
    if (dt <= 0) return;
    v[j] = this.potential(j, t);
    const n = this.#psps.length;
    for (let k = 0; k < n; k++) this.#drives[j * n + k]! *= exp(-dt * this.#psps[k]!.rate);
    since[j] = t;
  }
}
