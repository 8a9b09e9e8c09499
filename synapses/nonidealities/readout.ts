import { type Edges, rowEnd, rowStart } from '../../core/edges.ts';
import type { ModelContext } from '../../core/model.ts';
import { CounterRandom } from '../../core/random.ts';
import type { NonIdealities } from './index.ts';
import { highAfter } from './telegraph.ts';

/**
 * What comes between a device and what is read of it: noise, telegraph noise, errors of a selector. Draws belong to
 * (device, n-th read of its row). State: reads and last read of each row, and the traps.
 */
export class Readout {
  readonly state;
  readonly #p: NonIdealities;
  readonly #reads: Uint32Array;
  readonly #seen: Float64Array;
  readonly #high: Uint8Array;
  readonly #noise: CounterRandom;
  readonly #traps: CounterRandom;
  readonly #errors: CounterRandom;
  readonly #references: CounterRandom;
  /** The read at hand: its number in the row, and the time since the one before. */
  #n = 0;
  #dt = 0;

  constructor(p: NonIdealities, edges: Edges, { arena, seed, name }: ModelContext) {
    this.#p = p;
    this.#reads = arena.u32(edges.rows);
    this.#seen = arena.f64(p.telegraph ? edges.rows : 0).fill(Number.NEGATIVE_INFINITY);
    this.#high = arena.u8(p.telegraph ? edges.count : 0);
    this.#noise = new CounterRandom(seed, `${name}/readNoise`);
    this.#traps = new CounterRandom(seed, `${name}/telegraph`);
    this.#errors = new CounterRandom(seed, `${name}/readErrors`);
    this.#references = new CounterRandom(seed, `${name}/reference`);
    this.state = { reads: this.#reads, seen: this.#seen, high: this.#high };
  }

  /** A read of `row` at t; `state` and `factor` are about it until the next one. */
  begin(row: number, t: number, edges: Edges): void {
    this.#n = this.#reads[row]!++;
    if (!this.#p.telegraph) return;
    this.#dt = t - this.#seen[row]!;
    this.#seen[row] = t;
    for (let k = rowStart(edges, row); k < rowEnd(edges, row); k++) {
      const high = highAfter(this.#dt, this.#high[k] === 1, this.#p.telegraph);
      this.#high[k] = this.#traps.uniform(k, this.#n) < high ? 1 : 0;
    }
  }

  /** The state that device k seems to be in. */
  seen(k: number, g: number): number {
    const rate = this.#p.readErrors?.rate ?? 0;
    return rate > 0 && this.#errors.uniform(k, this.#n) < rate ? 1 - g : g;
  }

  /** What its current is multiplied by. */
  factor(k: number): number {
    const trap = this.#p.telegraph && this.#high[k] === 0 ? 1 - this.#p.telegraph.amplitude : 1;
    return trap * this.#factor(this.#noise, k);
  }

  /** What the current of reference number `i` is multiplied by. */
  reference(i: number): number {
    return this.#factor(this.#references, i);
  }

  #factor(random: CounterRandom, entity: number): number {
    const sd = this.#p.readNoise?.sd ?? 0;
    return sd === 0 ? 1 : Math.max(0, 1 + sd * random.normal(entity, this.#n));
  }
}
