/** As Elephant's `BinnedSpikeTrain`: a time this little (in bins) before an edge counts as on it. */
const TOLERANCE = 1e-8;

/** Equal bins over a window, closed on the left; the last one that fits also holds its right edge, as in `numpy.histogram`. */
export class Bins {
  readonly from: number;
  readonly to: number;
  /** ms */
  readonly width: number;
  readonly count: number;

  constructor(from: number, to: number, width: number) {
    this.from = from;
    this.to = to;
    this.width = width;
    this.count = Math.floor((to - from) / width + TOLERANCE);
  }

  /** The bin of a time in the window, -1 for what follows the last whole bin. */
  of(t: number): number {
    const bin = Math.floor((t - this.from) / this.width + TOLERANCE);
    if (bin < this.count) return bin;
    return t === this.to && this.from + this.count * this.width >= this.to - TOLERANCE * this.width
      ? this.count - 1
      : -1;
  }
}

/** Collects what falls into the bins of ascending times, several series at once, and hands on bin after bin, the empty ones too. */
export class BinClock {
  readonly bins: Bins;
  readonly #sums: Float64Array;
  readonly #take: (sums: Float64Array) => void;
  #bin = 0;

  constructor(bins: Bins, series: number, take: (sums: Float64Array) => void) {
    this.bins = bins;
    this.#sums = new Float64Array(series);
    this.#take = take;
  }

  /** Adds `amount` to `series` in a bin that is not before the last one. */
  add(bin: number, series: number, amount = 1): void {
    if (bin > this.#bin) this.#advance(bin);
    this.#sums[series]! += amount;
  }

  finish(): void {
    this.#advance(this.bins.count);
  }

  #advance(to: number): void {
    while (this.#bin < to) {
      this.#take(this.#sums);
      this.#sums.fill(0);
      this.#bin++;
    }
  }
}
