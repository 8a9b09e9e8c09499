import type { ModelContext } from '../../core/factories.ts';
import type { CounterRandom } from '../../core/random/random.ts';
import { createLogNormal, createRandomStreams, deviationParam } from '../variability.ts';

/** Parameters of the variability of short-term plasticity: between presynaptic terminals, and between arrivals. */
export const spreadParams = {
  deviceToDevice: deviationParam(
    0,
    'device-to-device variability: relative sd (log-normal) of the time constants and of the increment per arrival, each drawn once per terminal',
  ),
  cycleToCycle: deviationParam(0, 'cycle-to-cycle variability: relative sd (normal) of the increment of each arrival'),
};

interface SpreadParams {
  readonly deviceToDevice: number;
  readonly cycleToCycle: number;
}

/** Variability of presynaptic terminals. Random draws are indexed by terminal and by (terminal, arrival number). */
export class TerminalSpread {
  readonly state;
  /** Factor by which the time constants of each terminal are multiplied. */
  readonly timeFactors: Float64Array;
  readonly #stepFactors: Float64Array;
  readonly #cycleToCycle: number;
  readonly #random: CounterRandom;
  /** Number of arrivals of each terminal; empty without cycle-to-cycle variability. */
  readonly #arrivals: Uint32Array;

  constructor({ deviceToDevice, cycleToCycle }: SpreadParams, context: ModelContext & { readonly rows: number }) {
    const { arena, rows } = context;
    const random = createRandomStreams(context);
    this.timeFactors = arena.f64(rows).fill(1);
    this.#stepFactors = arena.f64(rows).fill(1);
    if (deviceToDevice > 0) {
      const factor = createLogNormal(deviceToDevice, random('shortTerm/spread'));
      for (let row = 0; row < rows; row++) {
        this.timeFactors[row] = factor(row, 0);
        this.#stepFactors[row] = factor(row, 1);
      }
    }
    this.#cycleToCycle = cycleToCycle;
    this.#random = random('shortTerm/cycles');
    this.#arrivals = arena.u32(cycleToCycle > 0 ? rows : 0);
    this.state = { arrivals: this.#arrivals };
  }

  /** Draws the factor of the increment by the current arrival; counts the arrival. */
  drawStepFactor(row: number): number {
    if (this.#cycleToCycle === 0) return this.#stepFactors[row]!;
    const noise = 1 + this.#cycleToCycle * this.#random.normal(row, this.#arrivals[row]!++);
    return this.#stepFactors[row]! * Math.max(0, noise);
  }
}
