import { type Edges, rowEnd, rowStart } from '../../../core/graph/edges.ts';
import type { ModelContext } from '../../../core/model.ts';
import { CounterRandom } from '../../../core/random/random.ts';
import type { NonIdealities } from './nonidealities.ts';
import { highAfter } from './telegraph.ts';

/**
 * What comes between a device and what is read of it: noise, telegraph noise, errors of a selector. Draws belong to
 * (device, n-th read of its row). State: reads and last read of each row, and the traps.
 */
export class Readout {
  readonly state;
  readonly #telegraph: NonIdealities['telegraph'];
  readonly #sd: number;
  readonly #errorRate: number;
  readonly #reads: Uint32Array;
  readonly #seen: Float64Array;
  readonly #high: Uint8Array;
  readonly #noise: CounterRandom;
  readonly #traps: CounterRandom;
  readonly #errors: CounterRandom;
  readonly #references: CounterRandom;
  /** The number of the read at hand within its row. */
  #n = 0;

  constructor(p: NonIdealities, edges: Edges, { arena, seed, name }: ModelContext) {
    this.#telegraph = p.telegraph;
    this.#sd = p.readNoise?.sd ?? 0;
    this.#errorRate = p.readErrors?.rate ?? 0;
    this.#reads = arena.u32(edges.rows);
    this.#seen = arena.f64(p.telegraph ? edges.rows : 0).fill(Number.NEGATIVE_INFINITY);
    this.#high = arena.u8(p.telegraph ? edges.count : 0);
    this.#noise = new CounterRandom(seed, `${name}/readNoise`);
    this.#traps = new CounterRandom(seed, `${name}/telegraph`);
    this.#errors = new CounterRandom(seed, `${name}/readErrors`);
    this.#references = new CounterRandom(seed, `${name}/reference`);
    this.state = { reads: this.#reads, seen: this.#seen, high: this.#high };
  }

  /** A read of `row` at t; `seen`, `factor` and `reference` are about it until the next one. */
  begin(row: number, t: number, edges: Edges): void {
    this.#n = this.#reads[row]!++;
    const telegraph = this.#telegraph;
    if (!telegraph) return;
    const dt = t - this.#seen[row]!;
    this.#seen[row] = t;
    const stay = highAfter(dt, true, telegraph);
    const rise = highAfter(dt, false, telegraph);
    for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
      this.#high[k] = this.#traps.uniform(k, this.#n) < (this.#high[k] === 1 ? stay : rise) ? 1 : 0;
    }
  }

  /** The state that device k seems to be in. */
  seen(k: number, g: number): number {
    return this.#errorRate > 0 && this.#errors.uniform(k, this.#n) < this.#errorRate ? 1 - g : g;
  }

  /** What its current is multiplied by. */
  factor(k: number): number {
    const noise = this.#factor(this.#noise, k);
    return this.#telegraph && this.#high[k] === 0 ? (1 - this.#telegraph.amplitude) * noise : noise;
  }

  /** What the current of reference number `i` is multiplied by. */
  reference(i: number): number {
    return this.#factor(this.#references, i);
  }

  #factor(random: CounterRandom, entity: number): number {
    return this.#sd === 0 ? 1 : Math.max(0, 1 + this.#sd * random.normal(entity, this.#n));
  }
}
