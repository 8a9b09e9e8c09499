import { columnOf, type Edges, rowEnd, rowStart } from '../../core/graph/edges.ts';
import type { Quantity } from '../../core/hooks.ts';
import type { Arena } from '../../core/kernels/arena.ts';
import { recordsIn, TracesRecord } from '../../core/kernels/records.ts';
import { exp } from '../../core/math.ts';
import type { PulseTarget } from '../../core/model.ts';
import { Recent } from './recent.ts';
import { Strong } from './strong.ts';

const REBASE = 2 ** 500;

/**
 * Exponentially decaying traces of n spike trains, all with one time constant, stored scaled by e^((t - t0)/tau) so that
 * nothing decays and one factor serves all. A spike adds 1 (all-to-all) or sets the trace to 1 (nearest neighbour).
 * Pulses leave out what the spikes of the present instant have added: a pair at Δt = 0 changes nothing.
 */
export class Traces {
  readonly values: Float64Array;
  /** The same for kernels. */
  readonly record: TracesRecord;
  readonly #tau: number;
  readonly #additive: boolean;
  readonly #clock: Float64Array; // [t0, time of the latest spikes, how many they are]
  readonly #latest: Uint32Array;
  readonly #held: Float64Array;
  readonly #strong: Strong | null;
  readonly state;
  #hidden = 0;
  /** Of rows of strong pulses: traces that a pulse of the largest scale so far could still need. */
  readonly #recent: Recent;
  #largest = 0;

  /** @param least pulses of less strength than that are not sent */
  constructor(size: number, tau: number, additive: boolean, arena: Arena, least = 0) {
    this.values = arena.f64(size);
    this.#tau = tau;
    this.#additive = additive;
    this.#clock = arena.f64(3);
    this.#clock[1] = -Infinity;
    this.#latest = arena.u32(size);
    this.#held = arena.f64(size);
    this.state = { values: this.values, clock: this.#clock, latest: this.#latest, held: this.#held };
    const [record] = recordsIn(arena, TracesRecord, 1) as [TracesRecord];
    this.record = Object.assign(record, this.state, { tau, size, additive: Number(additive) });
    this.#strong = least > 0 ? new Strong(size, least, arena) : null;
    this.#recent = new Recent(least > 0 ? size : 0);
  }

  /** Time of the latest spikes. */
  get latest(): number {
    return this.#clock[1]!;
  }

  /** Factor from stored values to traces at t. */
  factor(t: number): number {
    return exp((this.#clock[0]! - t) / this.#tau);
  }

  /** The traces as a quantity to record; a spike at t is in the trace at t. */
  quantity(of: 'pre' | 'post'): Quantity {
    return { unit: '1', of, read: (index, t) => this.values[index]! * this.factor(t) };
  }

  spike(index: number, t: number): void {
    let scale = exp((t - this.#clock[0]!) / this.#tau);
    if (scale > REBASE) {
      const decay = 1 / scale;
      for (let i = 0; i < this.values.length; i++) this.values[i]! *= decay;
      this.#clock[0] = t;
      this.#clock[2] = 0;
      scale = 1;
    }
    if (this.#clock[1] !== t) {
      this.#clock[1] = t;
      this.#clock[2] = 0;
    }
    const n = this.#clock[2]!++;
    this.#latest[n] = index;
    this.#held[n] = this.values[index]!;
    this.values[index] = (this.#additive ? this.values[index]! : 0) + scale;
    if (this.#largest > 0) this.#recent.add(index);
  }

  /** out[i] = these traces at t, as they were before the spikes at t, less `shift`, for neurons i that the row reaches. */
  strengths(out: Float64Array, shift: number, t: number, edges: Edges, row: number): void {
    const factor = this.factor(t);
    this.#hide(t);
    for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
      const i = columnOf(edges, row, k);
      out[i] = this.values[i]! * factor - shift;
    }
    this.#show();
  }

  /** Pulses a row with strength scale × these traces at t, as they were before the spikes at t. */
  pulseRow(devices: PulseTarget, row: number, scale: number, mu: number, t: number): void {
    const factor = this.factor(t);
    const amount = scale * factor;
    if (this.#strong !== null) this.#forget(this.#strong.least, Math.abs(scale), factor, t);
    this.#hide(t);
    if (this.#strong === null) devices.pulseRow(row, this.values, amount, mu, t);
    else this.#strong.pulseRow(devices, row, this.values, amount, mu, t, this.#recent);
    this.#show();
  }

  /** The same for a column. */
  pulseColumn(devices: PulseTarget, column: number, scale: number, mu: number, t: number): void {
    const amount = scale * this.factor(t);
    this.#hide(t);
    if (this.#strong === null) devices.pulseColumn(column, this.values, amount, mu, t);
    else this.#strong.pulseColumn(devices, column, this.values, amount, mu, t);
    this.#show();
  }

  /** Lists no longer what is too weak for good, by a factor of 2 so that rounding decides nothing. */
  #forget(least: number, scale: number, factor: number, t: number): void {
    const recent = this.#recent;
    if (scale > this.#largest) {
      this.#largest = scale;
      for (let i = 0; i < this.values.length; i++) if (this.values[i] !== 0) recent.add(i);
    }
    if (this.#clock[1] === t) return; // what spikes at t is about to be hidden
    const limit = least / (2 * this.#largest * factor);
    for (let k = recent.count - 1; k >= 0; k--) {
      const value = this.values[recent.list[k]!]!;
      if (value < limit && value > -limit) recent.drop(k);
    }
  }

  /** After the state was loaded. */
  restored(): void {
    this.#recent.clear();
    this.#largest = 0;
  }

  rest(t: number): void {
    this.#recent.clear();
    this.values.fill(0);
    this.#clock[0] = t;
    this.#clock[1] = -Infinity;
    this.#clock[2] = 0;
  }

  /** Shows the traces as they were before the spikes at t, until `#show`. */
  #hide(t: number): void {
    this.#hidden = this.#clock[1] === t ? this.#clock[2]! : 0;
    for (let i = 0; i < this.#hidden; i++) this.#swap(i);
  }

  #show(): void {
    for (let i = this.#hidden - 1; i >= 0; i--) this.#swap(i);
  }

  #swap(i: number): void {
    const index = this.#latest[i]!;
    const value = this.values[index]!;
    this.values[index] = this.#held[i]!;
    this.#held[i] = value;
  }
}
