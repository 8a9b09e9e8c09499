import type { ModelContext } from '../../core/factories.ts';
import { type Edges, rowEnd, rowStart } from '../../core/graph/edges.ts';
import type { NeuronHooks, Quantity } from '../../core/hooks.ts';
import type { Kernels } from '../../core/kernels/kernels.ts';
import type { RecurrentRecord } from '../../core/kernels/records.ts';
import type { NeuronModel } from '../../core/model.ts';
import { TICK } from '../../core/time.ts';
import { AdaptiveThreshold } from '../parts/adaptiveThreshold.ts';
import { initialOf } from '../parts/params.ts';
import { RefractoryQueue } from '../parts/refractoryQueue.ts';
import { refuseNegative } from './clamped.ts';
import type { Membranes } from './membranes.ts';
import type { LifParams } from './params.ts';
import { HELD, type Shunted } from './shunted.ts';
import { ShuntedState } from './shuntedState.ts';
import { ShuntedWatch } from './shuntedWatch.ts';
import { TwoShuntedState } from './twoShuntedState.ts';

const INHIBITORY = 1;
/** So many of the neurons that are released next are known to stay below threshold for a while then. */
const AHEAD = 4;

/**
 * LIF with exponential conductances of one or two time constants, one membrane time, capacitance and constant current, and thresholds that do not decay: tau dV/dt =
 * -V + R I + ge (Ee - V) + gi (Ei - V), ge and gi in leak conductances. An arrival of weight w nS adds |w| to ge if w >= 0, else to gi,
 * unless the projection chooses the receptor. Refractoriness clamps V; the conductances go on. See `ShuntedState` for the closed form of one,
 * `TwoShuntedState` for two, and `ShuntedWatch` for when they fire.
 */
