export interface Psth {
  /** Left edges of the bins, ms after the trigger. */
  readonly times: readonly number[];
  /** Mean rate per neuron, Hz. */
  readonly rates: readonly number[];
  readonly triggers: number;
}

const MS_PER_S = 1000;

/**
 * Peristimulus time histogram: mean rate per neuron in bins of the time since a trigger, over all triggers; windows may overlap.
 * Definition: `elephant.statistics.time_histogram` (output 'rate') of the trials cut at the triggers.
 * Source: Gerstein & Kiang 1960, doi:10.1016/S0006-3495(60)86872-5.
 */
export class PsthOf {
  readonly #triggers: readonly number[];
  readonly #after: number;
  readonly #bin: number;
  readonly #counts: Float64Array;
  #first = 0;

  /**
   * @param triggers ascending times in ms; @param after ms after each; @param bin ms.
   */
  constructor(triggers: readonly number[], after: number, bin: number) {
    this.#triggers = triggers;
    this.#bin = bin;
    this.#counts = new Float64Array(Math.floor(after / bin + 1e-8));
    this.#after = this.#counts.length * bin;
  }

  spike(t: number): void {
    const triggers = this.#triggers;
    while (this.#first < triggers.length && triggers[this.#first]! + this.#after <= t) this.#first++;
    for (let k = this.#first; k < triggers.length && triggers[k]! <= t; k++) {
      const bin = Math.floor((t - triggers[k]!) / this.#bin + 1e-8);
      if (bin < this.#counts.length) this.#counts[bin]!++;
    }
  }

  result(size: number): Psth {
    const scale = MS_PER_S / (this.#bin * this.#triggers.length * size);
    return {
      times: Array.from(this.#counts, (_, i) => i * this.#bin),
      rates: Array.from(this.#counts, (count) => count * scale),
      triggers: this.#triggers.length,
    };
  }
}
