import { sampler } from '../../core/declare/distribution.ts';
import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import { type Edges, testedOf, weightTo } from '../../core/graph/edges.ts';
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
import { RefractoryQueue } from '../parts/refractoryQueue.ts';
import { ThresholdNoise } from '../parts/thresholdNoise.ts';
import type { LifParams } from './params.ts';
import { deliverRow, stretchOf } from './stretchOf.ts';
import { TouchedRows } from './touchedRows.ts';

/** Indices into `clock`: reference time of u; potentials are clamped at reset until `HELD`. */
const T0 = 0;
const HELD = 1;

/** Scaled potentials are brought back to scale 1 after this many time constants (the scale is 2.4e17 then). */
const REBASE = 40;
const REFRACTORY = Number.NEGATIVE_INFINITY;

/**
 * LIF with delta currents. With s = e^((t - t0)/tau) shared by all neurons the state is u = (V - Vinf) s, which no decay
 * touches: an arrival is u += w s, threshold is u >= (theta - Vinf) s. A refractory neuron has u = -Infinity, so
 * that the inner loop need not ask. Without a suprathreshold current, a decaying threshold or input kept through
 * refractoriness a neuron can fire only at an arrival; else its next crossing is predicted.
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
  readonly #refractory: number;
  readonly #predicts: boolean;
  readonly #u: Floats;
  readonly #queue: RefractoryQueue;
  /** Input during refractoriness as it will be at the release, mV; empty when it is discarded. */
  readonly #kept: Float64Array;
  readonly #clock: Float64Array;
  readonly #heap: IndexedHeap;
  readonly #kernels: Kernels;
  readonly #saved: Floats;
  readonly #hits: Uint32Array;
  readonly #scaleNow;
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
    this.#refractory = snap(p.refractory);
    this.#scaleNow = { t0: 0, rate: this.#rate, cells: cellsFor(this.#rate) };
    this.#kernels = arena.kernels;
    this.#saved = arena.floats(p.precision, n);
    this.#hits = arena.u32(n + 1);
    const marks = arena.u8(n);
    this.#held = new HeldGroups(n, groups, arena);
    this.thresholds = new AdaptiveThreshold(p, this.#vInf, arena, groups);
    const { thresholdNoise: noise } = p;
    this.thresholdNoise = noise ? new ThresholdNoise(noise.sd, p.reset, this.thresholds, context) : null;
    const keeps = p.refractoryInput === 'integrate' && this.#refractory > 0;
    const lowest = Math.min(p.threshold, p.homeostasis?.minimum ?? p.threshold);
    const drives = noise ? this.#vInf > p.reset : this.#vInf >= lowest;
    this.#predicts = keeps || drives || this.thresholds.rate > 0;
    this.takesBlocks = !this.#predicts;
    this.#u = arena.floats(p.precision, n);
    this.#kept = arena.f64(keeps ? n : 0);
    this.#queue = new RefractoryQueue(this.#refractory > 0 ? n : 0, arena);
    this.#clock = arena.f64(2);
    this.#clock[HELD] = Number.NEGATIVE_INFINITY;
    this.#heap = new IndexedHeap(arena.f64(this.#predicts ? n : 0));
    this.state = {
      u: this.#u,
      kept: this.#kept,
      clock: this.#clock,
      predicted: this.#heap.times,
      ...this.#queue.state,
      ...this.thresholds.state,
      ...this.thresholdNoise?.state,
      ...(groups > 1 && this.#held.state),
    };
    const parts = { u: this.#u, thresholds: this.thresholds, scale: this.#scaleNow, span: REBASE / this.#rate };
    const work = { refractory: this.#refractory, reset: p.reset - this.#vInf, marks, hits: this.#hits };
    this.#delta = { ...parts, ...work, ...this.#queue.state };
    const draw = sampler(p.initial, new Stream(seed, `${name}/initial`), `${name}.initial`);
    for (let j = 0; j < n; j++) this.#u[j] = draw() - this.#vInf;
    this.#predictAll(0);
  }

  get next(): number {
    return this.#heap.next;
  }

  restored(): void {
    this.#heap.rebuild();
    this.thresholds.restored();
  }

  potential(neuron: number, t: number): number {
    if (t < this.#clock[HELD]!) return this.#p.reset;
    const u = this.#u[neuron]!;
    if (u !== REFRACTORY) return this.#vInf + u * exp((this.#clock[T0]! - t) * this.#rate);
    const release = this.#held.releaseOf(neuron, this.#queue);
    if (t < release) return this.#p.reset;
    return this.#vInf + (this.#released(neuron) - this.#vInf) * exp((release - t) * this.#rate);
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
    if (!this.#predicts) return;
    if (this.#u[neuron] !== REFRACTORY) this.#predict(neuron, t);
    else this.#predict(neuron, this.#held.releaseOf(neuron, this.#queue), this.#released(neuron));
  }

  receive(edges: Edges, row: number, factor: number, t: number): void {
    const s = this.#scale(t);
    if (this.#kept.length > 0 && this.#queue.length > 0) this.#keep(edges, row, factor, t);
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
      const until = Math.min(this.#queue.next, this.#held.next, this.#clock[T0]! + REBASE / this.#rate);
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
    if (this.#refractory > 0) {
      this.#u[neuron] = REFRACTORY;
      this.#queue.push(neuron, t + this.#refractory);
      if (this.#kept.length > 0) this.#kept[neuron] = 0;
      if (this.#predicts) this.#predict(neuron, t + this.#refractory, this.#p.reset);
    } else {
      this.#u[neuron] = (this.#p.reset - this.#vInf) * this.#scale(t);
      if (this.#predicts) this.#predict(neuron, t);
    }
    if (this.#p.homeostasis) this.#predictAll(t); // all thresholds have moved
  }

  inhibit(t: number, until: number): void {
    this.#advance(t);
    this.thresholdNoise?.renewAll();
    this.#setReference(until);
    this.#clock[HELD] = until;
    this.#u.fill(this.#p.reset - this.#vInf);
    this.#kept.fill(0);
    while (this.#queue.next <= until) this.#queue.shift();
    for (let k = 0; k < this.#queue.length; k++) this.#u[this.#queue.neuron(k)] = REFRACTORY;
    this.#predictAll(until);
  }

  inhibitGroup(group: number, t: number, until: number): void {
    this.#advance(t);
    const [from, to] = [group * this.#held.size, (group + 1) * this.#held.size];
    this.thresholdNoise?.renew(from, to);
    this.#u.fill(REFRACTORY, from, to);
    this.#kept.fill(0, from, to);
    this.#held.hold(group, until);
    this.#advance(t);
    for (let j = from; this.#predicts && j < to; j++)
      if (this.#u[j] === REFRACTORY) this.#predict(j, this.#held.releaseOf(j, this.#queue), this.#p.reset);
      else this.#predict(j, t);
  }

  rest(t: number): void {
    this.#held.clear();
    this.#setReference(t);
    this.thresholdNoise?.renewAll();
    this.#u.fill(-this.#vInf);
    this.#queue.clear();
    this.#clock[HELD] = Number.NEGATIVE_INFINITY;
    this.#touched.clear();
    this.#predictAll(t);
  }

  /** Scale of u at t, after refractory neurons due by then were released. */
  #scale(t: number): number {
    this.#advance(t);
    return scaleAt(t, this.#clock[T0]!, this.#rate, this.#scaleNow.cells);
  }

  /** Releases the refractory neurons due by t and keeps the scale in range. */
  #advance(t: number): void {
    while (this.#queue.next <= t) {
      const release = this.#queue.next;
      const scale = this.#keepInRange(release);
      const neuron = this.#queue.shift();
      if (this.#held.until(neuron) > release) continue; // it listens again with its group
      this.#u[neuron] = (this.#released(neuron) - this.#vInf) * scale;
    }
    while (this.#held.next <= t) {
      const scale = this.#keepInRange(this.#held.next);
      this.#held.wake(this.#u, (this.#p.reset - this.#vInf) * scale, this.#queue, REFRACTORY);
    }
    if ((t - this.#clock[T0]!) * this.#rate >= REBASE) this.#rebase(t);
  }

  /** Scale of u at t, where a neuron is released; values are brought back to scale 1 before it is too large. */
  #keepInRange(t: number): number {
    if ((t - this.#clock[T0]!) * this.#rate >= REBASE) this.#rebase(t);
    return exp((t - this.#clock[T0]!) * this.#rate);
  }

  #released(neuron: number): number {
    return this.#p.reset + (this.#kept[neuron] ?? 0);
  }

  /** Moves the reference time of u to t; values stay what they are. */
  #rebase(t: number): void {
    const factor = exp((this.#clock[T0]! - t) * this.#rate);
    for (let j = 0; j < this.size; j++) if (this.#u[j] !== REFRACTORY) this.#u[j]! *= factor;
    this.#setReference(t);
  }

  #setReference(t: number): void {
    this.#clock[T0] = t;
    this.thresholds.rebase(t);
  }

  /** Lists the targets of a row that are at or above threshold; predicts for the others. */
  #testRow(edges: Edges, row: number, t: number): void {
    const s = this.#scale(t);
    const round = this.#u instanceof Float32Array ? Math.fround : (x: number) => x;
    const base = round((this.thresholds.origin - this.#vInf) * s);
    const scale = round(s * this.thresholds.decay(t));
    const [targets, b] = [edges.targets, this.thresholds.b];
    const [start, end] = testedOf(edges, row);
    for (let k = start; k < end; k++) {
      const j = targets === null ? k - start : targets[k]!;
      if (this.#u[j]! >= round(base + round(b[j]! * scale))) {
        this.fired[this.firedCount++] = j;
        if (this.firedCount > this.size) this.firedCount = sortUnique(this.fired, this.firedCount);
      } else if (this.#u[j] !== REFRACTORY) {
        this.#predict(j, t);
      }
    }
    if (!edges.distinct) this.firedCount = sortUnique(this.fired, this.firedCount);
  }

  #testAll(t: number): void {
    this.firedCount = this.#kernels.thresholdScan(this.#u, this.thresholds.b, this.#scale(t), this.#hits);
    this.fired.set(this.#hits.subarray(0, this.firedCount));
  }

  #keep(edges: Edges, row: number, factor: number, t: number): void {
    for (let q = 0; q < this.#queue.length; q++) {
      const neuron = this.#queue.neuron(q);
      if (this.#held.until(neuron) > t) continue;
      const input = weightTo(edges, row, neuron);
      if (input === 0) continue;
      const release = this.#queue.release(q);
      this.#kept[neuron]! += input * factor * exp((t - release) * this.#rate);
      this.#predict(neuron, release, this.#released(neuron));
    }
  }

  #predictAll(t: number): void {
    if (!this.#predicts) return;
    for (let j = 0; j < this.size; j++) if (this.#u[j] !== REFRACTORY) this.#predict(j, t);
    for (let k = 0; k < this.#queue.length; k++) {
      const neuron = this.#queue.neuron(k);
      const release = Math.max(this.#queue.release(k), this.#held.until(neuron));
      this.#predict(neuron, release, this.#released(neuron));
    }
  }

  /** Schedules the crossing of a neuron that is at v at time t, if nothing arrives. */
  #predict(neuron: number, t: number, v = this.potential(neuron, t)): void {
    const wait = this.thresholds.wait(neuron, t, v, this.#vInf, this.#p.tau);
    this.#heap.set(neuron, wait === 0 ? t : Math.max(t + snap(wait), t + TICK));
  }
}