export class LifConductance implements NeuronModel {
  readonly receptors = ['excitatory', 'inhibitory'];
  readonly size: number;
  readonly fired: Uint32Array;
  firedCount = 0;
  readonly thresholds: AdaptiveThreshold;
  readonly state;
  readonly #name: string;
  readonly #vInf: number;
  readonly #m: Membranes;
  readonly #s: Shunted;
  readonly #queue: RefractoryQueue;
  readonly #watch: ShuntedWatch;
  readonly #suspects: Uint32Array;
  /** Their potentials, which arrivals of the instant do not change. */
  readonly #values: Float64Array;
  #suspectCount = 0;
  /** Conductances in nS. */
  readonly quantities: Readonly<Record<string, Quantity>> = {
    excitatoryConductance: { unit: 'nS', of: 'neuron', read: (j, t) => this.#s.conductance(j, t, 0) },
    inhibitoryConductance: { unit: 'nS', of: 'neuron', read: (j, t) => this.#s.conductance(j, t, 1) },
  };
  /** See `NeuronHooks`; undefined where no kernel does it. */
  readonly runRecurrent?: NeuronHooks['runRecurrent'];

  /** @param membranes that are alike and receive the same constant current */
  constructor(p: LifParams, tauSyn: LifParams['tauSyn'], membranes: Membranes, context: ModelContext) {
    const { arena, name } = context;
    const n = p.size;
    arena.reserve(n * 112, `${name} with ${n} neurons`);
    this.#name = name;
    this.size = n;
    this.fired = new Uint32Array(n);
    this.#m = membranes;
    this.#vInf = membranes.vInf.at(0);
    this.thresholds = new AdaptiveThreshold(p, membranes.threshold, membranes.vInf, arena);
    this.#s =
      typeof tauSyn === 'number'
        ? new ShuntedState(p, tauSyn, membranes, arena)
        : new TwoShuntedState(p, tauSyn, membranes, arena);
    this.#queue = new RefractoryQueue(membranes.anyRefractory ? n : 0, arena);
    this.#watch = new ShuntedWatch(this.#s, this.thresholds.b as Float64Array, membranes.tau.at(0), arena);
    this.#suspects = arena.u32(n + 1);
    this.#values = arena.f64(n + 1);
    this.state = {
      ...this.#s.state,
      ...this.#watch.state,
      ...this.#queue.state,
      ...this.thresholds.state,
    };
    this.#s.clock[HELD] = -Infinity;
    const { deliverRecurrent } = arena.kernels;
    const fixed = this.thresholds.fixed && p.homeostasis === undefined;
    if (fixed && this.#s instanceof ShuntedState && membranes.refractory.values.every((ms) => ms > 0))
      this.runRecurrent = this.#recurrent(this.#s, deliverRecurrent);
    const draw = initialOf(p, n, context);
    this.#s.set(0);
    for (let j = 0; j < n; j++) this.#s.put(j, draw() - this.#vInf, 0);
    this.#watch.all(0);
  }

  /** Has the kernel go on; what it has left of an instant is there to be settled. */
  #recurrent(s: ShuntedState, run: Kernels['deliverRecurrent']): NeuronHooks['runRecurrent'] {
    const { refractory, floor } = this.#m;
    const own = {
      ...{ ...s.record, ...this.#watch.record, ...this.#queue.state, size: this.size, bar: this.thresholds.b },
      ...{
        refractory: refractory.values,
        refractoryMask: refractory.mask,
        resetOffset: floor.values,
        resetMask: floor.mask,
      },
      ...{ candidates: this.#suspects, values: this.#values },
    };
    let known: RecurrentRecord | null = null;
    return (record, lanes, t) => {
      if (record !== known) Object.assign(record, own);
      known = record;
      this.#advance(t);
      run(record);
      const { phase, now, firstCheck, candidateCount, uncoveredQueue, uncoveredStart } = record;
      if (phase === 0) return null;
      s.set(now);
      if (firstCheck > 0) this.#watch.one(firstCheck - 1, now);
      if (phase === 1) return false;
      const { edges } = lanes[uncoveredQueue]!.projection;
      this.#suspectCount = s.addRest(edges, uncoveredStart, this.#suspects, this.#values, candidateCount);
      return true;
    };
  }

  get next(): number {
    const { next } = this.#watch;
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
      first = Math.min(first, release + Math.floor(this.#below(j) / TICK) * TICK);
    }
    return first;
  }

  /** For how long a neuron is sure to stay below threshold from its release on, ms. */
  #below(j: number): number {
    return this.#s.below(j, this.#m.floor.at(j), this.thresholds.b[j]!);
  }

  restored(): void {
    this.thresholds.restored();
    this.#s.restored();
    this.#queue.restored();
    this.#watch.restored();
  }

  potential(j: number, t: number): number {
    const reset = this.#m.reset.at(j);
    if (t < this.#s.clock[HELD]!) return reset;
    if (!this.#s.silent(j)) return this.#vInf + this.#s.potential(j, t);
    const release = this.#queue.releaseOf(j);
    if (t < release) return reset;
    return this.#vInf + this.#s.from(j, this.#m.floor.at(j), release, t);
  }

  overshoot(j: number, t: number): number {
    return this.potential(j, t) - this.thresholds.at(j, t);
  }

  /** Sets a threshold, as for an imported network. */
  setThreshold(j: number, t: number, mV: number): void {
    this.thresholds.set(j, t, mV);
    this.#advance(t);
    this.#watch.one(j, Math.max(t, this.#s.clock[HELD]!));
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

  testThresholds(t: number): void {
    const count = this.#suspectCount;
    this.#suspectCount = 0;
    for (let k = 0; k < count; k++) this.#watch.one(this.#suspects[k]!, t, this.#values[k]!);
    this.firedCount = this.#watch.collect(t, this.fired);
  }

  collectCrossings(t: number): void {
    this.#advance(t);
    this.#watch.due(t);
    this.firedCount = this.#watch.collect(t, this.fired);
  }

  postSpikeReset(j: number, t: number): void {
    this.#advance(t);
    this.thresholds.spike(j, t);
    const hold = this.#m.refractory.at(j);
    if (hold > 0) {
      this.#s.silence(j);
      this.#queue.push(j, t + hold);
    } else {
      this.#s.put(j, this.#m.floor.at(j), t);
      this.#watch.one(j, t);
    }
    if (this.thresholds.gain !== 0) this.#watch.all(t); // all thresholds have moved
  }

  inhibit(t: number, until: number): void {
    this.#advance(t);
    this.#s.set(until);
    this.#s.clock[HELD] = until;
    while (this.#queue.next <= until) this.#queue.shift();
    for (let j = 0; j < this.size; j++) this.#s.put(j, this.#m.floor.at(j), until);
    for (let k = 0; k < this.#queue.length; k++) this.#s.silence(this.#queue.neuron(k));
    this.#watch.all(until);
  }

  rest(t: number): void {
    this.#queue.clear();
    this.#s.clock[HELD] = -Infinity;
    this.#s.clear();
    this.#s.set(t);
    for (let j = 0; j < this.size; j++) this.#s.put(j, -this.#vInf, t);
    this.#watch.all(t);
  }

  /** Goes on to t, and releases the refractory neurons due by then. */
  #advance(t: number): void {
    while (this.#queue.next <= t) {
      const release = this.#queue.next;
      const j = this.#queue.shift();
      this.#s.set(release);
      const until = release + this.#below(j);
      this.#s.put(j, this.#m.floor.at(j), release);
      this.#watch.release(j, t, until);
    }
    this.#s.set(t);
  }
}
