import type { Arena, State } from '../../core/kernels/arena.ts';
import type { CurrentRow } from '../../core/kernels/scalarRows.ts';
import { snap, TICK } from '../../core/time.ts';
import { IndexedHeap } from '../parts/indexedHeap.ts';
import { TimerWheel } from '../parts/timerWheel.ts';

/**
 * Values of a neuron's last state field: `SCHEDULED`: crossing in the heap; `LISTED`: candidate of this tick; other
 * values < 0: minus its check time in the timer wheel; >= 0: time until which it stays below threshold, ms.
 */
export const SCHEDULED = -Infinity;
export const LISTED = -1 / 2 ** 40;
/** Index into `clock` of the end of the check interval, ms; the kernels read it there. */
const INTERVAL_END = 2;

/**
 * State of neurons with conductances, for `LifConductance`: closed form (`OneTauConductances`) or series (`TwoTauConductances`).
 * Potentials are relative to the steady potential without synaptic input, mV.
 */
export interface ConductanceState {
  /** Number of state fields per neuron in `u`; the last: earliest possible crossing time without arrivals, ms. */
  readonly fieldCount: number;
  readonly u: Float64Array;
  /** Array [reference time, unused, end of the check interval], ms. */
  readonly clock: Float64Array;
  /** Parameters of kernels; element 10 is the end of the check interval. */
  readonly steps: Float64Array;
  readonly state: State;
  /** Shortest time constant, ms. */
  readonly minTau: number;
  /** Advances the population to t, ms. */
  advanceTo(t: number): void;
  /** Recomputes derived values after `state` was loaded. */
  restored(): void;
  /** Prepares arrivals at the current time: weights (nS) × `factor`; `inhibitory`: target conductance, null: by sign. */
  setJumps(factor: number, inhibitory: boolean | null): void;
  /** Delivers arrivals; appends neurons to be checked and their potentials (`values`); returns the candidate count. */
  receive(
    bar: Float64Array,
    edges: CurrentRow,
    potentialFrom: number,
    to: number,
    candidates: Uint32Array,
    values: Float64Array,
    found: number,
  ): number;
  /** True if neuron j is refractory (clamped). */
  isRefractory(j: number): boolean;
  /** Clamps neuron j; its conductances continue to decay. */
  setRefractory(j: number): void;
  /** Sets all conductances to 0 and removes all predictions. */
  clear(): void;
  /** Sets conductances (nS) and potential (mV) of a neuron at the current time. */
  initialise(j: number, exc: number, inh: number, mV: number): void;
  /** Sets the potential of a neuron at t, mV. */
  setPotential(j: number, mV: number, t: number): void;
  /** Potential of a neuron at t, mV. */
  potential(j: number, t: number): number;
  /** Excitatory (0) or inhibitory (1) conductance of a neuron at t, nS. */
  conductance(j: number, t: number, inhibitory: 0 | 1): number;
  /** Potential of a neuron at t, mV, given its potential `mV` at time `start`. */
  from(j: number, mV: number, start: number, t: number): number;
  /** Lower bound of the time until a neuron at `mV` at t reaches `bar`, in tau; Infinity: never, 0: reached. */
  timeBelow(j: number, t: number, bar: number, mV?: number): number;
  /** Lower bound of the time below `bar` after the release of a refractory neuron at `mV` without arrivals, ms. */
  timeBelowAfterRelease(j: number, mV: number, bar: number): number;
  /** Time at which a neuron reaches `bar` without arrivals, ms; Infinity if never. */
  crossing(j: number, t: number, bar: number): number;
}

/**
 * Lower bound of the time until U, from `mV`, reaches `bar`, in membrane time constants, if U' = -U + g (E - U) with g
 * (E - U) <= `pull`.
 */
export const boundTimeBelow = (mV: number, bar: number, pull: number): number =>
  mV >= bar ? 0 : pull > mV ? (bar - mV) / (pull - mV) : Infinity;

/** Maximum time to a crossing for which it is computed exactly, as a fraction of the shortest time constant. */
export const MAX_EXACT_TIME = 1 / 64;

/** Step size at which root finding ends, ms. */
export const MIN_STEP = 2 ** -40;

/** True if the next Newton step would be below `MIN_STEP`, assuming quadratic convergence; `more`: safety factor. */
export function isLastStep(step: number, last: number, more = 1): boolean {
  const share = step / last;
  return Math.abs(step) < MIN_STEP || 16 * Math.abs(step * more) * (share * share) < MIN_STEP;
}

/**
 * Predicts the threshold crossings of neurons with conductances. V can reach the threshold from below only while ge (Ee
 * - theta) + gi (Ei - theta) > theta - R I. After most arrivals this is false and nothing is predicted. While it is
 * true, V rises ever more slowly, so its slope bounds the time below threshold. Only neurons that may cross within the
 * present check interval get a scheduled check, and a crossing is computed exactly only when a check finds it near.
 */
