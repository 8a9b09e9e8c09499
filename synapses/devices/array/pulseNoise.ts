import type { Arena } from '../../../core/kernels/arena.ts';
import type { ProgrammingNoise } from '../../../core/kernels/devices.ts';
import type { Kernels } from '../../../core/kernels/kernels.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import { roundStateToLevel } from '../../../core/kernels/scalarPulses.ts';
import type { CounterRandom } from '../../../core/random/random.ts';
import type { NonIdealities } from './nonidealities.ts';
import type { SpreadParams } from './spread.ts';

/**
 * Programming noise: cycle-to-cycle variability, write noise, apparent noise, rounding to levels and write errors.
 * Random draws are indexed by (device, pulse number).
 */
export class PulseNoise {
  readonly state;
  readonly #kernels: Kernels;
  readonly straying: ProgrammingNoise;
  /** Cycle-to-cycle variability of upward and of downward steps, each divided by the larger one. */
  readonly #directionFactors: readonly [number, number];
  readonly #correlation: number;
  readonly #stochastic: boolean;
  readonly #errorRate: number;
  /** Number of pulse direction changes of each device: even after an upward pulse, odd after a downward pulse. */
  readonly #reversals: Uint32Array;
  readonly #cycles: CounterRandom;
  readonly #common: CounterRandom;
  /** Random stream of write noise; the second number of each draw is the apparent noise. */
  readonly writeRandom: CounterRandom;
  readonly #rounding: CounterRandom;
  readonly #errors: CounterRandom;
  readonly #hasApparentNoise: boolean;
  readonly #initialApparent: CounterRandom;

  constructor(
    p: SpreadParams & NonIdealities,
    count: number,
    random: (purpose: string) => CounterRandom,
    arena: Arena,
  ) {
    const {
      cycleToCycle: up,
      cycleToCycleDown: down = up,
      cycleCorrelation = 0,
      writeNoise = 0,
      levels,
      readErrors,
    } = p;
    const cycleToCycle = Math.max(up, down);
    this.#kernels = arena.kernels;
    this.straying = { cycleToCycle, writeNoise, levels: levels?.count ?? 0 };
    this.#directionFactors = cycleToCycle === 0 ? [1, 1] : [up / cycleToCycle, down / cycleToCycle];
    this.#correlation = cycleToCycle === 0 ? 0 : cycleCorrelation;
    this.#stochastic = levels?.rounding === 'stochastic';
    this.#errorRate = readErrors?.writeRate ?? 0;
    this.#reversals = arena.u32(this.#correlation > 0 ? count : 0);
    this.#cycles = random('device');
    this.#common = random('cycle');
    this.writeRandom = random('writeNoise');
    this.#rounding = random('rounding');
    this.#errors = random('writeErrors');
    this.#hasApparentNoise = (p.apparentNoise ?? 0) > 0;
    this.#initialApparent = random('apparentNoise/start');
    this.state = { turns: this.#reversals };
  }

  /** True if write errors can mirror the state of a device (g to 1 - g), which no kernel computes. */
  get hasWriteErrors(): boolean {
    return this.#errorRate > 0;
  }

  /** Draws the random numbers of a batch: cycle-to-cycle noise, rounding to levels, write noise and apparent noise. */
  draw(p: Pulses): void {
    const { edges, numbers, count } = p;
    const { cycleToCycle, writeNoise } = this.straying;
    if (cycleToCycle > 0) this.#kernels.noise(this.#cycles, edges, numbers, count, p.cycles);
    if (this.#correlation > 0) this.#correlate(p);
    if (this.#directionFactors[0] !== this.#directionFactors[1])
      for (let i = 0; i < count; i++) p.cycles[i]! *= this.#directionFactors[p.amounts[i]! > 0 ? 0 : 1];
    if (this.#stochastic) this.#kernels.uniforms(this.#rounding, edges, numbers, count, p.rounding);
    const apart = this.#hasApparentNoise ? p.strays : null;
    if (writeNoise > 0 || apart) this.#kernels.noise(this.writeRandom, edges, numbers, count, p.writes, apart);
  }

  /** Applies write errors to a batch: an erroneous write leaves state 1 - g. */
  applyWriteErrors(p: Pulses): void {
    if (!this.hasWriteErrors) return;
    const { edges, numbers, count, after, low, high } = p;
    for (let i = 0; i < count; i++) {
      if (this.#errors.uniform(edges[i]!, numbers[i]!) >= this.#errorRate) continue;
      after[i] = Math.min(Math.max(1 - after[i]!, low[i]!), high[i]!);
    }
  }

  /** Adds the correlated part of cycle-to-cycle noise, which is redrawn at each reversal of the pulse direction. */
  #correlate({ edges, amounts, count, cycles }: Pulses): void {
    const [common, own] = [Math.sqrt(this.#correlation), Math.sqrt(1 - this.#correlation)];
    for (let i = 0; i < count; i++) {
      const k = edges[i]!;
      if ((this.#reversals[k]! & 1) !== (amounts[i]! > 0 ? 0 : 1)) this.#reversals[k]!++;
      cycles[i] = common * this.#common.normal(k, this.#reversals[k]!) + own * cycles[i]!;
    }
  }

  /** Draws a standard normal number for the apparent noise of device k before its first pulse. */
  drawInitialApparent(k: number): number {
    return this.#initialApparent.normal(k, 0);
  }

  /** Quantises state g to the nearest level. */
  roundToLevel(g: number): number {
    const { levels } = this.straying;
    return levels > 0 ? roundStateToLevel(g, levels, 0.5) : g;
  }
}
