import type { Arena } from '../../core/kernels/arena.ts';
import { snap, TICK } from '../../core/time.ts';
import { IndexedHeap } from '../parts/indexedHeap.ts';
import { TimerWheel } from '../parts/timerWheel.ts';
import { type ConductanceState, INTERVAL_END, NEAR, SCHEDULED } from './conductanceState.ts';

/**
 * Predicts the threshold crossings of neurons with conductances. V can reach the threshold from below only while ge (Ee - theta) +
 * gi (Ei - theta) > theta - R I. After most arrivals this is false and nothing is predicted. While it is true V rises ever more
 * slowly, so its slope bounds the time below threshold. Only neurons that may cross within the present check interval are scheduled,
 * and the crossing is solved for only when a scheduled check finds it near.
 */
export class ConductancePredictor {
  readonly state;
  /** Fields of the record for kernels. */
  readonly record;
  readonly #conductances: ConductanceState;
  /** Thresholds relative to the steady potential without input, mV. */
  readonly #bar: Float64Array;
  /** Membrane time constant, ms. */
  readonly #tau: number;
  readonly #wheel: TimerWheel;
  readonly #heap: IndexedHeap;
  /** State of all neurons; its last field is the time until which a neuron stays below threshold, see `ConductanceState`. */
  readonly #u: Float64Array;
  readonly #fields: number;
  readonly #clock: Float64Array;
  /** Crossings further away than this are not solved for yet, ms. */
  readonly #near: number;
  /** Length of a check interval, ms. */
  readonly #interval: number;

  constructor(s: ConductanceState, bar: Float64Array, tau: number, arena: Arena) {
    const n = bar.length;
    this.#conductances = s;
    this.#bar = bar;
    this.#tau = tau;
    [this.#u, this.#fields, this.#clock] = [s.u, s.fieldCount, s.clock];
    this.#near = s.minTau * NEAR;
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

  /** Renews the predictions of all neurons. */
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

  /** Removes a neuron from wheel and heap; `until` is the time until which it stays below threshold without arrivals. */
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
