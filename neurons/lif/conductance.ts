import type { ModelContext } from '../../core/factories.ts';
import { type Edges, rowEnd, rowStart } from '../../core/graph/edges.ts';
import type { Quantity } from '../../core/hooks.ts';
import type { NeuronModel, Stateful } from '../../core/model.ts';
import { snap, TICK } from '../../core/time.ts';
import { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { IndexedHeap } from '../parts/indexedHeap.ts';
import { initialOf } from '../parts/params.ts';
import { RefractoryQueue } from '../parts/refractoryQueue.ts';
import { WakeWheel } from '../parts/wakeWheel.ts';
import { refuseNegative } from './clamped.ts';
import { ConductanceMembrane } from './conductanceMembrane.ts';
import { LazyLif } from './lazy.ts';
import type { Membranes } from './membranes.ts';
import type { LifParams } from './params.ts';
import { type Shunted, WATCHED } from './shunted.ts';
import { ShuntedState } from './shuntedState.ts';
import { TwoShuntedState } from './twoShuntedState.ts';

const INHIBITORY = 1;
/** Indices into `clock`: potentials are clamped at reset until `HELD`, and the round ends at `ROUND`. */
const HELD = 1;
const ROUND = 2;
/** So many of the neurons that are released next are known to stay below threshold for a while then. */
const AHEAD = 4;

/**
 * LIF with exponential conductances of one or two time constants, one membrane time, capacitance and constant current, and thresholds that do not decay: tau dV/dt =
 * -V + R I + ge (Ee - V) + gi (Ei - V), ge and gi in leak conductances. An arrival of weight w nS adds |w| to ge if w >= 0, else to gi,
 * unless the projection chooses the receptor. Refractoriness clamps V; the conductances go on. See `ShuntedState` for the closed form of one, and
 * `TwoShuntedState` for two.
 *
 * V can reach the threshold from below only while ge (Ee - theta) + gi (Ei - theta) > theta - R I: for most arrivals that is false,
 * and nothing is predicted. While it is true V rises ever more slowly, so that its slope tells until when it stays below. Time goes in
 * rounds: only neurons for which that may be within the present one are watched, and only when the time has come, and is near,
 * the crossing is solved for; again, after an arrival, only when it may be the first of all.
 */
export class LifConductance implements NeuronModel {
  readonly receptors = ['excitatory', 'inhibitory'];
  readonly size: number;
  readonly fired: Uint32Array;
  firedCount = 0;
  readonly thresholds: AdaptiveThreshold;
  readonly state;
  readonly #name: string;
  readonly #tau: number;
  readonly #vInf: number;
  readonly #m: Membranes;
  readonly #s: Shunted;
  readonly #queue: RefractoryQueue;
  readonly #wheel: WakeWheel;
  readonly #heap: IndexedHeap;
  readonly #suspects: Uint32Array;
  /** Their potentials, which arrivals of the instant do not change. */
  readonly #values: Float64Array;
  #suspectCount = 0;
  /** The instant from which a crossing is to be solved for, of neurons that have a bound of it in the heap; NaN: they have the crossing. */
  readonly #bounds: Float64Array;
  /** Conductances in nS. */
  readonly quantities: Readonly<Record<string, Quantity>> = {
    excitatoryConductance: { unit: 'nS', of: 'neuron', read: (j, t) => this.#s.conductance(j, t, 0) },
    inhibitoryConductance: { unit: 'nS', of: 'neuron', read: (j, t) => this.#s.conductance(j, t, 1) },
  };
  /** A crossing that is further away than this is not solved for yet, ms. */
  readonly #near: number;
  /** How long a round is, ms. */
  readonly #round: number;
  /** State as 0.1.0 kept it, which knew one time constant. */
  readonly former?: (t: number) => Stateful;

  /** @param membranes that are alike and receive the same constant current */
  constructor(p: LifParams, tauSyn: LifParams['tauSyn'], membranes: Membranes, context: ModelContext) {
    const { arena, name } = context;
    const n = p.size;
    arena.reserve(n * 104, `${name} with ${n} neurons`);
    this.#name = name;
    if (typeof tauSyn === 'number')
      this.former = (t) => {
        const old = new LazyLif(n, new ConductanceMembrane(p, tauSyn, membranes, context), context);
        return { state: old.state, restored: () => this.#takeOver(old, t) };
      };
    this.size = n;
    this.fired = new Uint32Array(n);
    this.#m = membranes;
    this.#tau = membranes.tau.at(0);
    this.#vInf = membranes.vInf.at(0);
    this.thresholds = new AdaptiveThreshold(p, membranes.threshold, membranes.vInf, arena);
    this.#s =
      typeof tauSyn === 'number'
        ? new ShuntedState(p, tauSyn, membranes, arena)
        : new TwoShuntedState(p, tauSyn, membranes, arena);
    this.#queue = new RefractoryQueue(membranes.anyRefractory ? n : 0, arena);
    this.#near = this.#s.fastest / 64;
    this.#round = snap(16 * this.#near) + TICK;
    this.#wheel = new WakeWheel(n, this.#near / 2, arena);
    this.#heap = new IndexedHeap(arena.f64(n));
    this.#bounds = arena.f64(n).fill(Number.NaN);
    this.#suspects = arena.u32(n + 1);
    this.#values = arena.f64(n + 1);
    this.state = {
      ...this.#s.state,
      crossings: this.#heap.times,
      bounds: this.#bounds,
      ...this.#wheel.state,
      ...this.#queue.state,
      ...this.thresholds.state,
    };
    this.#s.clock[HELD] = -Infinity;
    this.#endRound(Infinity);
    const draw = initialOf(p, n, context);
    this.#s.set(0);
    for (let j = 0; j < n; j++) this.#s.put(j, draw() - this.#vInf, 0);
    this.#lookAll(0);
  }

  get next(): number {
    const looks = Math.min(this.#wheel.next, this.#s.clock[ROUND]!);
    this.#solveBounds(looks);
    const next = Math.min(looks, this.#heap.next);
    return this.#queue.next < next ? this.#nextRelease(next) : next;
  }

  /** Before then no neuron that is released can fire if nothing arrives; whatever happens before finds it released. */
  #nextRelease(next: number): number {
    let first = next;
    for (let k = 0; k < this.#queue.length; k++) {
      const release = this.#queue.release(k);
      if (release >= first) break;
      if (k === AHEAD) return release;
      const j = this.#queue.neuron(k);
      const below = this.#s.below(j, this.#m.floor.at(j), this.thresholds.b[j]!);
      first = Math.min(first, release + Math.floor(below / TICK) * TICK);
    }
    return first;
  }

  restored(): void {
    this.thresholds.restored();
    this.#wheel.rebuild();
    this.#heap.rebuild();
    this.#s.restored();
    this.#endRound(this.#s.clock[ROUND]!);
  }

  #takeOver(old: LazyLif, t: number): void {
    const { thresholds, thresholdClock } = this.thresholds.state;
    thresholds.set(old.thresholds.state.thresholds);
    thresholdClock.set(old.thresholds.state.thresholdClock);
    this.thresholds.restored();
    this.#s.set(t);
    const { excitatoryConductance: exc, inhibitoryConductance: inh } = old.quantities;
    for (let j = 0; j < this.size; j++)
      this.#s.begin(j, exc!.read(j, t), inh!.read(j, t), old.potential(j, t) - this.#vInf);
    const release = old.state.release as Float64Array;
    const waiting = [...release.keys()].filter((j) => release[j]! > t).sort((a, b) => release[a]! - release[b]!);
    const refractory = this.#m.anyRefractory;
    for (const j of refractory ? waiting : []) {
      this.#s.silence(j);
      this.#queue.push(j, release[j]!);
    }
    // Without refractoriness only inhibition holds neurons, all of them until the same instant.
    if (!refractory && waiting.length > 0) this.inhibit(t, release[0]!);
    else this.#lookAll(t);
  }

  potential(j: number, t: number): number {
    const reset = this.#m.reset.at(j);
    if (t < this.#s.clock[HELD]!) return reset;
    if (!this.#s.silent(j)) return this.#vInf + this.#s.potential(j, t);
    const release = this.#queue.releaseOf(j);
    if (t < release) return reset;
    return this.#vInf + this.#s.from(j, this.#m.floor.at(j), release, t);
  }

  margin(j: number, t: number): number {
    return this.potential(j, t) - this.thresholds.at(j, t);
  }

  /** Sets a threshold, as for an imported network. */
  setThreshold(j: number, t: number, mV: number): void {
    this.thresholds.set(j, t, mV);
    this.#advance(t);
    this.#look(j, Math.max(t, this.#s.clock[HELD]!));
  }

  receive(edges: Edges, row: number, factor: number, t: number): void {
    this.#advance(t);
    const { receptor } = edges;
    if (receptor !== undefined) refuseNegative(edges, row, factor, this.#name, this.receptors[receptor]!);
    this.#s.jumps(factor, receptor === undefined ? null : receptor === INHIBITORY);
    const end = rowEnd(edges, row);
    const bar = this.thresholds.b as Float64Array;
    // Dense rows are numbered from their start, so they come whole; others in parts for which `rest` has room.
    for (let from = rowStart(edges, row); from < end; from += this.size) {
      const to = Math.min(from + this.size, end);
      this.#suspectCount = this.#s.add(bar, edges, from, to, this.#suspects, this.#values, this.#suspectCount);
    }
  }

  settle(t: number): void {
    this.firedCount = 0;
    const count = this.#suspectCount;
    this.#suspectCount = 0;
    for (let k = 0; k < count; k++) this.#look(this.#suspects[k]!, t, this.#values[k]!);
    this.#collect(t);
  }

  cross(t: number): void {
    this.firedCount = 0;
    this.#advance(t);
    if (this.#s.clock[ROUND]! <= t) this.#nextRound(t);
    for (let j = this.#wheel.take(t); j >= 0; j = this.#wheel.take(t)) this.#look(j, t);
    this.#collect(t);
  }

  spike(j: number, t: number): void {
    this.#advance(t);
    this.thresholds.spike(j, t);
    const hold = this.#m.refractory.at(j);
    if (hold > 0) {
      this.#s.silence(j);
      this.#queue.push(j, t + hold);
      this.#leave(j, t);
    } else {
      this.#s.put(j, this.#m.floor.at(j), t);
      this.#look(j, t);
    }
    if (this.thresholds.gain !== 0) this.#lookAll(t); // all thresholds have moved
  }

  inhibit(t: number, until: number): void {
    this.#advance(t);
    this.#s.set(until);
    this.#s.clock[HELD] = until;
    while (this.#queue.next <= until) this.#queue.shift();
    for (let j = 0; j < this.size; j++) this.#s.put(j, this.#m.floor.at(j), until);
    for (let k = 0; k < this.#queue.length; k++) this.#s.silence(this.#queue.neuron(k));
    this.#lookAll(until);
  }

  rest(t: number): void {
    this.#queue.clear();
    this.#s.clock[HELD] = -Infinity;
    this.#s.clear();
    this.#s.set(t);
    for (let j = 0; j < this.size; j++) this.#s.put(j, -this.#vInf, t);
    this.#lookAll(t);
  }

  /** Goes on to t: releases the refractory neurons due by then, and takes what all neurons share at t. */
  #advance(t: number): void {
    this.#s.set(t);
    while (this.#queue.next <= t) {
      const release = this.#queue.next;
      const j = this.#queue.shift();
      this.#s.put(j, this.#m.floor.at(j), release);
      this.#look(j, t);
    }
  }

  /** Solves for crossings, those with the earliest bounds first, until the earliest of all is known or none can come by t. */
  #solveBounds(t: number): void {
    while (this.#heap.next <= t) {
      const j = this.#heap.first;
      if (Number.isNaN(this.#bounds[j]!)) return;
      this.#solve(j, this.#bounds[j]!);
    }
  }

  /** Lists the neurons whose crossing is due by t. */
  #collect(t: number): void {
    for (this.#solveBounds(t); this.#heap.next <= t; this.#solveBounds(t)) {
      const j = this.#heap.first;
      this.#leave(j, t);
      this.fired[this.firedCount++] = j;
    }
    if (this.firedCount > 1) this.fired.subarray(0, this.firedCount).sort();
  }

  #lookAll(t: number): void {
    for (let j = 0; j < this.size; j++) this.#look(j, t);
  }

  /** Finds when a neuron is to be looked at again or fires, or until when it does not, if nothing arrives; the state stands at t. */
  #look(j: number, t: number, mV = this.#s.potential(j, t)): void {
    const wait = this.#s.silent(j) ? Infinity : this.#s.wait(j, t, mV, this.thresholds.b[j]!) * this.#tau;
    if (wait === Infinity) {
      this.#leave(j, t);
      return;
    }
    if (this.#s.clock[ROUND] === Infinity) this.#endRound(t + this.#round);
    if (t + wait >= this.#s.clock[ROUND]!) {
      this.#leave(j, t);
      this.#s.u[this.#s.fields * (j + 1) - 1] = t + wait;
      return;
    }
    if (wait > this.#near) {
      this.#heap.set(j, Infinity);
      this.#wheel.set(j, t + wait, t);
      this.#s.u[this.#s.fields * (j + 1) - 1] = -this.#wheel.times[j]!;
      return;
    }
    this.#s.u[this.#s.fields * (j + 1) - 1] = WATCHED;
    if (this.#heap.times[j] === Infinity) {
      this.#wheel.set(j, Infinity, t);
      this.#solve(j, t);
      return;
    }
    this.#bounds[j] = t; // what was solved for was void, and this may be, too
    this.#heap.set(j, Math.floor((t + wait) / TICK) * TICK);
  }

  /** Puts a neuron that was looked at at t into the heap with its crossing. */
  #solve(j: number, t: number): void {
    const crossing = this.#s.crossing(j, t, this.thresholds.b[j]!);
    this.#bounds[j] = Number.NaN;
    if (crossing === Infinity) this.#leave(j, t);
    else this.#heap.set(j, crossing === t ? t : Math.max(snap(crossing), t + TICK));
  }

  #endRound(t: number): void {
    this.#s.clock[ROUND] = this.#s.steps[10] = t;
  }

  /** Begins a round at t, or none while nobody could reach the threshold without arrivals, and looks at those who may within it. */
  #nextRound(t: number): void {
    const { u, fields } = this.#s;
    const end = t + this.#round;
    let anyone = false;
    this.#endRound(Infinity);
    for (let j = 0, o = fields - 1; j < this.size; j++, o += fields) {
      const until = u[o]!;
      if (until === Infinity) continue;
      anyone = true;
      if (until >= 0 && until < end) this.#look(j, t);
    }
    if (anyone) this.#endRound(end);
  }

  /** Nothing is to come of a neuron unless something arrives. */
  #leave(j: number, t: number): void {
    this.#s.u[this.#s.fields * (j + 1) - 1] = Infinity;
    this.#wheel.set(j, Infinity, t);
    this.#heap.set(j, Infinity);
  }
}
