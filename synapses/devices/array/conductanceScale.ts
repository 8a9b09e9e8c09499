import type { DeviceContext } from '../../../core/factories.ts';
import type { Arena, Floats, TypedArray } from '../../../core/kernels/arena.ts';
import type { ProgrammingNoise, StatefulDevices, StepFamily } from '../../../core/kernels/devices.ts';
import { DevicesRecord, recordsIn } from '../../../core/kernels/records.ts';
import { weightInRange } from '../../../core/kernels/scalarPulses.ts';
import type { DeviceCounters } from './deviceCounters.ts';
import type { CellRange, ReadParams } from './range.ts';
import { MIN_RANGE_FRACTION, type Spread } from './spread.ts';

/** Lower bound of a current in noise-to-current ratios, as a fraction of the current range. */
const MIN_CURRENT_FRACTION = 1e-12;

/**
 * Conversion between state g, conductance G and weight. Reading `single`: w = weightAtGMax G/gMax. Readings with a
 * reference at gMin: w = weightAtGMax (G - gMin)/(gMax - gMin), so that a small on/off ratio causes no offset. The
 * reference is exactly gMin; the smallest conductance of each device may differ from it.
 */
export class ConductanceScale {
  readonly reading: ReadParams['reading'];
  /** Weight in states 0 (`low`) and 1 (`top`) without device variability; `lowest`: minimum over all devices. */
  readonly low: number;
  readonly top: number;
  readonly lowest: number;
  /** Weight that corresponds to the current of the reference device. */
  readonly reference: number;
  readonly gMin: number;
  /** Lower bound of currents, in units of weight, for noise that is relative to the range. */
  readonly least: number;
  readonly perWeight: number;
  /** Weights of each device in state 0 and in state 1, interleaved; null if all devices are equal. */
  readonly ends: Float64Array | null;
  /** Apparent noise: weight offset of each device since its last pulse (part of the state), and sd; else null. */
  readonly apart: Float64Array | null;
  readonly apartSd: number;
  /** Lower bound of read weights, so that no current is negative. */
  readonly floor: number;

  /**
   * @param floors factor of gMin for each device
   * @param apparent sd of the apparent noise, as a fraction of the range
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
        const low = floors === null ? this.low : this.#minWeightFrom(top, floors[k]!);
        this.ends[2 * k] = low;
        this.ends[2 * k + 1] = top;
        lowest = k === 0 ? low : Math.min(lowest, low);
      }
    this.lowest = lowest;
    this.least = (this.top - this.low) * MIN_CURRENT_FRACTION;
    this.apart = apparent > 0 ? arena.f64(edges.count) : null;
    this.apartSd = apparent * (this.top - this.low);
    this.floor = e !== null || wMin >= 0 ? -this.reference : -Infinity;
  }

  weight(k: number, g: number): number {
    const within = weightInRange(this.minWeight(k), this.maxWeight(k), g);
    return this.apart === null ? within : Math.max(within + this.apart[k]!, this.floor);
  }

  /** Sets the apparent noise of device k in state g, from a standard normal number z. */
  setApparent(k: number, g: number, z: number): void {
    this.apart![k] = Math.max(this.apartSd * z, this.floor - weightInRange(this.minWeight(k), this.maxWeight(k), g));
  }

  /** Weight of device k in state 1. */
  maxWeight(k: number): number {
    return this.ends === null ? this.top : this.ends[2 * k + 1]!;
  }

  /** Weight of device k in state 0. */
  minWeight(k: number): number {
    return this.ends === null ? this.low : this.ends[2 * k]!;
  }

  /** State of device k for a given weight, clipped to [0, 1]. */
  findState(k: number, weight: number): number {
    const low = this.minWeight(k) + this.#apparentOf(k);
    return Math.min(Math.max((weight - low) / (this.maxWeight(k) - this.minWeight(k)), 0), 1);
  }

  /** Conductance of device k in state g, S; NaN without a conductance. */
  conductance(k: number, g: number): number {
    const low = this.minWeight(k);
    return this.gMin + (low - this.low + g * (this.maxWeight(k) - low) + this.#apparentOf(k)) * this.perWeight;
  }

  /** Conductance of device k in state 0, divided by the conductance range of the device; 0 without a conductance. */
  relativeMinConductance(k: number): number {
    const low = this.minWeight(k);
    if (Number.isNaN(this.gMin)) return 0;
    return (this.gMin + (low - this.low) * this.perWeight) / ((this.maxWeight(k) - low) * this.perWeight);
  }

  /** Current range of a device without variability, divided by the current of device k in state g. */
  rangePerCurrent(k: number, g: number): number {
    return (this.top - this.low) / Math.abs(this.#current(k, g));
  }

  rangePerReference(): number {
    return this.reference > 0 ? (this.top - this.low) / this.reference : 0;
  }

  #apparentOf(k: number): number {
    return this.apart === null ? 0 : this.apart[k]!;
  }

  #current(k: number, g: number): number {
    const low = this.minWeight(k);
    const current = low + this.reference + g * (this.maxWeight(k) - low) + this.#apparentOf(k);
    return Math.abs(current) < this.least ? this.least : current;
  }

  /** Weight in state 0 of a device with smallest conductance gMin × factor; kept below its weight in state 1. */
  #minWeightFrom(top: number, factor: number): number {
    return Math.min(
      this.low + (this.gMin * (factor - 1)) / this.perWeight,
      top - (top - this.low) * MIN_RANGE_FRACTION,
    );
  }
}

interface KernelStates {
  readonly g: Float64Array;
  readonly weights: Floats;
  readonly programmed: Float64Array | null;
  /** True if states relax between pulses. */
  readonly fades: boolean;
  /** Step family that the kernels compute; null if the step is already computed. */
  readonly family: StepFamily | null;
  readonly straying: ProgrammingNoise;
}

export const nullIfEmpty = <T extends TypedArray>(array: T): T | null => (array.length > 0 ? array : null);

/** Creates the kernel input of devices: states, conductance scale and counters. */
export function createKernelDevices(
  { family, straying, ...states }: KernelStates,
  scale: ConductanceScale,
  counters: DeviceCounters,
  range: CellRange,
  arena: Arena,
): StatefulDevices {
  const { joules, rows, columns } = counters;
  const alone = range.electrical === null || range.electrical.selection === 'transistor';
  const record = recordsIn(arena, DevicesRecord, 1)[0]!;
  Object.assign(record, states, counters, scale, straying, {
    single: states.weights instanceof Float32Array,
    rows: nullIfEmpty(rows),
    joules: nullIfEmpty(joules),
  });
  if (family !== null) {
    const { soft, up, down } = family;
    Object.assign(record, { family: soft ? 2 : 1, aUp: up.a, bUp: up.b, aDown: down.a, bDown: down.b });
  }
  const disturb: StatefulDevices['disturb'] = (...half) => counters.countHalfSelected(...half);
  return { record, columnSums: columns, disturb: alone ? null : disturb };
}
