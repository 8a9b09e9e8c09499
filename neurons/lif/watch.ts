import type { ModelContext } from '../../core/factories.ts';
import type { Kernels } from '../../core/kernels/kernels.ts';
import { PlasticRecord, recordsIn } from '../../core/kernels/records.ts';
import { exp } from '../../core/math.ts';
import { snap, TICK } from '../../core/time.ts';
import type { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { IndexedHeap } from '../parts/indexedHeap.ts';
import type { RefractoryQueue } from '../parts/refractoryQueue.ts';
import { WakeWheel } from '../parts/wakeWheel.ts';
import type { Membranes } from './membranes.ts';
import { Outlook } from './outlook.ts';
import type { Psp } from './psp.ts';
import { Rounds } from './rounds.ts';
import type { Scales } from './scales.ts';
import { Trajectory } from './trajectory.ts';

/** What the state of one neuron consists of, in this order. */
export const FIELDS = 4;
export const E = 1;
export const I = 2;
const SLACK = 3;

export const REFRACTORY = -Infinity;
/** Slack of a neuron whose crossing was solved for; any arrival changes it, and the solution is a lower bound only. */
const SOLVED = 0;
const NONE = Number.MIN_VALUE;

/** The population that is watched; see `LifExponential`. */
export interface Watched {
  readonly u: Float64Array;
  readonly scales: Scales;
  readonly thresholds: AdaptiveThreshold;
  readonly queue: RefractoryQueue;
  readonly exc: Psp;
  readonly inh: Psp;
  /** 1/tau */
  readonly rate: number;
  readonly membranes: Membranes;
}

/**
 * Finds the threshold crossings of neurons with exponential currents. For each neuron a time is known before which it
 * cannot cross unless arrivals raise it by more than `slack` (mV): the end of the round, or its own one before that. Only
 * when the slack is used up, or the time has come, it is looked at anew, and only when a look cannot rule out a crossing in
 * the nearest future the crossing is solved for.
 */
export class Watch {
  /** Neurons whose slack is used up at this instant; one place more than neurons, which the kernel uses. */
  readonly suspects: Uint32Array;
  suspectCount = 0;
  readonly rounds: Rounds;
  readonly state;
  /** For kernels: what they look ahead with, and when each neuron is to be looked at by itself or crosses. */
  readonly record: PlasticRecord;
  readonly #w: Watched;
  readonly #outlook: Outlook;
  readonly #trajectory: Trajectory;
  /** When to look again at neurons that cannot cross before, and the crossings that were solved for. */
  readonly #wheel: WakeWheel;
  readonly #heap: IndexedHeap;
  readonly #sweep: Kernels['updateAll'];
  /** Null where thresholds decay. */
  readonly #looks: Kernels['checkCandidates'] | null;
  /** The trajectory of the neuron at hand; see `Trajectory`. */
  #c = 0;
  #p = 0;
  #drive = 0;
  #inhibition = 0;
  #above = 0;

  constructor(watched: Watched, { arena }: ModelContext) {
    const { u, thresholds, exc, inh, rate } = watched;
    const n = u.length / FIELDS;
    this.#w = watched;
    this.suspects = arena.u32(n + 1);
    this.#outlook = new Outlook(rate, exc, inh, thresholds.rate, arena);
    this.#trajectory = new Trajectory(rate, [exc, inh], thresholds.rate);
    this.#wheel = new WakeWheel(n, this.#outlook.shortest / 2, arena);
    this.#heap = new IndexedHeap(n, arena);
    this.rounds = new Rounds(n, rate, exc, inh, thresholds.rate, arena);
    const { suspects } = this;
    const { tables } = this.#outlook;
    [this.record] = recordsIn(arena, PlasticRecord, 1) as [PlasticRecord];
    const times = { ...this.#wheel.record, crossings: this.#heap.times };
    Object.assign(this.record, {
      u,
      bar: thresholds.b,
      candidates: suspects,
      ...tables,
      segmentCount: tables.starts.length,
      ...times,
    });
    this.#sweep = arena.kernels.updateAll;
    this.#looks = thresholds.rate === 0 ? arena.kernels.checkCandidates : null;
    this.state = { crossings: this.#heap.times, rounds: this.rounds.clock, ...this.#wheel.state };
  }

  /** Time of its next event; all that is due at an instant is done before arrivals. */
  get next(): number {
    return Math.min(this.#wheel.next, this.crossing);
  }

  /** The same of what is more than a look. */
  get crossing(): number {
    return Math.min(this.#heap.next, this.rounds.end);
  }

  restored(): void {
    this.#wheel.rebuild();
    this.#heap.rebuild();
  }

  /** Looks at the suspects. */
  settle(t: number): void {
    this.#listed(this.suspectCount, t);
    this.suspectCount = 0;
  }

  /** Does what is due at t; returns how many neurons cross, the first of `fired`. */
  cross(t: number, fired: Uint32Array): number {
    let due = 0; // no arrival at t has made suspects yet
    for (let neuron = this.#wheel.take(t); neuron >= 0; neuron = this.#wheel.take(t)) this.suspects[due++] = neuron;
    if (this.rounds.end <= t) this.#round(t);
    else this.#listed(due, t);
    let count = 0;
    while (this.#heap.next <= t) {
      const neuron = this.#heap.first;
      if (this.#w.u[FIELDS * neuron + SLACK] === SOLVED) {
        this.#heap.set(neuron, Infinity);
        fired[count++] = neuron;
      } else {
        this.one(neuron, t);
      }
    }
    if (count > 1) fired.subarray(0, count).sort();
    return count;
  }

  /** Forgets everything and looks at all neurons at t. */
  all(t: number): void {
    const { u } = this.#w;
    this.suspectCount = 0;
    this.#wheel.clear();
    for (let j = 0; j < u.length / FIELDS; j++) {
      u[FIELDS * j + SLACK] = NONE;
      this.#heap.set(j, Infinity);
    }
    if (this.rounds.end < Infinity) this.#round(t);
    else for (let j = 0; j < u.length / FIELDS; j++) this.one(j, t);
  }

  /** A neuron became refractory at t. */
  refractory(neuron: number, t: number, release: number): void {
    if (release < this.rounds.end) {
      this.#refractory(neuron, t, release);
    } else {
      this.#w.u[FIELDS * neuron + SLACK] = Infinity;
      this.#at(neuron, Infinity, t);
    }
  }

  /** Looks at one neuron. */
  one(neuron: number, t: number): void {
    if (this.#w.u[FIELDS * neuron] === REFRACTORY) {
      this.#refractory(neuron, t, this.#w.queue.releaseOf(neuron));
    } else {
      this.#take(neuron, t);
      if (!this.#looked(neuron, t, t)) this.#cross(neuron, t, t);
    }
  }

  /** Looks at a refractory neuron, whose time begins with its release. */
  #refractory(neuron: number, t: number, release: number): void {
    const { membranes, exc, inh } = this.#w;
    this.#take(neuron, release);
    this.#p = membranes.floor.at(neuron);
    this.#drive *= exp((t - release) * exc.rate);
    this.#inhibition *= exp((t - release) * inh.rate);
    if (!this.#looked(neuron, t, release)) this.#cross(neuron, t, release);
  }

  /** Takes over the state of a neuron, and its threshold at `start`. */
  #take(neuron: number, start: number): void {
    const { u, scales, thresholds, membranes } = this.#w;
    const o = FIELDS * neuron;
    scales.view();
    this.#p = u[o]! * scales.decayM + u[o + E]! * scales.shapeE + u[o + I]! * scales.shapeI;
    this.#drive = u[o + E]! * scales.decayE;
    this.#inhibition = u[o + I]! * scales.decayI;
    this.#above = thresholds.above(neuron, start);
    this.#c = membranes.vInf.at(neuron) - thresholds.origin.at(neuron);
    if (thresholds.rate > 0) return;
    this.#c -= this.#above;
    this.#above = 0;
  }

  /** Neurons that are released only after this round are tested in a later one. */
  #round(t: number): void {
    const { u, scales, thresholds, queue } = this.#w;
    this.rounds.begin(t);
    while (this.#wheel.take(t) >= 0);
    const { now } = this.#outlook.tables;
    scales.toView(now);
    this.#listed(this.#sweep(u, thresholds.b, now, this.rounds.row, this.suspects), t);
    for (let k = 0; k < queue.length && queue.release(k) < this.rounds.end; k++) {
      this.#refractory(queue.neuron(k), t, queue.release(k));
    }
  }

  /** Looks at the first `count` of `suspects`. */
  #listed(count: number, t: number): void {
    if (count === 0) return;
    let left = count;
    if (this.#looks !== null) {
      this.#w.scales.toView(this.#outlook.tables.now);
      this.record.checkEnd = this.rounds.end;
      this.record.checkCount = 0;
      left = this.#looks(this.record, t, count);
      this.rounds.looked(this.record.checkCount);
    }
    for (let k = 0; k < left; k++) this.one(this.suspects[k]!, t);
  }

  /** Finds a time before which a neuron cannot cross, and its slack until then; false where it has to be solved. */
  #looked(neuron: number, t: number, start: number): boolean {
    this.rounds.looked(1);
    const within = this.rounds.end - start;
    const sure = this.#outlook.look(this.#c, this.#p, this.#drive, this.#inhibition, this.#above, within);
    if (!sure) return false;
    this.#w.u[FIELDS * neuron + SLACK] = this.#outlook.slack;
    this.#at(neuron, start + this.#outlook.until, t);
    return true;
  }

  /** Solves for the crossing. */
  #cross(neuron: number, t: number, start: number): void {
    this.#wheel.set(neuron, Infinity, t);
    this.#trajectory.drives[0] = this.#drive;
    this.#trajectory.drives[1] = this.#inhibition;
    const wait = this.#trajectory.firstCrossing(this.#c, this.#p, this.#above);
    this.#w.u[FIELDS * neuron + SLACK] = wait === Infinity ? NONE : SOLVED;
    this.#heap.set(neuron, wait === 0 ? start : Math.max(snap(start + wait), start + TICK));
  }

  /** A neuron need not be looked at before `time`, or before the next round. A look that it waits for already may come before. */
  #at(neuron: number, time: number, t: number): void {
    if (time < this.#wheel.times[neuron]!) this.#wheel.set(neuron, time < this.rounds.end ? time : Infinity, t);
    this.#heap.set(neuron, Infinity);
  }
}
