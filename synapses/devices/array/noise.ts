import type { Arena } from '../../../core/kernels/arena.ts';
import type { ProgrammingNoise } from '../../../core/kernels/devices.ts';
import type { Kernels } from '../../../core/kernels/kernels.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import { toLevel } from '../../../core/kernels/scalarPulses.ts';
import type { CounterRandom } from '../../../core/random/random.ts';
import type { NonIdealities } from './nonidealities.ts';
import type { SpreadParams } from './spread.ts';

/** What makes the state after a pulse uncertain, and bounds it. Draws belong to (device, n-th pulse). */
export class Noise {
  readonly state;
  readonly #kernels: Kernels;
  readonly straying: ProgrammingNoise;
  /** Shares of `cycleToCycle` that steps up and down scatter by. */
  readonly #ways: readonly [number, number];
  readonly #correlation: number;
  readonly #stochastic: boolean;
  readonly #errorRate: number;
  /** How often each device's direction has turned: even upwards, odd downwards. */
  readonly #turns: Uint32Array;
  readonly #cycles: CounterRandom;
  readonly #common: CounterRandom;
  /** Of writes, and the other noise of what is read beside the states. */
  readonly writes: CounterRandom;
  readonly #rounding: CounterRandom;
  readonly #errors: CounterRandom;
  readonly #apart: boolean;
  readonly #firstStrays: CounterRandom;

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
    this.#ways = cycleToCycle === 0 ? [1, 1] : [up / cycleToCycle, down / cycleToCycle];
    this.#correlation = cycleToCycle === 0 ? 0 : cycleCorrelation;
    this.#stochastic = levels?.rounding === 'stochastic';
    this.#errorRate = readErrors?.writeRate ?? 0;
    this.#turns = arena.u32(this.#correlation > 0 ? count : 0);
    this.#cycles = random('device');
    this.#common = random('cycle');
    this.writes = random('writeNoise');
    this.#rounding = random('rounding');
    this.#errors = random('writeErrors');
    this.#apart = (p.apparentNoise ?? 0) > 0;
    this.#firstStrays = random('apparentNoise/start');
    this.state = { turns: this.#turns };
  }

  /** Whether states may be left mirrored, which no kernel does. */
  get errs(): boolean {
    return this.#errorRate > 0;
  }

  /** Draws what the pulses are to be settled by, and what will be read beside the states. */
  draw(p: Pulses): void {
    const { edges, numbers, count } = p;
    const { cycleToCycle, writeNoise } = this.straying;
    if (cycleToCycle > 0) this.#kernels.noise(this.#cycles, edges, numbers, count, p.cycles);
    if (this.#correlation > 0) this.#share(p);
    if (this.#ways[0] !== this.#ways[1])
      for (let i = 0; i < count; i++) p.cycles[i]! *= this.#ways[p.amounts[i]! > 0 ? 0 : 1];
    if (this.#stochastic) this.#kernels.uniforms(this.#rounding, edges, numbers, count, p.rounding);
    const apart = this.#apart ? p.strays : null;
    if (writeNoise > 0 || apart) this.#kernels.noise(this.writes, edges, numbers, count, p.writes, apart);
  }

  /** Errors that leave states mirrored. */
  err(p: Pulses): void {
    if (!this.errs) return;
    const { edges, numbers, count, after, low, high } = p;
    for (let i = 0; i < count; i++) {
      if (this.#errors.uniform(edges[i]!, numbers[i]!) >= this.#errorRate) continue;
      after[i] = Math.min(Math.max(1 - after[i]!, low[i]!), high[i]!);
    }
  }

  /** Gives the noise of steps its part that lasts until the direction turns: (device, n-th turn). */
  #share({ edges, amounts, count, cycles }: Pulses): void {
    const [common, own] = [Math.sqrt(this.#correlation), Math.sqrt(1 - this.#correlation)];
    for (let i = 0; i < count; i++) {
      const k = edges[i]!;
      if ((this.#turns[k]! & 1) !== (amounts[i]! > 0 ? 0 : 1)) this.#turns[k]!++;
      cycles[i] = common * this.#common.normal(k, this.#turns[k]!) + own * cycles[i]!;
    }
  }

  /** What is read beside the state of device k before its first pulse: standard normal. */
  firstStray(k: number): number {
    return this.#firstStrays.normal(k, 0);
  }

  /** The nearest level. */
  nearest(g: number): number {
    const { levels } = this.straying;
    return levels > 0 ? toLevel(g, levels, 0.5) : g;
  }
}
