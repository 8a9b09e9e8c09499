import type { DeviceContext } from '../../../core/factories.ts';
import { interpolateWeight } from '../../../core/kernels/scalarPulses.ts';
import type { CellRange, ReadParams } from './range.ts';
import { type drawVariability, MIN_RANGE_FRACTION } from './spread.ts';

/** Lower bound of a current in noise-to-current ratios, as a fraction of the current range. */
const MIN_CURRENT_FRACTION = 1e-12;

/**
 * Conversion between state g, conductance G and weight. Reading `single`: w = weightAtGMax G/gMax. Readings with a
 * reference at gMin: w = weightAtGMax (G - gMin)/(gMax - gMin), so that a small on/off ratio causes no offset. The
 * reference is exactly gMin; the smallest conductance of each device may differ from it.
 */
export class ConductanceScale {
  readonly reading: ReadParams['reading'];
  /** Weight in state 0 without device variability. */
  readonly lowWeight: number;
  /** Weight in state 1 without device variability. */
  readonly topWeight: number;
  /** Minimum of the weights of all devices in state 0. */
  readonly lowestWeight: number;
  /** Weight that corresponds to the current of the reference device. */
  readonly referenceWeight: number;
  readonly gMin: number;
  /** Lower bound of currents, in units of weight; keeps the ratio of range-relative noise to current finite. */
  readonly minCurrent: number;
  readonly siemensPerWeight: number;
  /** Weights of each device in state 0 and in state 1, interleaved; null if all devices are equal. */
  readonly weightRanges: Float64Array | null;
  /**
   * Offset of the read weight of each device from its stored weight (part of the state), drawn again at each pulse; null
   * if the parameter `apparentNoise` is 0.
   */
  readonly apparentOffsets: Float64Array | null;
  readonly apparentSd: number;
  /** Lower bound of read weights, so that no current is negative. */
  readonly minReadWeight: number;

  constructor(
    range: CellRange,
    spread: ReturnType<typeof drawVariability>,
    minFactors: Float64Array | null,
    { arena, edges }: DeviceContext,
    apparentNoise = 0,
  ) {
    const { conductanceParams: e, wMin, wMax } = range;
    this.reading = e?.reading ?? 'single';
    const alone = e === null || this.reading === 'single';
    this.lowWeight = alone ? wMin : 0;
    this.topWeight = wMax;
    this.referenceWeight = alone ? 0 : (e.weightAtGMax * e.gMin) / (e.gMax - e.gMin);
    this.gMin = e?.gMin ?? Number.NaN;
    this.siemensPerWeight = e ? (alone ? e.gMax : e.gMax - e.gMin) / e.weightAtGMax : Number.NaN;
    const share = (this.topWeight - this.lowWeight) / (wMax - wMin);
    this.weightRanges = spread === null && minFactors === null ? null : arena.f64(2 * edges.count);
    let lowest = this.lowWeight;
    if (this.weightRanges !== null)
      for (let k = 0; k < edges.count; k++) {
        const top = spread === null ? this.topWeight : this.lowWeight + (spread.wMax[k]! - wMin) * share;
        const own = minFactors === null ? 0 : (this.gMin * (minFactors[k]! - 1)) / this.siemensPerWeight;
        const low = Math.min(this.lowWeight + own, top - (top - this.lowWeight) * MIN_RANGE_FRACTION);
        this.weightRanges[2 * k] = low;
        this.weightRanges[2 * k + 1] = top;
        lowest = k === 0 ? low : Math.min(lowest, low);
      }
    this.lowestWeight = lowest;
    this.minCurrent = (this.topWeight - this.lowWeight) * MIN_CURRENT_FRACTION;
    this.apparentOffsets = apparentNoise > 0 ? arena.f64(edges.count) : null;
    this.apparentSd = apparentNoise * (this.topWeight - this.lowWeight);
    this.minReadWeight = e !== null || wMin >= 0 ? -this.referenceWeight : -Infinity;
  }

  weight(k: number, g: number): number {
    const within = interpolateWeight(this.minWeight(k), this.maxWeight(k), g);
    return this.apparentOffsets === null ? within : Math.max(within + this.apparentOffsets[k]!, this.minReadWeight);
  }

  /** Sets the offset of the read weight of device k in state g, from a standard normal number z. */
  setApparentOffset(k: number, g: number, z: number) {
    this.apparentOffsets![k] = Math.max(
      this.apparentSd * z,
      this.minReadWeight - interpolateWeight(this.minWeight(k), this.maxWeight(k), g),
    );
  }

  maxWeight(k: number): number {
    return this.weightRanges === null ? this.topWeight : this.weightRanges[2 * k + 1]!;
  }

  minWeight(k: number): number {
    return this.weightRanges === null ? this.lowWeight : this.weightRanges[2 * k]!;
  }

  findState(k: number, weight: number): number {
    const low = this.minWeight(k) + this.#getReadOffset(k);
    return Math.min(Math.max((weight - low) / (this.maxWeight(k) - this.minWeight(k)), 0), 1);
  }

  conductance(k: number, g: number): number {
    const low = this.minWeight(k);
    return (
      this.gMin +
      (low - this.lowWeight + g * (this.maxWeight(k) - low) + this.#getReadOffset(k)) * this.siemensPerWeight
    );
  }

  /** Conductance of device k in state 1 minus that in state 0, S. */
  conductanceRange(k: number): number {
    return (this.maxWeight(k) - this.minWeight(k)) * this.siemensPerWeight;
  }

  /** Conductance of device k in state 0, divided by the conductance range of the device; 0 without a conductance. */
  relativeMinConductance(k: number): number {
    const low = this.minWeight(k);
    if (Number.isNaN(this.gMin)) return 0;
    return (
      (this.gMin + (low - this.lowWeight) * this.siemensPerWeight) / ((this.maxWeight(k) - low) * this.siemensPerWeight)
    );
  }

  /** Current range of a device without variability, divided by the current of device k in state g. */
  computeRangeToCurrentRatio(k: number, g: number): number {
    return (this.topWeight - this.lowWeight) / Math.abs(this.#computeCurrent(k, g));
  }

  computeRangeToReferenceRatio(): number {
    return this.referenceWeight > 0 ? (this.topWeight - this.lowWeight) / this.referenceWeight : 0;
  }

  #getReadOffset(k: number): number {
    return this.apparentOffsets === null ? 0 : this.apparentOffsets[k]!;
  }

  #computeCurrent(k: number, g: number): number {
    const low = this.minWeight(k);
    const current = low + this.referenceWeight + g * (this.maxWeight(k) - low) + this.#getReadOffset(k);
    return Math.abs(current) < this.minCurrent ? this.minCurrent : current;
  }
}
