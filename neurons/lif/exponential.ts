import type { ModelContext } from '../../core/factories.ts';
import { type Edges, rowEnd, rowStart } from '../../core/graph/edges.ts';
import type { ArrivalBatch, ArrivalPulses, NeuronHooks, Quantity } from '../../core/hooks.ts';
import type { Kernels } from '../../core/kernels/kernels.ts';
import { exp } from '../../core/math.ts';
import type { NeuronModel } from '../../core/model.ts';
import { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { initialOf } from '../parts/params.ts';
import { RefractoryQueue } from '../parts/refractoryQueue.ts';
import type { Membranes } from './membranes.ts';
import type { LifParams } from './params.ts';
import { Plastic } from './plastic.ts';
import { Psp } from './psp.ts';
import { Scales } from './scales.ts';
import { E, FIELDS, I, REFRACTORY, Watch } from './watch.ts';

/** Indices into `clock`: reference time of the scaled state; potentials are clamped at reset until `HELD`. */
const T0 = 0;
const HELD = 1;

/**
 * LIF with exponential currents: tau dV/dt = -V + R (I + Ie + Ii), dIe/dt = -Ie/tauSynExc, dIi/dt = -Ii/tauSynInh; an
 * arrival of weight w pA adds w to Ie if w >= 0, else to Ii. Reset and refractoriness clamp V; the currents go on.
 *
 * The state of a neuron is [M, E, I, slack] with V = Vinf + M e^(-t/tau) + E shapeE(t) + I shapeI(t), t since a reference time
 * shared by all, so that no decay touches it: an arrival is two multiply-adds. A refractory neuron has M = -Infinity.
 *
 * Crossings happen between arrivals. An arrival takes off the slack of its neuron what it may raise V by until that is
 * looked at anew anyhow; inhibition needs no look at all. See `Watch`.
 */
export class LifExponential
  implements NeuronModel, Pick<NeuronHooks, 'receivePlastic' | 'receiveBatch' | 'idleUntil' | 'advanceTo'>
{
  readonly size: number;
  readonly fired: Uint32Array;
  firedCount = 0;
  readonly quantities: Readonly<Record<string, Quantity>> = {
    excitatoryCurrent: { unit: 'pA', of: 'neuron', read: (j, t) => this.#current(j, E, this.#exc, t) },
    inhibitoryCurrent: { unit: 'pA', of: 'neuron', read: (j, t) => this.#current(j, I, this.#inh, t) },
  };
  readonly thresholds: AdaptiveThreshold;
  readonly state;
  readonly #m: Membranes;
  readonly #rate: number;
  readonly #perCapacitance: number;
  readonly #span: number;
  readonly #exc: Psp;
  readonly #inh: Psp;
  readonly #u: Float64Array;
  readonly #queue: RefractoryQueue;
  readonly #clock: Float64Array;
  readonly #watch: Watch;
  readonly #plastic: Plastic | null;
  readonly #steps: Float64Array;
  readonly #addCurrents: Kernels['addCurrents'];
  readonly #scales: Scales;

  /** @param membranes that are alike, with these time constants of their currents, ms */
  constructor(p: LifParams, membranes: Membranes, tauExc: number, tauInh: number, context: ModelContext) {
    const { arena, name } = context;
    const n = p.size;
    arena.reserve(n * 80, `${name} with ${n} neurons`);
    this.size = n;
    this.fired = new Uint32Array(n);
    this.#steps = arena.f64(5);
    this.#addCurrents = arena.kernels.addCurrents;
    this.#m = membranes;
    const tau = membranes.tau.at(0);
    this.#rate = 1 / tau;
    this.#perCapacitance = 1 / membranes.capacitance.at(0);
    this.thresholds = new AdaptiveThreshold(p, membranes.threshold, membranes.vInf, arena);
    this.#exc = new Psp(tauExc, tau);
    this.#inh = new Psp(tauInh, tau);
    this.#span = Math.min(this.#exc.span, this.#inh.span);
    this.#scales = new Scales(this.#rate, this.#exc, this.#inh);
    this.#u = arena.f64(FIELDS * n);
    this.#queue = new RefractoryQueue(membranes.anyRefractory ? n : 0, arena);
    this.#clock = arena.f64(2);
    this.#clock[HELD] = -Infinity;
    const watched = {
      u: this.#u,
      scales: this.#scales,
      thresholds: this.thresholds,
      queue: this.#queue,
      exc: this.#exc,
      inh: this.#inh,
      rate: this.#rate,
      membranes,
    };
    this.#watch = new Watch(watched, context);
    this.#plastic = Plastic.of(watched, this.#watch, this.#perCapacitance, this.#span, arena);
    this.state = {
      u: this.#u,
      clock: this.#clock,
      ...this.#watch.state,
      ...this.#queue.state,
      ...this.thresholds.state,
      ...membranes.changes?.state,
    };
    const draw = initialOf(p, n, context);
    for (let j = 0; j < n; j++) this.#u[FIELDS * j] = draw() - membranes.vInf.at(j);
    this.#watchAll(0);
  }

  get next(): number {
    return Math.min(this.#watch.next, this.#m.change);
  }

  /** Until an arrival moves the reference time. */
  get idleUntil(): number {
    return this.#clock[T0]! + this.#span;
  }

  restored(): void {
    this.#m.restored();
    this.thresholds.restored();
    this.#queue.restored();
    this.#watch.restored();
    this.#scales.now = Number.NaN;
  }

  potential(neuron: number, t: number): number {
    const reset = this.#m.reset.at(neuron);
    const vInf = this.#m.vInf.at(neuron);
    if (t < this.#clock[HELD]!) return reset;
    const elapsed = t - this.#clock[T0]!;
    const m = this.#u[FIELDS * neuron]!;
    if (m !== REFRACTORY) return vInf + m * exp(-elapsed * this.#rate) + this.#currents(neuron, elapsed);
    const release = this.#queue.releaseOf(neuron);
    if (t < release) return reset;
    const atRelease = reset - vInf - this.#currents(neuron, release - this.#clock[T0]!);
    return vInf + atRelease * exp((release - t) * this.#rate) + this.#currents(neuron, elapsed);
  }

  overshoot(neuron: number, t: number): number {
    return this.potential(neuron, t) - this.thresholds.at(neuron, t);
  }

  /** Sets a threshold, as for an imported network. */
  setThreshold(neuron: number, t: number, mV: number): void {
    const from = Math.max(t, this.#clock[HELD]!);
    this.thresholds.set(neuron, t, mV);
    this.#advance(from);
    this.#watch.one(neuron, from);
  }

  receive(edges: Edges, row: number, factor: number, t: number): void {
    this.#advance(t);
    const watch = this.#watch;
    this.#scales.steps(factor * this.#perCapacitance, watch.rounds.response(t), this.#steps); // from pA to mV/ms
    watch.suspectCount = this.#addCurrents(
      this.#u,
      edges,
      rowStart(edges, row),
      rowEnd(edges, row),
      this.#steps,
      watch.suspects,
      watch.suspectCount,
    );
  }

  testThresholds(t: number): void {
    this.firedCount = 0;
    this.#watch.settle(t);
  }

  receivePlastic(
    pulses: ArrivalPulses,
    edges: Edges,
    times: Float64Array,
    rows: Uint32Array,
    from: number,
    to: number,
    until: number,
  ): number {
    if (this.#plastic === null || this.#watch.suspectCount > 0) return 0;
    const end = this.#begin(times[from]!, until);
    const taken = this.#plastic.run(pulses, edges, times, rows, from, to, end, this.#clock[T0]!);
    if (this.#watch.suspectCount > 0) this.#advance(times[from + taken - 1]!);
    return taken;
  }

  receiveBatch(arrivals: ArrivalBatch, from: number, to: number, until: number): number {
    if (this.#plastic === null || this.#watch.suspectCount > 0) return from;
    const { times, order } = arrivals;
    const end = Math.min(this.#begin(times[order[from]!]!, until), this.#watch.crossing);
    const taken = this.#plastic.stream(arrivals, from, to, end, this.#clock[T0]!);
    if (this.#watch.suspectCount > 0) this.#advance(times[order[taken - 1]!]!);
    return taken;
  }

  /** Goes on to t for a kernel that takes many arrivals; returns until when it may. */
  #begin(t: number, until: number): number {
    this.advanceTo(t);
    if (t - this.#clock[T0]! > this.#span) this.#rebase(t);
    return Math.min(until, this.#queue.next, this.#m.change);
  }

  collectCrossings(t: number): void {
    this.#advance(t);
    this.firedCount = this.#watch.cross(t, this.fired);
    if (this.#m.change <= t) this.#makeChange(t);
  }

  postSpikeReset(neuron: number, t: number): void {
    this.#advance(t);
    const { gain } = this.thresholds;
    this.thresholds.spike(neuron, t);
    const hold = this.#m.refractory.at(neuron);
    if (hold > 0) {
      this.#u[FIELDS * neuron] = REFRACTORY;
      this.#queue.push(neuron, t + hold);
    } else {
      this.#reset(neuron, t);
    }
    if (gain !== 0)
      this.#watchAll(t); // all thresholds have moved
    else if (hold > 0) this.#watch.refractory(neuron, t, t + hold);
    else this.#watch.one(neuron, t);
  }

  inhibit(t: number, until: number): void {
    this.#advance(t);
    this.#rebase(until);
    this.#clock[HELD] = until;
    while (this.#queue.next <= until) this.#queue.shift();
    for (let j = 0; j < this.size; j++) this.#reset(j, until);
    for (let k = 0; k < this.#queue.length; k++) this.#u[FIELDS * this.#queue.neuron(k)] = REFRACTORY;
    this.#watchAll(until);
  }

  rest(t: number): void {
    this.#advance(t);
    this.#rebase(t);
    this.#u.fill(0);
    for (let j = 0; j < this.size; j++) this.#u[FIELDS * j] = -this.#m.vInf.at(j);
    this.#queue.clear();
    this.#clock[HELD] = -Infinity;
    this.#watchAll(t);
  }

  /** Potentials stay what they are, but tend elsewhere from t on. */
  #makeChange(t: number): void {
    const from = Math.max(t, this.#clock[HELD]!);
    this.#advance(from);
    this.#m.makeChange();
    const { fall } = this.#m;
    for (let j = 0; j < this.size; j++) this.#u[FIELDS * j]! += fall.at(j) * this.#scales.m;
    this.thresholds.fall(fall);
    this.#watch.all(from);
  }

  /** Goes on to t: releases the refractory neurons due by then, and sets the scales that all share. */
  #advance(t: number): void {
    this.advanceTo(t);
    if (t !== this.#scales.now) this.#setScales(t);
  }

  /** Releases the refractory neurons due by then. */
  advanceTo(t: number): void {
    while (this.#queue.next <= t) {
      const release = this.#queue.next;
      this.#reset(this.#queue.shift(), release);
    }
  }

  #setScales(t: number): void {
    if (t - this.#clock[T0]! > this.#span) this.#rebase(t);
    this.#scales.set(t, t - this.#clock[T0]!);
  }

  /** Moves the reference time to t; potentials and currents stay what they are. */
  #rebase(t: number): void {
    const u = this.#u;
    const elapsed = t - this.#clock[T0]!;
    const m = exp(-elapsed * this.#rate);
    const e = exp(-elapsed * this.#exc.rate);
    const i = exp(-elapsed * this.#inh.rate);
    const fromE = this.#exc.shape(elapsed, m, e) - this.#exc.shape(0, 1, 1) * e;
    const fromI = this.#inh.shape(elapsed, m, i) - this.#inh.shape(0, 1, 1) * i;
    for (let o = 0; o < u.length; o += FIELDS) {
      if (u[o] !== REFRACTORY) u[o] = u[o]! * m + u[o + E]! * fromE + u[o + I]! * fromI;
      u[o + E]! *= e;
      u[o + I]! *= i;
    }
    this.#clock[T0] = t;
    this.#scales.now = Number.NaN;
    this.thresholds.rebase(t);
  }

  /** Puts a neuron at reset at time t. */
  #reset(neuron: number, t: number): void {
    if (t - this.#clock[T0]! > this.#span) this.#rebase(t);
    const elapsed = t - this.#clock[T0]!;
    const v = this.#m.floor.at(neuron) - this.#currents(neuron, elapsed);
    this.#u[FIELDS * neuron] = v * exp(elapsed * this.#rate);
  }

  /** One of both currents, pA. */
  #current(neuron: number, field: number, { rate }: Psp, t: number): number {
    return (this.#u[FIELDS * neuron + field]! * exp((this.#clock[T0]! - t) * rate)) / this.#perCapacitance;
  }

  /** The part of V that belongs to E and I. */
  #currents(neuron: number, elapsed: number): number {
    const o = FIELDS * neuron;
    const m = exp(-elapsed * this.#rate);
    const e = exp(-elapsed * this.#exc.rate);
    const i = exp(-elapsed * this.#inh.rate);
    return this.#u[o + E]! * this.#exc.shape(elapsed, m, e) + this.#u[o + I]! * this.#inh.shape(elapsed, m, i);
  }

  #watchAll(t: number): void {
    this.#advance(t);
    this.#watch.all(t);
  }
}
