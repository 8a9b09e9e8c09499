import type { Kernels, Straying } from '../../../core/kernels/kernels.ts';
import { toLevel } from '../../../core/kernels/plainStages.ts';
import type { CounterRandom } from '../../../core/random/random.ts';
import type { NonIdealities } from './nonidealities.ts';
import type { Pulses } from './pulses.ts';
import type { SpreadParams } from './spread.ts';

/** What makes the state after a pulse uncertain, and bounds it. Draws belong to (device, n-th pulse). */
export class Noise {
  readonly #kernels: Kernels;
  readonly #straying: Straying;
  readonly #stochastic: boolean;
  readonly #errorRate: number;
  readonly #cycles: CounterRandom;
  readonly #writes: CounterRandom;
  readonly #rounding: CounterRandom;
  readonly #errors: CounterRandom;

  constructor(p: SpreadParams & NonIdealities, random: (purpose: string) => CounterRandom, kernels: Kernels) {
    const { cycleToCycle, writeNoise = 0, levels, readErrors } = p;
    this.#kernels = kernels;
    this.#straying = { cycleToCycle, writeNoise, levels: levels?.count ?? 0 };
    this.#stochastic = levels?.rounding === 'stochastic';
    this.#errorRate = readErrors?.writeRate ?? 0;
    this.#cycles = random('device');
    this.#writes = random('writeNoise');
    this.#rounding = random('rounding');
    this.#errors = random('writeErrors');
  }

  /** Noise of the step, in proportion to it and to the root of the strength; bounds; levels; errors that leave it mirrored. */
  settle(p: Pulses): void {
    const { edges, numbers, count } = p;
    const { cycleToCycle, writeNoise } = this.#straying;
    if (cycleToCycle > 0) this.#kernels.normals(this.#cycles, edges, numbers, count, p.cycles);
    if (writeNoise > 0) this.#kernels.normals(this.#writes, edges, numbers, count, p.writes);
    if (this.#stochastic) this.#kernels.uniforms(this.#rounding, edges, numbers, count, p.rounding);
    this.#kernels.settlePulses(p, this.#straying);
    if (this.#errorRate === 0) return;
    const { after, low, high } = p;
    for (let i = 0; i < count; i++) {
      if (this.#errors.uniform(edges[i]!, numbers[i]!) >= this.#errorRate) continue;
      after[i] = Math.min(Math.max(1 - after[i]!, low[i]!), high[i]!);
    }
  }

  /** The nearest level. */
  nearest(g: number): number {
    const { levels } = this.#straying;
    return levels > 0 ? toLevel(g, levels, 0.5) : g;
  }
}
