import { sampler } from '../../core/declare/distribution.ts';
import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import { type Edges, testedOf } from '../../core/graph/edges.ts';
import type { NeuronHooks } from '../../core/hooks.ts';
import type { Floats } from '../../core/kernels/arena.ts';
import type { DeltaState, Kernels } from '../../core/kernels/kernels.ts';
import { cellsFor, exp, scaleAt } from '../../core/math.ts';
import type { NeuronModel } from '../../core/model.ts';
import { Stream } from '../../core/random/random.ts';
import { snap, TICK } from '../../core/time.ts';
import { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { sortUnique, takeHits } from '../parts/fired.ts';
import { HeldGroups } from '../parts/heldGroups.ts';
import { IndexedHeap } from '../parts/indexedHeap.ts';
import { ThresholdNoise } from '../parts/thresholdNoise.ts';
import type { LifParams } from './params.ts';
import { Refractory } from './refractory.ts';
import { deliverRow, stretchOf } from './stretchOf.ts';
import { TouchedRows } from './touchedRows.ts';

/** Indices into `clock`: reference time of u; potentials are clamped at reset until `HELD`. */
const T0 = 0;
const HELD = 1;

/** Scaled potentials are brought back to scale 1 after this many time constants (the scale is 2.4e17 then). */
const REBASE = 40;

/** Rounds to the precision of these numbers. */
const rounding = (u: Floats): ((x: number) => number) => (u instanceof Float32Array ? Math.fround : (x) => x);

/**
 * LIF with delta currents. With s = e^((t - t0)/tau) shared by all neurons the state is u = (V - Vinf) s, which no decay
 * touches: an arrival is u += w s, threshold is u >= (theta - Vinf) s; for refractory neurons see `Refractory`. Without a
 * suprathreshold current or a decaying threshold a neuron can fire only at an arrival, or at its release when input is kept; else
 * its next crossing is predicted.
 */
export class LifDelta implements NeuronModel, Pick<NeuronHooks, 'stretch' | 'delta'> {
  readonly size: number;
  readonly fired: Uint32Array;
  firedCount = 0;
  readonly thresholds: AdaptiveThreshold;
  readonly thresholdNoise: ThresholdNoise | null;
  readonly takesBlocks: boolean;
  readonly state;
  readonly #p: LifParams;
  readonly #vInf: number;
  readonly #rate: number;
  readonly #hold: number;
  readonly #predicts: boolean;
  readonly #u: Floats;
  readonly #refractory: Refractory;
  readonly #clock: Float64Array;
  readonly #heap: IndexedHeap;
  readonly #kernels: Kernels;
  readonly #saved: Floats;
  readonly #hits: Uint32Array;
  readonly #scaleNow = { t0: 0, rate: 0, cells: 0 };
  readonly #delta: DeltaState;
  readonly #touched = new TouchedRows();
  /** Groups that are inhibited by themselves, with potentials of -Infinity as in refractoriness. */
  readonly #held: HeldGroups;

  constructor(p: LifParams, context: ModelContext) {
    const { arena, seed, name, groups = 1 } = context;
    const n = p.size;
    arena.reserve(n * 32, `${name} with ${n} neurons`);
    this.#p = p;
    this.size = n;
    this.fired = new Uint32Array(n + 1);
    this.#vInf = (p.current * p.tau) / p.capacitance;
    this.#rate = 1 / p.tau;
    this.#hold = snap(p.refractory);
    this.#scaleNow.rate = this.#rate;
    this.#scaleNow.cells = cellsFor(this.#rate);
    this.#kernels = arena.kernels;
    this.#saved = arena.floats(p.precision, n);
    this.#hits = arena.u32(n + 1);
    this.#held = new HeldGroups(n, groups, arena);
    this.thresholds = new AdaptiveThreshold(p, this.#vInf, arena, groups);
    const { thresholdNoise: noise } = p;
    this.thresholdNoise = noise ? new ThresholdNoise(noise.sd, p.reset, this.thresholds, context) : null;
    const lowest = Math.min(p.threshold, p.homeostasis?.minimum ?? p.threshold);
    const drives = noise ? this.#vInf > p.reset : this.#vInf >= lowest;
    this.#predicts = drives || this.thresholds.rate > 0;
    this.#u = arena.floats(p.precision, n);
    this.#clock = arena.f64(2);
    this.#clock[HELD] = Number.NEGATIVE_INFINITY;
    const { precision, reset } = p;
    const scaled = { u: this.#u, thresholds: this.thresholds, clock: this.#clock, precision, reset };
    const moved = { rate: this.#rate, vInf: this.#vInf, refractory: this.#hold };
    const refractory = new Refractory({ ...scaled, ...moved }, p.refractoryInput === 'integrate', arena);
    this.#refractory = refractory;
    const { keeps } = refractory;
    this.takesBlocks = !this.#predicts && !keeps;
    this.#heap = new IndexedHeap(arena.f64(this.#predicts || keeps ? n : 0));
    this.state = {
      u: this.#u,
      clock: this.#clock,
      predicted: this.#heap.times,
      ...refractory.state,
      ...this.thresholds.state,
      ...this.thresholdNoise?.state,
      ...(groups > 1 && this.#held.state),
    };
    const parts = { u: this.#u, bar: refractory.bar, thresholds: this.thresholds, keeps };
    const time = { scale: this.#scaleNow, span: REBASE / this.#rate };
    const work = { refractory: this.#hold, reset: reset - this.#vInf, marks: arena.u8(n), hits: this.#hits };
    this.#delta = { ...parts, ...time, ...work, ...refractory.queue.state };
    const draw = sampler(p.initial, new Stream(seed, `${name}/initial`), `${name}.initial`);
    for (let j = 0; j < n; j++) this.#u[j] = draw() - this.#vInf;
    this.#predictAll(0);
  }

  get next(): number {
    const { keeps, queue } = this.#refractory;
    return keeps ? Math.min(this.#heap.next, queue.next) : this.#heap.next;
  }

  restored(): void {
    this.thresholds.restored();
    this.#refractory.restored();
    this.#heap.rebuild();
  }

  potential(neuron: number, t: number): number {
    if (t < this.#clock[HELD]!) return this.#p.reset;
    const { queue } = this.#refractory;
    const release = this.#refractory.is(neuron) ? this.#held.releaseOf(neuron, queue) : Number.NEGATIVE_INFINITY;
    if (t < release) return this.#p.reset;
    const u = this.#u[neuron]!;
    if (u !== Number.NEGATIVE_INFINITY) return this.#vInf + u * exp((this.#clock[T0]! - t) * this.#rate);
    return this.#vInf + (this.#p.reset - this.#vInf) * exp((release - t) * this.#rate);
  }

  margin(neuron: number, t: number): number {
    return this.potential(neuron, t) - this.thresholds.at(neuron, t);
  }

  /** Sets a threshold, as for an imported network. */
  setThreshold(neuron: number, t: number, mV: number): void {
    if (!this.#predicts && mV <= this.#vInf) {
      throw new UserError(`threshold ${mV} mV lies below ${this.#vInf} mV, where the constant current alone leads.`);
    }
    (this.thresholdNoise ?? this.thresholds).set(neuron, t, mV);
    this.#refractory.setBars();
    if (this.#predicts) this.#predictOne(neuron, t);
  }

  receive(edges: Edges, row: number, factor: number, t: number): void {
    const s = this.#scale(t);
    deliverRow(this.#kernels, this.#u, edges, row, factor * s);
    this.#touched.add(edges, row);
  }

  settle(t: number): void {
    this.firedCount = 0;
    const { count, dense, edges, rows } = this.#touched;
    if (count > 0 && !this.#predicts) {
      if (dense) this.#testAll(t);
      else this.firedCount = this.#touched.test(this.#kernels, this.#delta, this.#scale(t), this.fired);
    } else {
      for (let i = 0; i < count; i++) {
        this.#testRow(edges[i]!, rows[i]!, t);
        if (edges[i]!.targets === null) break; // all were tested
      }
      if (count > 1) this.firedCount = sortUnique(this.fired, this.firedCount);
    }
    this.#touched.clear();
  }

  stretch(edges: Edges, times: Float64Array, rows: Uint32Array, from: number, to: number): number {
    if (this.#predicts || !edges.distinct || (edges.targets === null && edges.weights === null)) return 0;
    this.firedCount = 0;
    for (let k = from; k < to; ) {
      this.#advance(times[k]!);
      const until = Math.min(this.#refractory.queue.next, this.#held.next, this.#clock[T0]! + REBASE / this.#rate);
      this.#scaleNow.t0 = this.#clock[T0]!;
      const taken = stretchOf(this.#kernels, this.#delta, this.#saved, this.#held, edges, times, rows, k, to, until);
      k += Math.abs(taken);
      if (taken >= 0) continue;
      if (edges.targets === null) this.#testAll(times[k - 1]!);
      else this.firedCount = takeHits(this.#hits, this.fired);
      return k - from;
    }
    return to - from;
  }

  delta(t: number): DeltaState | null {
    if (this.#predicts || !this.thresholds.fixed || this.thresholdNoise !== null) return null;
    this.#advance(t);
    this.#scaleNow.t0 = this.#clock[T0]!;
    return this.#delta;
  }

  cross(t: number): void {
    this.firedCount = 0;
    if (this.#refractory.keeps && !this.#predicts) this.#testReleased(t);
    this.#advance(t);
    while (this.#heap.next <= t) {
      const neuron = this.#heap.first;
      this.#heap.set(neuron, Number.POSITIVE_INFINITY);
      this.fired[this.firedCount++] = neuron;
    }
    this.fired.subarray(0, this.firedCount).sort();
  }

  spike(neuron: number, t: number): void {
    this.#advance(t);
    (this.thresholdNoise ?? this.thresholds).spike(neuron, t);
    if (this.#hold > 0) {
      this.#refractory.clamp(neuron, t + this.#hold);
      this.#refractory.queue.push(neuron, t + this.#hold);
      if (this.#predicts) this.#predict(neuron, t + this.#hold, this.#p.reset);
    } else {
      this.#u[neuron] = (this.#p.reset - this.#vInf) * this.#scale(t);
      if (this.#predicts) this.#predict(neuron, t);
    }
    if (!this.#p.homeostasis) return;
    this.#refractory.setBars(); // all thresholds have moved
    this.#predictAll(t);
  }

  inhibit(t: number, until: number): void {
    this.#advance(t);
    this.thresholdNoise?.renewAll();
    this.#setReference(until);
    this.#clock[HELD] = until;
    this.#u.fill(this.#p.reset - this.#vInf);
    const { queue } = this.#refractory;
    while (queue.next <= until) queue.shift();
    this.#refractory.setBars();
    for (let k = 0; k < queue.length; k++) this.#refractory.clamp(queue.neuron(k), queue.release(k));
    this.#predictAll(until);
  }

  inhibitGroup(group: number, t: number, until: number): void {
    this.#advance(t);
    const [from, to] = [group * this.#held.size, (group + 1) * this.#held.size];
    this.thresholdNoise?.renew(from, to);
    this.#u.fill(Number.NEGATIVE_INFINITY, from, to);
    this.#held.hold(group, until);
    this.#advance(t);
    for (let j = from; this.#predicts && j < to; j++) this.#predictOne(j, t);
  }

  rest(t: number): void {
    this.#held.clear();
    this.#setReference(t);
    this.thresholdNoise?.renewAll();
    this.#u.fill(-this.#vInf);
    this.#refractory.queue.clear();
    this.#refractory.setBars();
    this.#clock[HELD] = Number.NEGATIVE_INFINITY;
    this.#touched.clear();
    this.#predictAll(t);
  }

  /** Scale of u at t, after refractory neurons due by then were released. */
  #scale(t: number): number {
    this.#advance(t);
    return scaleAt(t, this.#clock[T0]!, this.#rate, this.#scaleNow.cells);
  }

  /** Releases the refractory neurons and groups due by t and keeps the scale in range. */
  #advance(t: number): void {
    const { queue } = this.#refractory;
    while (queue.next <= t) this.#release();
    while (this.#held.next <= t) this.#wake();
    this.#keepInRange(t);
  }

  /** Values are brought back to scale 1 before it is too large at t. */
  #keepInRange(t: number): void {
    if ((t - this.#clock[T0]!) * this.#rate >= REBASE) this.#rebase(t);
  }

  #release(): number {
    const release = this.#refractory.queue.next;
    this.#keepInRange(release);
    const neuron = this.#refractory.release();
    if (this.#held.until(neuron) > release) this.#u[neuron] = Number.NEGATIVE_INFINITY; // it listens again with its group
    return neuron;
  }

  /** Lets the next held group listen again, from reset, but for neurons that are refractory still. */
  #wake(): void {
    const t = this.#held.next;
    this.#keepInRange(t);
    const [from, to] = this.#held.wake();
    this.#u.fill((this.#p.reset - this.#vInf) * exp((t - this.#clock[T0]!) * this.#rate), from, to);
    const { queue } = this.#refractory;
    for (let k = 0; k < queue.length; k++) {
      const neuron = queue.neuron(k);
      if (neuron >= from && neuron < to) this.#refractory.clamp(neuron, queue.release(k));
    }
  }

  /** Releases the neurons due at t, and lists those that what came in the meantime has brought to threshold. */
  #testReleased(t: number): void {
    const { queue, bar } = this.#refractory;
    const round = rounding(this.#u);
    while (queue.next <= t) {
      const neuron = this.#release();
      const s = round(scaleAt(t, this.#clock[T0]!, this.#rate, this.#scaleNow.cells));
      if (this.#u[neuron]! >= round(bar[neuron]! * s)) this.fired[this.firedCount++] = neuron;
    }
  }

  /** Moves the reference time of u to t; values stay what they are. */
  #rebase(t: number): void {
    const factor = exp((this.#clock[T0]! - t) * this.#rate);
    for (let j = 0; j < this.size; j++) if (this.#u[j] !== Number.NEGATIVE_INFINITY) this.#u[j]! *= factor;
    this.#setReference(t);
  }

  #setReference(t: number): void {
    this.#clock[T0] = t;
    this.thresholds.rebase(t);
  }

  /** Lists the targets of a row that are at or above threshold; predicts for the others. */
  #testRow(edges: Edges, row: number, t: number): void {
    const s = this.#scale(t);
    const round = rounding(this.#u);
    const base = round((this.thresholds.origin - this.#vInf) * s);
    const scale = round(s * this.thresholds.decay(t));
    const [targets, b] = [edges.targets, this.thresholds.b];
    const [start, end] = testedOf(edges, row);
    for (let k = start; k < end; k++) {
      const j = targets === null ? k - start : targets[k]!;
      if (this.#refractory.is(j)) {
        if (this.#refractory.keeps) this.#predictOne(j, t);
      } else if (this.#u[j]! >= round(base + round(b[j]! * scale))) {
        this.fired[this.firedCount++] = j;
        if (this.firedCount > this.size) this.firedCount = sortUnique(this.fired, this.firedCount);
      } else {
        this.#predict(j, t);
      }
    }
    if (!edges.distinct) this.firedCount = sortUnique(this.fired, this.firedCount);
  }

  /** Lists the neurons at or above threshold. */
  #testAll(t: number): void {
    this.firedCount = this.#kernels.thresholdScan(this.#u, this.#refractory.bar, this.#scale(t), this.#hits);
    this.fired.set(this.#hits.subarray(0, this.firedCount));
  }

  #predictAll(t: number): void {
    if (!this.#predicts) return;
    for (let j = 0; j < this.size; j++)
      if (!this.#refractory.is(j)) this.#predict(j, t);
      else if (this.#held.until(j) > t) this.#predict(j, this.#held.until(j), this.#p.reset);
    const { queue } = this.#refractory;
    for (let k = 0; k < queue.length; k++) {
      const neuron = queue.neuron(k);
      const release = Math.max(queue.release(k), this.#held.until(neuron));
      this.#predict(neuron, release, this.#refractory.potential(neuron, release));
    }
  }

  /** The same for one that may be refractory or held, as seen at t. */
  #predictOne(neuron: number, t: number): void {
    if (this.#refractory.is(neuron)) {
      const release = this.#held.releaseOf(neuron, this.#refractory.queue);
      this.#predict(neuron, release, this.#refractory.potential(neuron, release));
    } else {
      this.#predict(neuron, t);
    }
  }

  /** Schedules the crossing of a neuron that is at v at time t, if nothing arrives. */
  #predict(neuron: number, t: number, v = this.potential(neuron, t)): void {
    const wait = this.thresholds.wait(neuron, t, v, this.#vInf, this.#p.tau);
    this.#heap.set(neuron, wait === 0 ? t : Math.max(t + snap(wait), t + TICK));
  }
}
