export interface Psth {
  /** Left edges of the bins, ms after the trigger. */
  readonly times: readonly number[];
  /** Mean rate per neuron, Hz. */
  readonly rates: readonly number[];
  readonly triggers: number;
}

/** Where the trials of a PSTH lie, ascending. */
export interface Triggers {
  /** ms */
  readonly at: readonly number[];
  /** When what began at a trigger was over, ms, for trials that do not overlap. */
  readonly ends?: readonly number[];
}

const MS_PER_S = 1000;

/**
 * Peristimulus time histogram: mean rate per neuron in bins of the time since a trigger, over all triggers; windows may overlap.
 * Where triggers have ends, each bin is the mean over those that had not ended, and a spike at the very end, which often is the
 * start of the next trial, belongs to the trial that it ends.
 * Definition: `elephant.statistics.time_histogram` (output 'rate') of the trials cut at the triggers.
 * Source: Gerstein & Kiang 1960, doi:10.1016/S0006-3495(60)86872-5.
 */
export class PsthOf {
  readonly #triggers: Triggers;
  readonly #after: number;
  readonly #bin: number;
  readonly #counts: Float64Array;
  #first = 0;

  /**
   * @param after ms after each trigger; @param bin ms.
   */
  constructor(triggers: Triggers, after: number, bin: number) {
    this.#triggers = triggers;
    this.#bin = bin;
    this.#counts = new Float64Array(Math.floor(after / bin + 1e-8));
    this.#after = this.#counts.length * bin;
  }

  spike(t: number): void {
    const { at, ends } = this.#triggers;
    while (this.#first < at.length && at[this.#first]! + this.#after < t) this.#first++;
    for (let k = this.#first; k < at.length && at[k]! <= t; k++) {
      const end = ends?.[k];
      if (end !== undefined && (t === at[k] || t > end)) continue;
      const bin = t === end ? this.#bins(k) - 1 : Math.floor((t - at[k]!) / this.#bin + 1e-8);
      if (bin < this.#counts.length) this.#counts[bin]!++;
    }
  }

  /** Bins that the k-th trial reaches into. */
  #bins(k: number): number {
    return Math.ceil((this.#triggers.ends![k]! - this.#triggers.at[k]!) / this.#bin - 1e-8);
  }

  /** How long each bin was looked at, over all triggers, ms. */
  #exposure(): Float64Array {
    const { at, ends } = this.#triggers;
    if (ends === undefined) return this.#counts.map(() => at.length * this.#bin);
    const exposure = new Float64Array(this.#counts.length);
    for (const [k, start] of at.entries()) {
      const span = ends[k]! - start;
      const bins = Math.min(exposure.length, this.#bins(k));
      for (let i = 0; i < bins; i++) exposure[i]! += Math.min(this.#bin, span - i * this.#bin);
    }
    return exposure;
  }

  result(size: number): Psth {
    const exposure = this.#exposure();
    const seen = exposure.filter((ms) => ms > 0);
    return {
      times: Array.from(seen, (_, i) => i * this.#bin),
      rates: Array.from(seen, (ms, i) => this.#counts[i]! * (MS_PER_S / (ms * size))),
      triggers: this.#triggers.at.length,
    };
  }
}
