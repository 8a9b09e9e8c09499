import type { ModelContext } from '../../core/factories.ts';
import type { StimulusModel } from '../../core/model.ts';
import { RandomStream } from '../../core/random/random.ts';
import { Poisson } from './poisson.ts';

/** Number of candidate spikes (for thinning) drawn at once. */
const BLOCK = 64;

/** Rates of neurons over time, Hz. */
interface VariableRates {
  readonly highest: readonly number[];
  rateAt(neuron: number, t: number): number;
}

/**
 * Poisson spike trains with variable rates, by thinning: spikes at the highest rate of a neuron are kept with probability
 * rate(t) / highest rate (Lewis & Shedler 1979, doi:10.1002/nav.3800260304).
 */
export class ThinnedPoisson implements StimulusModel {
  readonly size: number;
  readonly state;
  readonly #rates;
  readonly #candidates;
  readonly #thinning;
  /** Times of candidate spikes, ms; entries `#block[0]` … `#block[1] - 1` are not used yet. */
  readonly #times: Float64Array;
  readonly #neurons: Uint32Array;
  readonly #block: Uint32Array;
  /** Next spike kept by the thinning: time, ms, and neuron. */
  readonly #time: Float64Array;
  readonly #neuron: Uint32Array;

  constructor(
    rates: VariableRates,
    { start, stop }: { readonly start: number; readonly stop: number },
    context: ModelContext,
  ) {
    const { arena, seed, name } = context;
    this.size = rates.highest.length;
    this.#rates = rates;
    this.#candidates = new Poisson({ size: this.size, rate: [...rates.highest], start, stop }, context);
    this.#thinning = new RandomStream(seed, `${name}/thinning`, arena.u32(4));
    [this.#times, this.#neurons, this.#block] = [arena.f64(BLOCK), arena.u32(BLOCK), arena.u32(2)];
    [this.#time, this.#neuron] = [arena.f64(1), arena.u32(1)];
    this.state = {
      ...this.#candidates.state,
      thinning: this.#thinning.state,
      candidateTimes: this.#times,
      candidateNeurons: this.#neurons,
      block: this.#block,
      nextTime: this.#time,
      nextNeuron: this.#neuron,
    };
    this.#drawNext();
  }

  get nextSpikeTime() {
    return this.#time[0]!;
  }

  onCheckpointLoaded() {
    this.#candidates.onCheckpointLoaded();
  }

  emit(times: Float64Array, neurons: Uint32Array, capacity: number): number {
    let count = 0;
    for (; count < capacity && this.nextSpikeTime < Infinity; count++) {
      times[count] = this.nextSpikeTime;
      neurons[count] = this.#neuron[0]!;
      this.#drawNext();
    }
    return count;
  }

  restart(t: number) {
    this.#candidates.restart(t);
    this.#block.fill(0);
    this.#drawNext();
  }

  #drawNext() {
    const block = this.#block;
    for (;;) {
      if (block[0] === block[1]) {
        if (this.#candidates.nextSpikeTime === Infinity) break;
        block[0] = 0;
        block[1] = this.#candidates.emit(this.#times, this.#neurons, BLOCK);
      }
      const k = block[0]!++;
      const j = this.#neurons[k]!;
      const present = this.#rates.rateAt(j, this.#times[k]!);
      if (this.#thinning.uniform() * this.#rates.highest[j]! >= present) continue;
      this.#time[0] = this.#times[k]!;
      this.#neuron[0] = j;
      return;
    }
    this.#time[0] = Infinity;
  }
}
