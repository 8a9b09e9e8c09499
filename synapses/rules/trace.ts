import type { Params } from '../../core/declare/define.ts';
import { choice, optional } from '../../core/declare/params.ts';
import { type Edges, getColumn, getRowEnd, getRowStart } from '../../core/graph/edges.ts';
import type { Quantity } from '../../core/hooks.ts';
import type { Arena, StateArrays } from '../../core/kernels/arena.ts';
import { allocateRecords, TracesRecord } from '../../core/kernels/records.ts';
import { exp } from '../../core/math.ts';
import type { PlasticityRule, PulseTarget } from '../../core/model.ts';
import { joinStates } from '../joinStates.ts';
import { ActiveTraceList, MinPulseStrengthFilter } from './minPulseStrength.ts';

const MAX_STORED_FACTOR = 2 ** 500;

/**
 * Exponentially decaying traces of n spike trains with one time constant, stored as in `EdgeTraces`. Pulses ignore
 * spikes of the present tick, so that a pair at Δt = 0 changes nothing.
 */
export class Traces {
  readonly values;
  readonly record: TracesRecord;
  readonly #tau: number;
  readonly #isAdditive: boolean;
  readonly #timeState; // [t0, time of the latest spikes, number of the latest spikes]
  readonly #latestSpikes;
  readonly #savedValues;
  readonly #filter: MinPulseStrengthFilter | null;
  readonly state;
  #undoneCount = 0;
  readonly #active;
  #largestScale = 0;

