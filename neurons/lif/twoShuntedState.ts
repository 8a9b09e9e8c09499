import type { Arena } from '../../core/kernels/arena.ts';
import type { Kernels } from '../../core/kernels/kernels.ts';
import type { CurrentRow } from '../../core/kernels/scalarRows.ts';
import { type Shunts, shuntedByTwoWait } from '../../core/kernels/twoConductances.ts';
import { exp } from '../../core/math.ts';
import type { Membranes } from './membranes.ts';
import type { LifParams } from './params.ts';
import { reaching } from './shunt.ts';
import { isLast, NEAR, type Shunted, timeBelow } from './shunted.ts';

const SINCE = 1;
const SILENT = -Infinity;
/** After so many bounds a crossing is bracketed instead. */
const BOUNDS = 24;
/** The instant to which conductances of refractory neurons refer may lie back so many of the shortest time constants. */
const SPAN = 40;

/**
 * Membranes under two conductances that decay differently, for which there is no closed form: a neuron is [V, since, ge, gi, until], brought forward by
 * `shuntOn`, whose error is below 1e-9 mV, when something arrives. Times are in tau, potentials count from that without input. A refractory
 * neuron has V = -Infinity, and one instant is `since` for all of those, so that what arrives is added to their conductances, as large as it would have been then.
 */
export class TwoShuntedState implements Shunted {
  readonly fields = 5;
  readonly u: Float64Array;
  /** [`since` of refractory neurons, two of the owner's] */
  readonly clock: Float64Array;
  readonly steps: Float64Array;
  readonly state;
  readonly fastest: number;
  #now = 0;
  readonly #tau: number;
  readonly #perUnit: number;
  readonly #shunts: Shunts;
  readonly #add: Kernels['addTwoConductances'];
  readonly #on: Kernels['advanceTwoConductances'];
  /** [V, any, ge, gi] of a neuron brought forward, and which one to when. */
  readonly #onward: Float64Array;
  #neuron = -1;
  #at = 0;

