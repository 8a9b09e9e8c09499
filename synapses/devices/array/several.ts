import type { DeviceContext } from '../../../core/factories.ts';
import { type Along, Members } from './members.ts';
import type { Verified } from './verify.ts';

/**
 * n devices a synapse, whose weight is the mean of theirs. One counter for the array says whose turn it is: all pulses of an instant
 * go to the same devices, those of the next instant with pulses to the next ones. A pulse moves the weight by 1/n of a step;
 * spread and noise average out as 1/√n. Source: Boybat et al. 2018, doi:10.1038/s41467-018-04933-y.
 */
export class Several extends Members {
  /** Whose turn it is, and the instant it came, ms. */
  readonly #turn: Float64Array;

  constructor(n: number, make: (context: DeviceContext) => Verified, context: DeviceContext) {
    const same = (weight: number) => weight;
    super(
      Array.from({ length: n }, (_, i) => ({ name: `device${i}`, sign: 1, start: same })),
      n,
      make,
      context,
    );
    this.#turn = context.arena.f64(2);
    this.#turn.set([n - 1, -1]); // before the first instant
    this.own.turn = this.#turn;
  }

  override turn(): void {
    this.#turn[0] = (this.#turn[0]! + 1) % this.members.length;
  }

  protected pulse(along: Along, line: number, trace: Float64Array, scale: number, mu: number, t: number): void {
    if (t !== this.#turn[1]) {
      this.turn();
      this.#turn[1] = t;
    }
    this.members[this.#turn[0]!]![along](line, trace, scale, mu, t);
  }

  /** Of each of the devices by itself. */
  normalise(sum: number, t: number): void {
    for (const one of this.members) one.normalise(sum, t);
    this.sumAll();
  }
}
