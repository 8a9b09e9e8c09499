import type { ModelContext } from '../../core/factories.ts';
import type { CounterRandom } from '../../core/random/random.ts';
import { deviation, logNormal } from '../logNormal.ts';
import { randomsOf } from '../randoms.ts';

/** Parameters of terminals that are devices: how they differ, and by how much what an arrival adds scatters. */
export const spreadParams = {
  deviceToDevice: deviation(
    0,
    'relative sd (log-normal) between terminals of relaxation, and of what an arrival adds, each drawn once',
  ),
  cycleToCycle: deviation(0, 'relative sd (normal) of what each arrival adds'),
};

interface SpreadParams {
  readonly deviceToDevice: number;
  readonly cycleToCycle: number;
}

/** Factors of terminals and of their arrivals. Draws belong to the terminal and to (terminal, n-th arrival). */
export class TerminalSpread {
  readonly state;
  /** What the relaxation times of each terminal are multiplied by. */
  readonly times: Float64Array;
  readonly #steps: Float64Array;
  readonly #cycleToCycle: number;
  readonly #random: CounterRandom;
  /** Arrivals of each terminal so far; empty without cycle-to-cycle spread. */
  readonly #arrivals: Uint32Array;

  constructor({ deviceToDevice, cycleToCycle }: SpreadParams, context: ModelContext & { readonly rows: number }) {
    const { arena, rows } = context;
    const random = randomsOf(context);
    this.times = arena.f64(rows).fill(1);
    this.#steps = arena.f64(rows).fill(1);
    if (deviceToDevice > 0) {
      const factor = logNormal(deviceToDevice, random('shortTerm/spread'));
      for (let row = 0; row < rows; row++) {
        this.times[row] = factor(row, 0);
        this.#steps[row] = factor(row, 1);
      }
    }
    this.#cycleToCycle = cycleToCycle;
    this.#random = random('shortTerm/cycles');
    this.#arrivals = arena.u32(cycleToCycle > 0 ? rows : 0);
    this.state = { arrivals: this.#arrivals };
  }

  /** What the share that the arrival at hand adds is multiplied by; counts the arrival. */
  step(row: number): number {
    if (this.#cycleToCycle === 0) return this.#steps[row]!;
    const noise = 1 + this.#cycleToCycle * this.#random.normal(row, this.#arrivals[row]!++);
    return this.#steps[row]! * Math.max(0, noise);
  }
}
