import { UserError } from '../../core/declare/errors.ts';
import type { ModelContext } from '../../core/factories.ts';
import { type Edges, testedRange } from '../../core/graph/edges.ts';
import type { NeuronHooks } from '../../core/hooks.ts';
import type { Floats } from '../../core/kernels/arena.ts';
import type { DeltaState } from '../../core/kernels/kernelInputs.ts';
import type { NeuronModel } from '../../core/model.ts';
import { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { sortUnique, takeHits } from '../parts/fired.ts';
import { HeldGroups } from '../parts/heldGroups.ts';
import { IndexedHeap } from '../parts/indexedHeap.ts';
import { initialOf } from '../parts/params.ts';
import { ThresholdNoise } from '../parts/thresholdNoise.ts';
import { addRowScaled, DeltaRows } from './deltaRows.ts';
import { DeltaScales, roundingOf } from './deltaScales.ts';
import { Membranes } from './membranes.ts';
import type { LifParams } from './params.ts';
import { Predictions } from './predictions.ts';
import { Race } from './race.ts';
import { Refractory } from './refractory.ts';
import { TouchedRows } from './touchedRows.ts';

/**
 * LIF with delta currents. With s = e^((t - t0)/tau), shared by all neurons of that tau, the state is u = (V - Vinf) s, which no decay
 * touches: an arrival is u += w s, threshold is u >= (theta - Vinf) s; for refractory neurons see `Refractory`. Kernels serve one tau;
 * all else may differ. A crossing without an arrival, from a current or a falling threshold, is predicted where there can be one.
 */
export class LifDelta implements NeuronModel, Partial<NeuronHooks> {
  readonly size: number;
  readonly fired: Uint32Array;
  firedCount = 0;
  readonly thresholds: AdaptiveThreshold;
  readonly thresholdNoise: ThresholdNoise | null;
  readonly takesBlocks: boolean;
  readonly state;
  readonly #m: Membranes;
  readonly #s: DeltaScales;
  readonly #predicts: boolean;
  readonly #u: Floats;
  readonly #refractory: Refractory;
  readonly #heap: IndexedHeap;
  readonly #predictions: Predictions;
  readonly #rows: DeltaRows;
  readonly #hits: Uint32Array;
  readonly #race: Race | null;
  readonly #delta: DeltaState;
  readonly #touched = new TouchedRows();
  /** Groups that are inhibited by themselves, with potentials of -Infinity as in refractoriness. */
  readonly #held: HeldGroups;

  constructor(p: LifParams, context: ModelContext) {
    const { arena, name, groups = 1 } = context;
    const n = (this.size = p.size);
    arena.reserve(n * 40, `${name} with ${n} neurons`);
    this.fired = new Uint32Array(n + 1);
    const membranes = (this.#m = new Membranes(p, context, (pA, tau, capacitance) => (pA * tau) / capacitance));
    const scales = (this.#s = new DeltaScales(membranes.tau, arena));
    this.#hits = arena.u32(n + 1);
    this.#held = new HeldGroups(n, groups, arena);
    this.thresholds = new AdaptiveThreshold(p, membranes.threshold, membranes.vInf, arena, groups);
    const { sd = 0 } = p.thresholdNoise ?? {};
    this.thresholdNoise = sd > 0 ? new ThresholdNoise(sd, membranes.floor, this.thresholds, context) : null;
    this.#predicts = membranes.drives(p) || this.thresholds.rate > 0;
    this.#u = arena.floats(p.precision, n);
    const scaled = { u: this.#u, thresholds: this.thresholds, precision: p.precision, scales, membranes };
    const refractory = (this.#refractory = new Refractory(scaled, p.refractoryInput === 'integrate', arena));
    const { keeps } = refractory;
    this.takesBlocks = !this.#predicts && !keeps && scales.shared;
    this.#heap = new IndexedHeap(this.#predicts || keeps ? n : 0, arena);
    this.state = {
      u: this.#u,
      clock: scales.clock,
      predicted: this.#heap.times,
      ...refractory.state,
      ...this.thresholds.state,
      ...this.thresholdNoise?.state,
      ...(groups > 1 && this.#held.state),
      ...membranes.changes?.state,
    };
    const parts = { u: this.#u, bar: refractory.bar, thresholds: this.thresholds, keeps, scale: scales };
    const each = { refractory: membranes.refractory.values, floor: membranes.floor.values };
    const work = { ...each, marks: arena.u8(n), hits: this.#hits };
    this.#delta = { ...parts, ...work, until: 0, ...refractory.queue.state };
    this.#rows = new DeltaRows(this.#delta, this.#held, arena);
    const racing = { ...scaled, rows: this.#rows, held: this.#held, hits: this.#hits };
    this.#race = Race.of({ ...racing, advance: (t) => this.#advance(t) }, this.takesBlocks, groups, arena);
    const draw = initialOf(p, n, context);
    for (let j = 0; j < n; j++) this.#u[j] = draw() - membranes.vInf.at(j);
    this.#predictions = new Predictions({
      ...{ heap: this.#heap, thresholds: this.thresholds, refractory, held: this.#held, membranes },
      potential: (neuron, t) => this.potential(neuron, t),
    });
    if (this.#predicts) this.#predictions.all(0);
  }

  get next(): number {
    const { keeps, queue } = this.#refractory;
    return Math.min(this.#heap.next, keeps ? queue.next : Infinity, this.#m.change);
  }

  restored(): void {
    this.#m.restored();
    this.#s.restored();
    this.thresholds.restored();
    this.#held.restored();
    this.#refractory.restored();
    this.#heap.rebuild();
  }

  potential(neuron: number, t: number): number {
    const reset = this.#m.reset.at(neuron);
    if (t < this.#s.held) return reset;
    const is = this.#refractory.is(neuron);
    const release = is ? this.#held.releaseOf(neuron, this.#refractory.queue) : -Infinity;
    if (t < release) return reset;
    const u = this.#u[neuron]!;
    const vInf = this.#m.vInf.at(neuron);
    if (u !== -Infinity) return vInf + u * this.#s.left(neuron, t);
    return vInf + (reset - vInf) * this.#s.after(neuron, t - release);
  }

  overshoot(neuron: number, t: number): number {
    return this.potential(neuron, t) - this.thresholds.at(neuron, t);
  }

  /** Sets a threshold, as for an imported network. */
  setThreshold(neuron: number, t: number, mV: number): void {
    const highest = this.#m.highest(neuron);
    if (!this.#predicts && mV <= highest)
      throw new UserError(`threshold ${mV} mV lies below ${highest} mV, where the constant current alone leads.`);
    (this.thresholdNoise ?? this.thresholds).set(neuron, t, mV);
    this.#refractory.setBars();
    if (this.#predicts) this.#predictions.one(neuron, t);
  }

  receive(edges: Edges, row: number, factor: number, t: number): void {
    this.#advance(t);
    if (this.#s.shared) this.#rows.add(edges, row, factor * this.#s.at(0, t));
    else addRowScaled(this.#u, edges, row, factor, this.#s, t);
    this.#touched.add(edges, row);
  }

  testThresholds(t: number): void {
    this.firedCount = 0;
    const { count, dense, edges, rows } = this.#touched;
    if (count > 0 && !this.#predicts && this.#s.shared) {
      this.#advance(t);
      if (dense) this.#testAll(t);
      else this.firedCount = this.#touched.test(this.#rows, this.#delta, this.#s.at(0, t), this.fired);
    } else {
      for (let i = 0; i < count; i++) {
        this.#testRow(edges[i]!, rows[i]!, t);
        if (edges[i]!.targets === null) break; // all were tested
      }
      if (count > 1) this.firedCount = sortUnique(this.fired, this.firedCount);
    }
    this.#touched.clear();
  }

  receiveUntilSpike(edges: Edges, times: Float64Array, rows: Uint32Array, from: number, to: number): number {
    if (this.#predicts || !this.#s.shared || !edges.distinct || (edges.targets === null && edges.weights === null))
      return 0;
    this.firedCount = 0;
    for (let k = from; k < to; ) {
      this.#advance(times[k]!);
      const until = Math.min(this.#refractory.queue.next, this.#held.next, this.#s.t0 + this.#s.span);
      const taken = this.#rows.deliverUntilSpike(edges, times, rows, k, to, until);
      k += Math.abs(taken);
      if (taken >= 0) continue;
      if (edges.targets === null) this.#testAll(times[k - 1]!);
      else this.firedCount = takeHits(this.#hits, this.fired);
      return k - from;
    }
    return to - from;
  }

  receivePastSpikes(...arrivals: Parameters<NeuronHooks['receivePastSpikes']>): number {
    return this.#race !== null && this.thresholdNoise === null ? this.#race.take(...arrivals) : 0;
  }

  deltaState(t: number): DeltaState | null {
    if (this.#predicts || !this.#s.shared || !this.thresholds.fixed || this.thresholdNoise !== null) return null;
    this.#advance(t);
    this.#delta.until = Math.min(this.#s.t0 + this.#s.span, this.#m.change);
    return this.#delta;
  }

  collectCrossings(t: number): void {
    this.firedCount = 0;
    if (this.#refractory.keeps && !this.#predicts) this.#testReleased(t);
    this.#advance(t);
    while (this.#heap.next <= t) {
      const neuron = this.#heap.first;
      this.#heap.set(neuron, Infinity);
      this.fired[this.firedCount++] = neuron;
    }
    this.fired.subarray(0, this.firedCount).sort();
    if (this.#m.change <= t) this.#makeChange(t);
  }

  postSpikeReset(neuron: number, t: number): void {
    this.#advance(t);
    (this.thresholdNoise ?? this.thresholds).spike(neuron, t);
    const hold = this.#m.refractory.at(neuron);
    if (hold > 0) {
      this.#refractory.clamp(neuron, t + hold);
      this.#refractory.queue.push(neuron, t + hold);
      if (this.#predicts) this.#predictions.at(neuron, t + hold, this.#m.reset.at(neuron));
    } else {
      this.#u[neuron] = this.#m.floor.at(neuron) * this.#s.at(neuron, t);
      if (this.#predicts) this.#predictions.at(neuron, t);
    }
    if (this.thresholds.lowest === -Infinity) return;
    this.#refractory.setBars(); // all thresholds have moved
    if (this.#predicts) this.#predictions.all(t);
  }

  inhibit(t: number, until: number): void {
    this.#advance(t);
    this.thresholdNoise?.renewAll();
    this.#setReference(until);
    this.#s.held = until;
    while (this.#refractory.queue.next <= until) this.#refractory.queue.shift();
    this.#refractory.setBars();
    this.#startAgain(0, this.size, until);
    if (this.#predicts) this.#predictions.all(until);
  }

  inhibitGroup(group: number, t: number, until: number): void {
    this.#advance(t);
    const [from, to] = [group * this.#held.size, (group + 1) * this.#held.size];
    this.thresholdNoise?.renew(from, to);
    this.#held.hold(group, until, t);
    if (until <= t) this.#startAgain(from, to, t);
    else for (let j = from; j < to; j++) this.#u[j] = -Infinity; // groups may be small
    for (let j = from; this.#predicts && j < to; j++) this.#predictions.one(j, t);
  }

  rest(t: number): void {
    this.#held.clear();
    this.#setReference(t);
    this.thresholdNoise?.renewAll();
    if (this.#m.vInf.shared) this.#u.fill(-this.#m.vInf.at(0));
    else for (let j = 0; j < this.size; j++) this.#u[j] = -this.#m.vInf.at(j);
    this.#refractory.queue.clear();
    this.#refractory.setBars();
    this.#s.held = -Infinity;
    this.#touched.clear();
    if (this.#predicts) this.#predictions.all(t);
  }

  /** Potentials stay what they are, but tend elsewhere from t on. */
  #makeChange(t: number): void {
    this.#advance(t);
    this.#m.makeChange();
    const { fall } = this.#m;
    const from = Math.max(t, this.#s.held);
    for (let j = 0; j < this.size; j++) if (!this.#refractory.is(j)) this.#u[j]! += fall.at(j) * this.#s.to(j, from);
    this.#refractory.fall();
    (this.thresholdNoise ?? this.thresholds).fall(fall);
    this.#refractory.setBars();
    if (this.#predicts) this.#predictions.all(from);
  }

  /** Releases the refractory neurons and groups due by t, in their order, and keeps the scale in range. */
  #advance(t: number): void {
    while (Math.min(this.#refractory.queue.next, this.#held.next) <= t)
      if (this.#refractory.queue.next <= this.#held.next) this.#release();
      else this.#wake();
    this.#keepInRange(t);
  }

  /** Values are brought back to scale 1 before it is too large at t. */
  #keepInRange(t: number): void {
    if (!this.#s.ends(t)) return;
    this.#s.fade(this.#u, t);
    this.#setReference(t);
  }

  #release(): number {
    const release = this.#refractory.queue.next;
    this.#keepInRange(release);
    const neuron = this.#refractory.release();
    if (this.#held.until(neuron) > release) this.#u[neuron] = -Infinity; // it listens again with its group
    return neuron;
  }

  /** Lets the next held group listen again. */
  #wake(): void {
    const t = this.#held.next;
    this.#keepInRange(t);
    this.#startAgain(...this.#held.wake(), t);
  }

  /** From reset, but for neurons that are refractory still. */
  #startAgain(from: number, to: number, t: number): void {
    const { floor } = this.#m;
    if (floor.shared && this.#s.shared) this.#u.fill(floor.at(0) * this.#s.to(0, t), from, to);
    else for (let j = from; j < to; j++) this.#u[j] = floor.at(j) * this.#s.to(j, t);
    this.#refractory.clampAgain(from, to);
  }

  /** Releases the neurons due at t, and lists those that what came in the meantime has brought to threshold. */
  #testReleased(t: number): void {
    const { queue, bar } = this.#refractory;
    const round = roundingOf(this.#u);
    while (queue.next <= t) {
      const neuron = this.#release();
      if (this.#u[neuron]! >= round(bar[neuron]! * round(this.#s.at(neuron, t))))
        this.fired[this.firedCount++] = neuron;
    }
  }

  #setReference(t: number): void {
    this.#s.t0 = t;
    this.thresholds.rebase(t);
  }

  /** Lists the targets of a row that are at or above threshold; predicts for the others. */
  #testRow(edges: Edges, row: number, t: number): void {
    this.#advance(t);
    const round = roundingOf(this.#u);
    const [origin, decay, all] = [this.thresholds.origin, this.thresholds.decay(t), this.#s.at(0, t)];
    const [targets, b, [start, end]] = [edges.targets, this.thresholds.b, testedRange(edges, row)];
    for (let k = start; k < end; k++) {
      const j = targets === null ? k - start : targets[k]!;
      if (this.#refractory.is(j)) {
        if (this.#refractory.keeps && this.#predicts) this.#predictions.one(j, t);
        continue;
      }
      const s = this.#s.shared ? all : this.#s.at(j, t);
      const bar = round(round((origin.at(j) - this.#m.vInf.at(j)) * s) + round(b[j]! * round(s * decay)));
      if (this.#u[j]! >= bar) {
        this.fired[this.firedCount++] = j;
        if (this.firedCount > this.size) this.firedCount = sortUnique(this.fired, this.firedCount);
      } else if (this.#predicts) this.#predictions.at(j, t);
    }
    if (!edges.distinct) this.firedCount = sortUnique(this.fired, this.firedCount);
  }

  /** Lists the neurons at or above threshold. */
  #testAll(t: number): void {
    const count = this.#rows.scan(this.#s.at(0, t), this.#hits);
    for (let i = 0; i < count; i++) this.fired[i] = this.#hits[i]!;
    this.firedCount = count;
  }
}
