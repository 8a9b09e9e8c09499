import type { Kernels } from '../../../core/kernels/kernels.ts';
import type { CounterRandom } from '../../../core/random/random.ts';
import { toLevel } from './levels.ts';
import type { NonIdealities } from './nonidealities.ts';
import type { Pulses } from './pulses.ts';
import type { SpreadParams } from './spread.ts';

/** What makes the state after a pulse uncertain. Draws belong to (device, n-th pulse). */
export class Noise {
  readonly #p: SpreadParams & NonIdealities;
  readonly #kernels: Kernels;
  readonly #cycles: CounterRandom;
  readonly #writes: CounterRandom;
  readonly #rounding: CounterRandom;
  readonly #errors: CounterRandom;

  constructor(p: SpreadParams & NonIdealities, random: (purpose: string) => CounterRandom, kernels: Kernels) {
    this.#p = p;
    this.#kernels = kernels;
    this.#cycles = random('device');
    this.#writes = random('writeNoise');
    this.#rounding = random('rounding');
    this.#errors = random('writeErrors');
  }

  /** Noise of the step, in proportion to it and to the root of the strength. */
  steps({ edges, numbers, count, before, after, amounts, draws }: Pulses): void {
    const { cycleToCycle, writeNoise = 0 } = this.#p;
    if (cycleToCycle > 0) {
      this.#kernels.normals(this.#cycles, edges, numbers, count, draws);
      for (let i = 0; i < count; i++) {
        const g = before[i]!;
        after[i] = g + (after[i]! - g) * (1 + cycleToCycle * draws[i]!);
      }
    }
    if (writeNoise > 0) {
      this.#kernels.normals(this.#writes, edges, numbers, count, draws);
      for (let i = 0; i < count; i++) after[i]! += writeNoise * Math.sqrt(Math.abs(amounts[i]!)) * draws[i]!;
    }
  }

  /** Levels that the state falls on, and errors that leave it mirrored. */
  levels({ edges, numbers, count, after, low, high, draws }: Pulses): void {
    const { levels, readErrors } = this.#p;
    if (levels) {
      if (levels.rounding === 'stochastic') this.#kernels.uniforms(this.#rounding, edges, numbers, count, draws);
      else draws.fill(0.5);
      for (let i = 0; i < count; i++) after[i] = toLevel(after[i]!, levels.count, draws[i]!);
    }
    const rate = readErrors?.writeRate ?? 0;
    if (rate > 0) {
      this.#kernels.uniforms(this.#errors, edges, numbers, count, draws);
      for (let i = 0; i < count; i++) if (draws[i]! < rate) after[i] = 1 - after[i]!;
    }
    if (levels || rate > 0) for (let i = 0; i < count; i++) after[i] = Math.min(Math.max(after[i]!, low[i]!), high[i]!);
  }

  /** The nearest level. */
  nearest(g: number): number {
    return this.#p.levels ? toLevel(g, this.#p.levels.count, 0.5) : g;
  }
}
