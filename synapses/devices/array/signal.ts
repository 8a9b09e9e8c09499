import type { DeviceContext } from '../../../core/factories.ts';
import { weightInRange } from '../../../core/kernels/scalarPulses.ts';
import type { CellRange, ReadParams } from './range.ts';
import { NARROWEST, type Spread } from './spread.ts';

/** Share of the range. */
const FAINTEST = 1e-12;

/**
 * How states become conductances and weights. Read alone, a device at conductance G has the weight weightAtGMax G / gMax;
 * with a reference at gMin beside it weightAtGMax (G - gMin) / (gMax - gMin), so that a small on/off ratio costs no offset.
 * The reference is taken to be at gMin exactly; the devices may differ in their smallest conductance.
 */
export class Signal {
  readonly reading: ReadParams['reading'];
  /** Weight in state 0, and in state 1, of a device without spread; lowest weight of all devices in state 0. */
  readonly low: number;
  readonly top: number;
  readonly lowest: number;
  /** Weight that the current of the reference amounts to. */
  readonly reference: number;
  readonly gMin: number;
  /** Current below which none is taken to be, so that noise that is a share of the range has something to multiply. */
  readonly least: number;
  readonly perWeight: number;
  /** Weights in state 0 and 1 of devices that differ, of one after the other. */
  readonly ends: Float64Array | null;
  /** What each device shows beside its state since its last pulse, in weights, and the sd of that. State; null where it is nothing. */
  readonly apart: Float64Array | null;
  readonly apartSd: number;
  /** Weight below which none is shown, since no current flows backwards. */
  readonly floor: number;

  /**
   * @param floors what the smallest conductance of each device is multiplied by
   * @param apparent sd of what is shown beside the state, as a share of the range
   */
  constructor(
    range: CellRange,
    spread: Spread | null,
    floors: Float64Array | null,
    { arena, edges }: DeviceContext,
    apparent = 0,
  ) {
    const { electrical: e, wMin, wMax } = range;
    this.reading = e?.reading ?? 'single';
    const alone = e === null || this.reading === 'single';
    this.low = alone ? wMin : 0;
    this.top = wMax;
    this.reference = alone ? 0 : (e.weightAtGMax * e.gMin) / (e.gMax - e.gMin);
    this.gMin = e?.gMin ?? Number.NaN;
    this.perWeight = e ? (alone ? e.gMax : e.gMax - e.gMin) / e.weightAtGMax : Number.NaN;
    const share = (this.top - this.low) / (wMax - wMin);
    this.ends = spread === null && floors === null ? null : arena.f64(2 * edges.count);
    let lowest = this.low;
    if (this.ends !== null)
      for (let k = 0; k < edges.count; k++) {
        const top = spread === null ? this.top : this.low + (spread.wMax[k]! - wMin) * share;
        const low = floors === null ? this.low : this.#lowOf(top, floors[k]!);
        this.ends[2 * k] = low;
        this.ends[2 * k + 1] = top;
        lowest = k === 0 ? low : Math.min(lowest, low);
      }
    this.lowest = lowest;
    this.least = (this.top - this.low) * FAINTEST;
    this.apart = apparent > 0 ? arena.f64(edges.count) : null;
    this.apartSd = apparent * (this.top - this.low);
    this.floor = e !== null || wMin >= 0 ? -this.reference : -Infinity;
  }

  weight(k: number, g: number): number {
    const within = weightInRange(this.lowOf(k), this.topOf(k), g);
    return this.apart === null ? within : Math.max(within + this.apart[k]!, this.floor);
  }

  /** Device k, which was left in state g, shows something else from now on: z is standard normal. */
  stray(k: number, g: number, z: number): void {
    this.apart![k] = Math.max(this.apartSd * z, this.floor - weightInRange(this.lowOf(k), this.topOf(k), g));
  }

  /** Largest weight of device k. */
  topOf(k: number): number {
    return this.ends === null ? this.top : this.ends[2 * k + 1]!;
  }

  /** Smallest weight of device k. */
  lowOf(k: number): number {
    return this.ends === null ? this.low : this.ends[2 * k]!;
  }

  /** The state that has this weight, the nearest one where none has. */
  state(k: number, weight: number): number {
    const low = this.lowOf(k) + this.#apartOf(k);
    return Math.min(Math.max((weight - low) / (this.topOf(k) - this.lowOf(k)), 0), 1);
  }

  /** In S; NaN where there is none. */
  conductance(k: number, g: number): number {
    const low = this.lowOf(k);
    return this.gMin + (low - this.low + g * (this.topOf(k) - low) + this.#apartOf(k)) * this.perWeight;
  }

  /** Conductance in state 0 in units of the device's range; 0 where there is none. */
  offset(k: number): number {
    const low = this.lowOf(k);
    if (Number.isNaN(this.gMin)) return 0;
    return (this.gMin + (low - this.low) * this.perWeight) / ((this.topOf(k) - low) * this.perWeight);
  }

  /** The range of a device like the mean one over the current of device k in state g, and over that of a reference. */
  rangeOver(k: number, g: number): number {
    return (this.top - this.low) / Math.abs(this.#current(k, g));
  }

  rangeOverReference(): number {
    return this.reference > 0 ? (this.top - this.low) / this.reference : 0;
  }

  #apartOf(k: number): number {
    return this.apart === null ? 0 : this.apart[k]!;
  }

  #current(k: number, g: number): number {
    const low = this.lowOf(k);
    const current = low + this.reference + g * (this.topOf(k) - low) + this.#apartOf(k);
    return Math.abs(current) < this.least ? this.least : current;
  }

  /** Weight that gMin times `factor` stands for, kept below that of the largest conductance. */
  #lowOf(top: number, factor: number): number {
    return Math.min(this.low + (this.gMin * (factor - 1)) / this.perWeight, top - (top - this.low) * NARROWEST);
  }
}
