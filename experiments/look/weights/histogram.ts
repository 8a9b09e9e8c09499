import type { Range } from './recorded.ts';

/** How values are spread over equal bins of a range, and their moments; NaN is no value. */
export class Histogram {
  readonly counts: Uint32Array;
  /** Left edge of the first bin, and the width of each. */
  readonly low: number;
  readonly width: number;
  readonly count: number;
  readonly mean: number;
  /** Standard deviation, of all values and not of a sample. */
  readonly sd: number;
  readonly min: number;
  readonly max: number;

  constructor(values: Float64Array, { low, high }: Range, bins: number) {
    this.low = low;
    this.width = (high > low ? high - low : Math.abs(low) || 1) / bins;
    this.counts = new Uint32Array(bins);
    let [n, sum, squares, min, max] = [0, 0, 0, Infinity, -Infinity];
    for (const value of values) {
      if (Number.isNaN(value)) continue;
      n++;
      sum += value;
      squares += (value - low) ** 2;
      if (value < min) min = value;
      if (value > max) max = value;
      this.counts[Math.min(bins - 1, Math.floor((value - low) / this.width))]!++;
    }
    this.count = n;
    this.mean = sum / n;
    this.sd = Math.sqrt(Math.max(0, squares / n - (this.mean - low) ** 2));
    this.min = min;
    this.max = max;
  }
}
