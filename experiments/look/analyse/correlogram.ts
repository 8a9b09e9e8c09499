/** Coincidences of two populations (or of the different neurons of one) by lag. */
export interface Correlogram {
  /** Lags in bins, from -K to K. Positive: the second population fires later. */
  readonly lags: readonly number[];
  readonly counts: readonly number[];
  /** What independent neurons of the same rates would give: n_a n_b (L - |k|) / L^2 over L bins. */
  readonly expected: readonly number[];
}

/**
 * Cross-correlation histogram: C(k) = sum over t of a(t) b(t + k), a and b being spike counts in bins.
 * Definition: `elephant.spike_train_correlation.cross_correlation_histogram`, not border-corrected, summed over all pairs
 * of neurons of the two populations.
 */
export class CrossCorrelogram {
  readonly #lag: number;
  readonly #counts: Float64Array;
  readonly #a: Float64Array;
  readonly #b: Float64Array;
  #bin = 0;
  #sumA = 0;
  #sumB = 0;

  /** @param lag the longest, in bins. */
  constructor(lag: number) {
    this.#lag = lag;
    this.#counts = new Float64Array(2 * lag + 1);
    this.#a = new Float64Array(lag + 1);
    this.#b = new Float64Array(lag + 1);
  }

  /** Spikes of both populations in the next bin. */
  bin(a: number, b: number): void {
    const lag = this.#lag;
    const ring = lag + 1;
    const at = this.#bin % ring;
    this.#a[at] = a;
    this.#b[at] = b;
    this.#sumA += a;
    this.#sumB += b;
    this.#bin++;
    if (a === 0 && b === 0) return;
    this.#counts[lag]! += a * b;
    for (let k = 1, j = at; k <= lag; k++) {
      j = j === 0 ? lag : j - 1;
      this.#counts[lag + k]! += this.#a[j]! * b;
      this.#counts[lag - k]! += this.#b[j]! * a;
    }
  }

  /** @param own for one population with itself: what its neurons have with themselves, which is taken out. */
  result(own?: { readonly counts: ArrayLike<number>; readonly squares: number }): Correlogram {
    const lags = Array.from(this.#counts, (_, i) => i - this.#lag);
    const pairs = this.#sumA * this.#sumB - (own?.squares ?? 0);
    return {
      lags,
      counts: lags.map((k, i) => this.#counts[i]! - (own?.counts[Math.abs(k)] ?? 0)),
      expected: lags.map((k) => (pairs * Math.max(0, this.#bin - Math.abs(k))) / this.#bin ** 2),
    };
  }
}