  constructor(size: number, tau: number, additive: boolean, arena: Arena, minStrength = 0) {
    this.values = arena.f64(size);
    this.#tau = tau;
    this.#isAdditive = additive;
    this.#timeState = arena.f64(3);
    this.#timeState[1] = -Infinity;
    this.#latestSpikes = arena.u32(size);
    this.#savedValues = arena.f64(size);
    this.state = { values: this.values, clock: this.#timeState, latest: this.#latestSpikes, held: this.#savedValues };
    const [record] = allocateRecords(arena, TracesRecord, 1) as [TracesRecord];
    this.record = Object.assign(record, this.state, { tau, size, additive: Number(additive) });
    this.#filter = minStrength > 0 ? new MinPulseStrengthFilter(size, minStrength, arena) : null;
    this.#active = new ActiveTraceList(minStrength > 0 ? size : 0);
  }

  /** Time of the latest spike of any spike train, ms. */
  get latest() {
    return this.#timeState[1]!;
  }

  decayFactor(t: number): number {
    return exp((this.#timeState[0]! - t) / this.#tau);
  }

  /** Creates the recordable trace; its value at t includes a spike at t. */
  createQuantity(of: 'pre' | 'post'): Quantity {
    return { unit: '1', owner: of, read: (index, t) => this.values[index]! * this.decayFactor(t) };
  }

  recordSpike(index: number, t: number) {
    let scale = exp((t - this.#timeState[0]!) / this.#tau);
    if (scale > MAX_STORED_FACTOR) {
      const decay = 1 / scale;
      for (let i = 0; i < this.values.length; i++) this.values[i]! *= decay;
      this.#timeState[0] = t;
      this.#timeState[2] = 0;
      scale = 1;
    }
    if (this.#timeState[1] !== t) {
      this.#timeState[1] = t;
      this.#timeState[2] = 0;
    }
    const n = this.#timeState[2]!++;
    this.#latestSpikes[n] = index;
    this.#savedValues[n] = this.values[index]!;
    this.values[index] = (this.#isAdditive ? this.values[index]! : 0) + scale;
    if (this.#largestScale > 0) this.#active.addIndex(index);
  }

  /** Computes traces at t, without the spikes at t, minus `shift`; writes them to out[i] for the targets i of a row. */
  fillStrengths(out: Float64Array, shift: number, t: number, edges: Edges, row: number) {
    const factor = this.decayFactor(t);
    this.#undoLatestSpikes(t);
    for (let k = getRowStart(edges, row); k < getRowEnd(edges, row); k++) {
      const i = getColumn(edges, row, k);
      out[i] = this.values[i]! * factor - shift;
    }
    this.#redoLatestSpikes();
  }

  /** Pulses a row with strength scale × trace, using the traces without the spikes at t. */
  pulseRow(devices: PulseTarget, row: number, scale: number, mu: number, t: number) {
    const factor = this.decayFactor(t);
    const amount = scale * factor;
    if (this.#filter !== null) this.#dropWeakTraces(this.#filter.minPulseStrength, Math.abs(scale), factor, t);
    this.#undoLatestSpikes(t);
    if (this.#filter === null) devices.pulseRow(row, this.values, amount, mu, t);
    else this.#filter.pulseRow(devices, row, this.values, amount, mu, t, this.#active);
    this.#redoLatestSpikes();
  }

  pulseColumn(devices: PulseTarget, column: number, scale: number, mu: number, t: number) {
    const amount = scale * this.decayFactor(t);
    this.#undoLatestSpikes(t);
    if (this.#filter === null) devices.pulseColumn(column, this.values, amount, mu, t);
    else this.#filter.pulseColumn(devices, column, this.values, amount, mu, t);
    this.#redoLatestSpikes();
  }

  /**
   * Removes neurons from the active list if `scale` × trace can no longer reach half of `minStrength` (half: because of
   * rounding errors). The trace at t is the stored value × `decayFactor`.
   */
  #dropWeakTraces(minStrength: number, scale: number, decayFactor: number, t: number) {
    const recent = this.#active;
    if (scale > this.#largestScale) {
      this.#largestScale = scale;
      for (let i = 0; i < this.values.length; i++) if (this.values[i] !== 0) recent.addIndex(i);
    }
    if (this.#timeState[1] === t) return; // traces of spikes at t are not undone yet
    const limit = minStrength / (2 * this.#largestScale * decayFactor);
    for (let k = recent.count - 1; k >= 0; k--) {
      const value = this.values[recent.indices[k]!]!;
      if (value < limit && value > -limit) recent.removeAt(k);
    }
  }

  onCheckpointLoaded() {
    this.#active.removeAllIndices();
    this.#largestScale = 0;
  }

  resetDynamicState(t: number) {
    this.#active.removeAllIndices();
    this.values.fill(0);
    this.#timeState[0] = t;
    this.#timeState[1] = -Infinity;
    this.#timeState[2] = 0;
  }

  #undoLatestSpikes(t: number) {
    this.#undoneCount = this.#timeState[1] === t ? this.#timeState[2]! : 0;
    for (let i = 0; i < this.#undoneCount; i++) this.#swapSavedTrace(i);
  }

  #redoLatestSpikes() {
    for (let i = this.#undoneCount - 1; i >= 0; i--) this.#swapSavedTrace(i);
  }

  #swapSavedTrace(i: number) {
    const index = this.#latestSpikes[i]!;
    const value = this.values[index]!;
    this.values[index] = this.#savedValues[i]!;
    this.#savedValues[i] = value;
  }
}

export const pulseOrderParams = {
  order: optional(
    choice(['depressThenDeliver', 'deliverThenDepress'], {
      help: 'order at an arrival: depressThenDeliver: the pulse precedes delivery, as in NEST (default); deliverThenDepress: delivery precedes the pulse, as if on_pre adds the weight first (Song et al. in Brian2)',
    }),
  ),
  coincidence: optional(
    choice(['preFirst', 'postFirst'], {
      help: 'order of the pulses of an arrival and a postsynaptic spike at the same time: preFirst (default) or postFirst, as in NEST; postFirst needs a dendriticDelay',
    }),
  ),
};

interface RulePart {
  readonly state: StateArrays;
  onCheckpointLoaded?(): void;
  resetDynamicState(t: number): void;
}

export const createTraceRule = <R extends Pick<PlasticityRule, 'onPre' | 'onPost'>>(
  { order, coincidence }: Partial<Params<typeof pulseOrderParams>>,
  parts: Readonly<Record<string, RulePart>>,
  rule: R,
) => ({
  pulsesAtArrival: true,
  deliversFirst: order === 'deliverThenDepress',
  postFirst: coincidence === 'postFirst',
  state: joinStates(parts),
  ...rule,
  onCheckpointLoaded() {
    for (const part of Object.values(parts)) part.onCheckpointLoaded?.();
  },
  resetDynamicState(t: number) {
    for (const part of Object.values(parts)) part.resetDynamicState(t);
  },
});
