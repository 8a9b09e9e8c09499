import type { Floats } from '../../core/arena.ts';
import type { CellRange, ReadParams } from './cell.ts';
import type { Spread } from './spread.ts';

/**
 * How states become conductances and weights. Read alone, a device at conductance G has the weight weightAtGMax G / gMax;
 * with a reference at gMin beside it weightAtGMax (G - gMin) / (gMax - gMin), so that a small on/off ratio costs no offset.
 * The reference is taken to be at gMin exactly.
 */
export class Signal {
  readonly reading: ReadParams['reading'];
  /** Weight in state 0, and in state 1 of a device without spread. */
  readonly low: number;
  readonly top: number;
  /** Weight that the current of the reference amounts to. */
  readonly reference: number;
  readonly #gMin: number;
  readonly #perWeight: number;
  readonly #tops: Float64Array | null;

  constructor(range: CellRange, spread: Spread | null, count: number) {
    const { electrical: e, wMin, wMax } = range;
    this.reading = e?.reading ?? 'single';
    const alone = e === null || this.reading === 'single';
    this.low = alone ? wMin : 0;
    this.top = wMax;
    this.reference = alone ? 0 : (e.weightAtGMax * e.gMin) / (e.gMax - e.gMin);
    this.#gMin = e?.gMin ?? Number.NaN;
    this.#perWeight = e ? (alone ? e.gMax : e.gMax - e.gMin) / e.weightAtGMax : Number.NaN;
    const share = (this.top - this.low) / (wMax - wMin);
    this.#tops = spread && Float64Array.from({ length: count }, (_, k) => this.low + (spread.wMax[k]! - wMin) * share);
  }

  weight(k: number, g: number): number {
    const top = this.topOf(k);
    return g >= 1 ? top : Math.min(this.low + g * (top - this.low), top);
  }

  /**
   * Puts the weights of devices first, first + 1, … into `weights`, of whose states the first `count` elements of `states`
   * are; returns their conductance altogether, in S.
   */
  put(states: Float64Array, first: number, count: number, weights: Floats): number {
    const { low, top } = this;
    const tops = this.#tops;
    let sum = 0;
    for (let i = 0; i < count; i++) {
      const g = states[i]!;
      const highest = tops === null ? top : tops[first + i]!;
      const above = g * (highest - low);
      weights[first + i] = g >= 1 ? highest : Math.min(low + above, highest);
      sum += above;
    }
    return count * this.#gMin + sum * this.#perWeight;
  }

  /** Largest weight of device k. */
  topOf(k: number): number {
    return this.#tops === null ? this.top : this.#tops[k]!;
  }

  /** The state that has this weight, the nearest one where none has. */
  state(k: number, weight: number): number {
    return Math.min(Math.max((weight - this.low) / (this.topOf(k) - this.low), 0), 1);
  }

  /** In S; NaN where there is none. */
  conductance(k: number, g: number): number {
    return this.#gMin + g * (this.topOf(k) - this.low) * this.#perWeight;
  }

  /** Conductance in state 0 in units of the device's range; 0 where there is none. */
  offset(k: number): number {
    return Number.isNaN(this.#gMin) ? 0 : this.#gMin / ((this.topOf(k) - this.low) * this.#perWeight);
  }

  /** Weight that is read in state g when the device's current is multiplied by `factor`, the reference's by `other`. */
  read(k: number, g: number, factor: number, other: number): number {
    return (this.low + this.reference + g * (this.topOf(k) - this.low)) * factor - this.reference * other;
  }
}
