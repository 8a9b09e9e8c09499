import * as z from 'zod/mini';
import { ranged, whole } from '../../../core/declare/ranged.ts';
import { findLargest } from '../../statistics/score.ts';

/** Factor by which each new win of a neuron multiplies the weight of its earlier wins. */
const DECAY = 0.9;
/** Number of images over which the running accuracy is computed. */
const WINDOW = 1000;
const NO_CLASS = 255;

/**
 * Recent wins of each neuron per class, and running accuracy of training. An image's predicted class is the class its
 * winner has won most often so far. Labels do not affect the network.
 */
export class WinnerTally {
  readonly #wins: Float64Array;
  readonly #classes: number;
  readonly #recent = new Uint8Array(WINDOW);
  #seen = 0;
  #right = 0;
  /** Running accuracy, recorded after every 1,000 images. */
  readonly points: { images: number; accuracy: number }[] = [];

  constructor(neurons: number, classes: number) {
    this.#classes = classes;
    this.#wins = new Float64Array(neurons * classes);
  }

  /** Running accuracy: correct predictions among the last 1,000 images, %. */
  get accuracy(): number {
    return (100 * this.#right) / Math.max(1, Math.min(this.#seen, WINDOW));
  }

  /** Adds an image with its winning neurons, one per group that fired. Returns the predicted class, or 255 if none. */
  add(winners: readonly number[], label: number): number {
    const slot = this.#seen % WINDOW;
    this.#right -= this.#seen >= WINDOW ? this.#recent[slot]! : 0;
    const prediction = winners.length === 1 ? this.getClass(winners[0]!) : this.#vote(winners);
    const right = prediction === label ? 1 : 0;
    this.#recent[slot] = right;
    this.#right += right;
    this.#seen++;
    for (const winner of winners) {
      const first = winner * this.#classes;
      for (let c = 0; c < this.#classes; c++) this.#wins[first + c]! *= DECAY;
      this.#wins[first + label]! += 1;
    }
    if (this.#seen % WINDOW === 0) this.points.push({ images: this.#seen, accuracy: this.accuracy });
    return prediction;
  }

  /** Class with the largest sum of the winners' relative win counts; 255 if the winners have not won before. */
  #vote(winners: readonly number[]): number {
    const votes = new Float64Array(this.#classes);
    for (const winner of winners) {
      const wins = this.#wins.subarray(winner * this.#classes, (winner + 1) * this.#classes);
      const total = wins.reduce((sum, n) => sum + n, 0);
      for (let c = 0; total > 0 && c < this.#classes; c++) votes[c]! += wins[c]! / total;
    }
    const highest = Math.max(...votes);
    return highest > 0 ? votes.indexOf(highest) : NO_CLASS;
  }

  /** Class whose images a neuron has won most often recently; 255 if it has not won any. */
  getClass(neuron: number): number {
    const first = neuron * this.#classes;
    const best = findLargest(this.#wins, first, this.#classes);
    return this.#wins[first + best]! > 0 ? best : NO_CLASS;
  }

  save() {
    return {
      wins: [...this.#wins],
      recent: [...this.#recent],
      seen: this.#seen,
      right: this.#right,
      points: this.points,
    };
  }

  /** Schema of the state that `save` returns. */
  get savedSchema() {
    return z.object({
      wins: z.array(ranged({ min: 0 })).check(z.length(this.#wins.length)),
      recent: z.array(whole({ min: 0, max: 1 })).check(z.length(WINDOW)),
      seen: whole({ min: 0 }),
      right: whole({ min: 0, max: WINDOW }),
      points: z.array(z.object({ images: whole({ min: 0 }), accuracy: ranged({ min: 0, max: 100 }) })),
    });
  }

  load(saved: ReturnType<WinnerTally['save']>): void {
    this.#wins.set(saved.wins);
    this.#recent.set(saved.recent);
    this.#seen = saved.seen;
    this.#right = saved.right;
    this.points.splice(0, this.points.length, ...saved.points);
  }
}
