import type { Arena } from '../../core/kernels/arena.ts';
import { snap, TICK } from '../../core/time.ts';
import { IndexedHeap } from '../parts/indexedHeap.ts';
import { TimerWheel } from '../parts/timerWheel.ts';
import { type ConductanceState, INTERVAL_END, NEAR, SCHEDULED } from './conductanceState.ts';

/**
 * Finds the threshold crossings of neurons with conductances. V can reach the threshold from below only while ge (Ee - theta) +
 * gi (Ei - theta) > theta - R I: for most arrivals that is false, and nothing is predicted. While it is true V rises ever more slowly, so
 * that its slope tells until when it stays below. Time goes in rounds: only neurons for which that may be within the present one are
 * watched, and only when the time has come, and is near, the crossing is solved for.
 */
export class ConductancePredictor {
  readonly state;
  /** For a kernel. */
  readonly record;
  readonly #conductances: ConductanceState;
  /** Thresholds, mV without input. */
  readonly #bar: Float64Array;
  /** Membrane time constant, ms. */
  readonly #tau: number;
  readonly #wheel: TimerWheel;
  readonly #heap: IndexedHeap;
  /** Until when each neuron stays below threshold if nothing arrives, among the numbers of its state, see `Shunted`. */
  readonly #u: Float64Array;
  readonly #fields: number;
  readonly #clock: Float64Array;
  /** A crossing that is further away than this is not solved for yet, ms. */
  readonly #near: number;
  /** How long a round is, ms. */
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

  /** When a neuron is to be looked at or fires, or a round ends. */
  get next(): number {
    return Math.min(this.#wheel.next, this.#clock[INTERVAL_END]!, this.#heap.next);
  }

  restored(): void {
    this.#wheel.rebuild();
    this.#heap.rebuild();
    this.#setIntervalEnd(this.#clock[INTERVAL_END]!);
  }

  /** Looks at those whose time has come. */
  checkDue(t: number): void {
    if (this.#clock[INTERVAL_END]! <= t) this.#startInterval(t);
    for (let j = this.#wheel.pop(t); j >= 0; j = this.#wheel.pop(t)) this.predict(j, t);
  }

  /** Lists in `fired`, ascending, the neurons whose crossing is due by t; returns how many. */
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

  predictAll(t: number): void {
    for (let j = 0; j < this.#bar.length; j++) this.predict(j, t);
  }

  /** Finds when a neuron is to be looked at again or fires, or until when it does not, if nothing arrives; the state stands at t. */
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

  /** A neuron that is sure to stay below threshold `until` then is not looked at before the round in which that is. */
  predictReleased(j: number, t: number, until: number): void {
    if (until >= this.#clock[INTERVAL_END]!) this.#u[this.#fields * (j + 1) - 1] = until;
    else this.predict(j, t);
  }

  #scheduleCheck(j: number, time: number, t: number): void {
    this.#wheel.set(j, time, t);
    this.#u[this.#fields * (j + 1) - 1] = -this.#wheel.times[j]!;
  }

  /** A neuron is not watched: nothing is to come of it before `until` unless something arrives. */
  #unschedule(j: number, t: number, until: number): void {
    this.#u[this.#fields * (j + 1) - 1] = until;
    this.#wheel.set(j, Infinity, t);
    this.#heap.set(j, Infinity);
  }

  #setIntervalEnd(t: number): void {
    this.#clock[INTERVAL_END] = this.#conductances.steps[10] = t;
  }

  /** Begins a round at t, or none while nobody could reach the threshold without arrivals; those who may within it are looked at when they may. */
  #startInterval(t: number): void {
    const end = t + this.#interval;
    const u = this.#u;
    const fields = this.#fields;
    let anyone = false;
    this.#setIntervalEnd(Infinity);
    for (let j = 0, o = fields - 1; o < u.length; j++, o += fields) {
      const until = u[o]!;
      if (until >= 0 && until < end) this.#scheduleCheck(j, until, t);
      anyone ||= until < Infinity;
    }
    if (anyone) this.#setIntervalEnd(end);
  }
}