  constructor(p: LifParams, taus: { excitatory: number; inhibitory: number }, membranes: Membranes, arena: Arena) {
    const tau = membranes.tau.at(0);
    const vInf = membranes.vInf.at(0);
    this.#tau = tau;
    this.#perUnit = 1 / (p.leakConductance ?? membranes.capacitance.at(0) / tau);
    const [r, s] = [tau / taus.excitatory, tau / taus.inhibitory];
    this.#shunts = { r, s, e: p.reversalExc - vInf, f: p.reversalInh - vInf };
    this.fastest = Math.min(tau, taus.excitatory, taus.inhibitory);
    this.#add = arena.kernels.addTwoConductances;
    this.#on = arena.kernels.advanceTwoConductances;
    this.#onward = arena.f64(4);
    this.u = arena.f64(this.fields * p.size);
    this.clock = arena.f64(3);
    this.steps = arena.f64(13);
    this.steps.set([r, s, this.#shunts.e, this.#shunts.f]);
    this.steps[9] = tau;
    this.steps.fill(1, 11);
    this.state = { u: this.u, clock: this.clock };
  }

  set(t: number): void {
    this.steps[8] = this.#now = t;
    if (t - this.clock[0]! <= SPAN * this.fastest) return;
    this.clock[0] = t;
    this.steps.fill(1, 11);
    for (let j = 0; j < this.u.length / this.fields; j++) if (this.silent(j)) this.silence(j);
  }

  restored(): void {
    this.#neuron = -1;
    this.steps.fill(1, 11);
  }

  jumps(factor: number, inhibitory: boolean | null): void {
    const unit = this.#perUnit * factor;
    const steps = this.steps;
    steps[4] = inhibitory === true ? 0 : unit;
    steps[5] = inhibitory === true ? unit : 0;
    steps[6] = inhibitory === false ? unit : 0;
    steps[7] = inhibitory === false ? 0 : unit;
    const since = this.#now - this.clock[0]!;
    steps[11] = exp((steps[0]! * since) / this.#tau);
    steps[12] = exp((steps[1]! * since) / this.#tau);
  }

  add(
    bar: Float64Array,
    edges: CurrentRow,
    from: number,
    to: number,
    suspects: Uint32Array,
    values: Float64Array,
    found: number,
  ): number {
    this.#neuron = -1;
    return this.#add(this.u, bar, edges, from, to, this.steps, suspects, values, found);
  }

  silent(j: number): boolean {
    return this.u[this.fields * j] === SILENT;
  }

  silence(j: number): void {
    this.#fadeTo(j, this.clock[0]!);
    this.#keep(j, SILENT, this.clock[0]!, this.#onward[2]!, this.#onward[3]!);
  }

  clear(): void {
    this.u.fill(0);
  }

  begin(j: number, exc: number, inh: number, mV: number): void {
    this.#keep(j, mV, this.#now, exc * this.#perUnit, inh * this.#perUnit);
  }

  put(j: number, mV: number, t: number): void {
    this.#fadeTo(j, t);
    this.#keep(j, mV, t, this.#onward[2]!, this.#onward[3]!);
  }

  potential(j: number, t: number): number {
    this.#to(j, t);
    return this.#onward[0]!;
  }

  conductance(j: number, t: number, inhibitory: 0 | 1): number {
    this.#fadeTo(j, t);
    return this.#onward[2 + inhibitory]! / this.#perUnit;
  }

  from(j: number, mV: number, start: number, t: number): number {
    this.#fadeTo(j, start);
    this.#onward[0] = mV;
    this.#forward((t - start) / this.#tau);
    return this.#onward[0]!;
  }

  /** From when something arrived last on, if that tells enough: then nothing has to be brought forward. */
  wait(j: number, t: number, bar: number): number {
    const o = this.fields * j;
    const since = (this.u[o + SINCE]! - t) / this.#tau;
    const wait = since + shuntedByTwoWait(this.u[o]!, this.u[o + 2]!, this.u[o + 3]!, bar, this.#shunts);
    if (since === 0 || wait * this.#tau > this.fastest * NEAR) return wait;
    this.#to(j, t);
    return shuntedByTwoWait(this.#onward[0]!, this.#onward[2]!, this.#onward[3]!, bar, this.#shunts);
  }

  below(j: number, mV: number, bar: number): number {
    const o = this.fields * j;
    const { e, f } = this.#shunts;
    const g = this.u[o + 2]! / this.steps[11]!;
    const h = this.u[o + 3]! / this.steps[12]!;
    return timeBelow(mV, bar, g * Math.max(e - mV, 0) + h * Math.max(f - mV, 0)) * this.#tau;
  }

  /**
   * Goes by Halley's method once the slope cannot change by more than a quarter till there. Before, by `shuntedByTwoWait`, which never passes the first
   * crossing; where its steps become small far from that, it is bracketed. Potentials are always those from the last arrival on, so that t leaves no trace.
   */
  crossing(j: number, t: number, bar: number): number {
    if (this.#neuron !== j || this.#at !== t) this.#to(j, t);
    const onward = this.#onward;
    const { r, s, e, f } = this.#shunts;
    if (onward[0]! >= bar) return t;
    let at = t;
    let last = 0;
    for (let k = 0; k < BOUNDS; k++) {
      const v = onward[0]!;
      const g = onward[2]!;
      const h = onward[3]!;
      const a = g * (e - v);
      const c = h * (f - v);
      const rise = a + c - v;
      const newton = (bar - v) / rise;
      const bend = newton * (1 + g + h + (r * a + s * c) / rise) * 0.5;
      const near =
        Math.abs(newton) * (1 + g + h + Math.max(r, s)) * (Math.abs(a) + Math.abs(c) + Math.abs(v)) < rise / 4;
      const wait = near ? newton / (1 - bend) : shuntedByTwoWait(v, g, h, bar, this.#shunts);
      if (wait === Infinity) return wait;
      const step = wait * this.#tau;
      at += step;
      if (isLast(step, last, near ? step / last : 1)) return at;
      last = step;
      this.#to(j, at);
    }
    this.#neuron = -1;
    const from = onward.slice();
    const [, , g, h] = from as unknown as [number, number, number, number];
    const potential = (wait: number) => {
      onward.set(from);
      this.#forward(wait);
      return onward[0]!;
    };
    const drives = [
      { g, e, rate: r },
      { g: h, e: f, rate: s },
    ];
    return at + reaching(potential, drives, bar, 0, 0) * this.#tau;
  }

  #keep(j: number, mV: number, t: number, g: number, h: number): void {
    const { u } = this;
    const o = this.fields * j;
    u[o] = mV;
    u[o + SINCE] = t;
    u[o + 2] = g;
    u[o + 3] = h;
    this.#neuron = -1;
  }

  /** Takes a neuron to t in `#onward`. */
  #to(j: number, t: number): void {
    const { u } = this;
    const o = this.fields * j;
    const onward = this.#onward;
    onward[0] = u[o]!;
    onward[2] = u[o + 2]!;
    onward[3] = u[o + 3]!;
    if (u[o] !== SILENT) this.#forward((t - u[o + SINCE]!) / this.#tau);
    this.#neuron = j;
    this.#at = t;
  }

  /** Takes only its conductances there. */
  #fadeTo(j: number, t: number): void {
    const o = this.fields * j;
    const time = (t - this.u[o + SINCE]!) / this.#tau;
    this.#onward[2] = this.u[o + 2]! * exp(-this.#shunts.r * time);
    this.#onward[3] = this.u[o + 3]! * exp(-this.#shunts.s * time);
    this.#neuron = -1;
  }

  #forward(time: number): void {
    this.#on(this.#onward, this.steps, time);
  }
}