export class ConductancePredictor {
  readonly state;
  /** Kernel record fields of the predictor. */
  readonly record;
  readonly #conductances: ConductanceState;
  /** Threshold of each neuron relative to the steady potential without input, mV. */
  readonly #bar: Float64Array;
  /** Membrane time constant, ms. */
  readonly #tau: number;
  readonly #wheel: TimerWheel;
  readonly #heap: IndexedHeap;
  /** State of all neurons; last field of each: time until which the neuron stays below threshold. */
  readonly #u: Float64Array;
  readonly #fields: number;
  readonly #clock: Float64Array;
  /** Maximum time to a crossing for which it is computed exactly, ms. */
  readonly #near: number;
  /** Length of a check interval, ms. */
  readonly #interval: number;

  constructor(s: ConductanceState, bar: Float64Array, tau: number, arena: Arena) {
    const n = bar.length;
    this.#conductances = s;
    this.#bar = bar;
    this.#tau = tau;
    [this.#u, this.#fields, this.#clock] = [s.u, s.fieldCount, s.clock];
    this.#near = s.minTau * MAX_EXACT_TIME;
    this.#interval = snap(s.minTau / 8) + TICK;
    this.#wheel = new TimerWheel(n, this.#near / 2, arena);
    this.#heap = new IndexedHeap(n, arena);
    this.state = { crossings: this.#heap.times, ...this.#wheel.state };
    this.record = { near: this.#near, checkEnd: this.#interval, ...this.#wheel.record, ...this.#heap.record };
    this.#setIntervalEnd(Infinity);
  }

  /** Time of the next check, crossing or end of the check interval, ms. */
  get next(): number {
    return Math.min(this.#wheel.next, this.#clock[INTERVAL_END]!, this.#heap.next);
  }

  restored(): void {
    this.#wheel.rebuild();
    this.#heap.rebuild();
    this.#setIntervalEnd(this.#clock[INTERVAL_END]!);
  }

  /** Performs the checks due at t. */
  checkDue(t: number): void {
    if (this.#clock[INTERVAL_END]! <= t) this.#startInterval(t);
    for (let j = this.#wheel.pop(t); j >= 0; j = this.#wheel.pop(t)) this.predict(j, t);
  }

  /** Writes the neurons with a crossing due by t to `fired`, ascending; returns their number. */
  collectCrossings(t: number, fired: Uint32Array): number {
    let count = 0;
    while (this.#heap.next <= t) {
      const j = this.#heap.first;
      this.#unschedule(j, t, Infinity);
      fired[count++] = j;
    }
    if (count > 1) fired.subarray(0, count).sort();
    return count;
  }

  /** Renews the predictions of all neurons at t. */
  predictAll(t: number): void {
    for (let j = 0; j < this.#bar.length; j++) this.predict(j, t);
  }

  /** Renews the prediction of one neuron: schedules a check or a crossing, or stores the time until which neither is needed. */
  predict(j: number, t: number, mV?: number): void {
    const wait = this.#conductances.isRefractory(j)
      ? Infinity
      : this.#conductances.timeBelow(j, t, this.#bar[j]!, mV) * this.#tau;
    if (wait < Infinity && this.#clock[INTERVAL_END] === Infinity) this.#setIntervalEnd(t + this.#interval);
    if (t + wait >= this.#clock[INTERVAL_END]!) {
      this.#unschedule(j, t, t + wait);
      return;
    }
    if (wait > this.#near) {
      this.#heap.set(j, Infinity);
      this.#scheduleCheck(j, t + wait, t);
      return;
    }
    const crossing = this.#conductances.crossing(j, t, this.#bar[j]!);
    this.#unschedule(j, t, crossing < Infinity ? SCHEDULED : Infinity);
    this.#heap.set(j, crossing === t ? t : Math.max(snap(crossing), t + TICK));
  }

  /** Renews the prediction of a released neuron that stays below threshold at least until `until`. */
  predictReleased(j: number, t: number, until: number): void {
    if (until >= this.#clock[INTERVAL_END]!) this.#u[this.#fields * (j + 1) - 1] = until;
    else this.predict(j, t);
  }

  #scheduleCheck(j: number, time: number, t: number): void {
    this.#wheel.set(j, time, t);
    this.#u[this.#fields * (j + 1) - 1] = -this.#wheel.times[j]!;
  }

  /** Removes a neuron from wheel and heap; without arrivals, it stays below threshold until `until`. */
  #unschedule(j: number, t: number, until: number): void {
    this.#u[this.#fields * (j + 1) - 1] = until;
    this.#wheel.set(j, Infinity, t);
    this.#heap.set(j, Infinity);
  }

  #setIntervalEnd(t: number): void {
    this.#clock[INTERVAL_END] = this.#conductances.steps[10] = t;
  }

  /** Starts a check interval at t and schedules the checks due in it; no interval if no neuron can cross without arrivals. */
  #startInterval(t: number): void {
    const end = t + this.#interval;
    const u = this.#u;
    const fields = this.#fields;
    let canAnyCross = false;
    this.#setIntervalEnd(Infinity);
    for (let j = 0, o = fields - 1; o < u.length; j++, o += fields) {
      const until = u[o]!;
      if (until >= 0 && until < end) this.#scheduleCheck(j, until, t);
      canAnyCross ||= until < Infinity;
    }
    if (canAnyCross) this.#setIntervalEnd(end);
  }
}
