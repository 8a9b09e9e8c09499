import * as z from 'zod/mini';
import { ranged, whole } from '../../../core/declare/ranged.ts';

const FORGET = 0.9;
const WINDOW = 1000;
const NONE = 255;

/**
 * Which classes each neuron has won lately, and from that the running accuracy: before an image is counted, its class is
 * guessed as the one that its winner has won most. Wins are forgotten by a factor of 0.9 a win. Training labels only; they
 * never reach the network.
 */
export class WinnerTally {
  readonly #wins: Float64Array;
  readonly #classes: number;
  readonly #recent = new Uint8Array(WINDOW);
  #seen = 0;
  #right = 0;
  /** Running accuracy after every thousandth image. */
  readonly points: { images: number; accuracy: number }[] = [];

  constructor(neurons: number, classes: number) {
    this.#classes = classes;
    this.#wins = new Float64Array(neurons * classes);
  }

  /** Share of right guesses among the last 1,000 images, percent. */
  get accuracy(): number {
    return (100 * this.#right) / Math.max(1, Math.min(this.#seen, WINDOW));
  }

  /** One image of class `label` with its winners, one of each group that has fired. Returns the class that was guessed, 255 for none. */
  add(winners: readonly number[], label: number): number {
    const slot = this.#seen % WINDOW;
    this.#right -= this.#seen >= WINDOW ? this.#recent[slot]! : 0;
    const guess = winners.length === 1 ? this.classOf(winners[0]!) : this.#vote(winners);
    const right = guess === label ? 1 : 0;
    this.#recent[slot] = right;
    this.#right += right;
    this.#seen++;
    for (const winner of winners) {
      const first = winner * this.#classes;
      for (let c = 0; c < this.#classes; c++) this.#wins[first + c]! *= FORGET;
      this.#wins[first + label]! += 1;
    }
    if (this.#seen % WINDOW === 0) this.points.push({ images: this.#seen, accuracy: this.accuracy });
    return guess;
  }

  /** The class with the largest shares in what the winners have won lately, 255 when they have won nothing. */
  #vote(winners: readonly number[]): number {
    const votes = new Float64Array(this.#classes);
    for (const winner of winners) {
      const wins = this.#wins.subarray(winner * this.#classes, (winner + 1) * this.#classes);
      const all = wins.reduce((sum, n) => sum + n, 0);
      for (let c = 0; all > 0 && c < this.#classes; c++) votes[c]! += wins[c]! / all;
    }
    const most = Math.max(...votes);
    return most > 0 ? votes.indexOf(most) : NONE;
  }

  /** The class a neuron has won most lately, 255 when it has won nothing. */
  classOf(neuron: number): number {
    const first = neuron * this.#classes;
    let best = NONE;
    let most = 0;
    for (let c = 0; c < this.#classes; c++) {
      const wins = this.#wins[first + c]!;
      if (wins <= most) continue;
      most = wins;
      best = c;
    }
    return best;
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

  /** What `save` has of as many neurons. */
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
