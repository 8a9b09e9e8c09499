import type { ElementParameter } from '../../core/declare/elementParameter.ts';
import type { ModelContext } from '../../core/factories.ts';
import type { Floats } from '../../core/kernels/arena.ts';
import { CounterRandom, Stream } from '../../core/random/random.ts';
import type { AdaptiveThreshold } from './adaptiveThreshold.ts';

/**
 * Cycle-to-cycle variability of thresholds, as in threshold switches: each reset of a potential (own spike, winner-take-all
 * inhibition, rest) draws a new threshold theta = reset + (mean - reset)(1 + sd z), z standard normal and > -1/sd, so that
 * theta > reset. Adaptation and homeostasis change the mean.
 */
export class ThresholdNoise {
  readonly state;
  readonly #sd: number;
  /** Reset potential relative to the origin of the thresholds, mV. */
  readonly #resetOffset: ElementParameter;
  readonly #thresholds: AdaptiveThreshold;
  /** Thresholds without noise, in the representation of `AdaptiveThreshold.b`. */
  readonly #means: Floats;
  readonly #z: Float64Array;
  readonly #random: Stream;
  readonly #blocks: CounterRandom;

  constructor(sd: number, floor: ElementParameter, thresholds: AdaptiveThreshold, { arena, seed, name }: ModelContext) {
    const { b } = thresholds;
    this.#sd = sd;
    this.#resetOffset = floor;
    this.#thresholds = thresholds;
    this.#means = arena.floats(b instanceof Float32Array ? 'f32' : 'f64', b.length);
    this.#means.set(b);
    this.#z = arena.f64(b.length);
    this.#random = new Stream(seed, `${name}/threshold`, arena.u32(4));
    this.#blocks = new CounterRandom(seed, `${name}/threshold/blocks`);
    this.state = { thresholdMeans: this.#means, thresholdDraws: this.#z, thresholdRandom: this.#random.state };
    this.redrawAll();
  }

  /** Continues with random block `index`; later draws do not depend on earlier ones. */
  useBlock(index: number): void {
    this.#blocks.seed(this.#random.state, index);
    this.#random.state[2]! |= 1; // the state of the generator must not be all zero
  }

  /** `AdaptiveThreshold.postSpike` for the means; draws new noise for the neuron. */
  postSpike(neuron: number, t: number): void {
    this.#draw(neuron);
    this.#changeMeans(() => this.#thresholds.postSpike(neuron, t));
  }

  /** `AdaptiveThreshold.set` for the means. */
  set(neuron: number, t: number, mV: number): void {
    this.#changeMeans(() => this.#thresholds.set(neuron, t, mV));
  }

  /** `AdaptiveThreshold.shiftOrigin` for the means; the noise stays. */
  shiftOrigin(by: ElementParameter): void {
    this.#changeMeans(() => this.#thresholds.shiftOrigin(by));
  }

  redrawAll(): void {
    this.redraw(0, this.#z.length);
  }

  /** Draws new noise for neurons `from` … `to - 1`. */
  redraw(from: number, to: number): void {
    for (let j = from; j < to; j++) this.#draw(j);
    this.#applyNoise();
  }

  #changeMeans(change: () => void): void {
    const { b } = this.#thresholds;
    b.set(this.#means);
    change();
    this.#means.set(b);
    this.#applyNoise();
  }

  #draw(j: number): void {
    do this.#z[j] = this.#random.normal();
    while (!(1 + this.#sd * this.#z[j]! > 0));
  }

  #applyNoise(): void {
    const { b } = this.#thresholds;
    for (let j = 0; j < b.length; j++) {
      const floor = this.#resetOffset.at(j);
      b[j] = floor + (this.#means[j]! - floor) * (1 + this.#sd * this.#z[j]!);
    }
    this.#thresholds.restored();
  }
}
