import type { Pulses } from '../../../core/kernels/pulses.ts';
import type { ModelContext } from '../../../core/model.ts';
import { CounterRandom } from '../../../core/random/random.ts';
import { lifetime, windowLeft } from './endurance.ts';
import type { NonIdealities } from './nonidealities.ts';
import { drawStuck, STUCK_HIGH, STUCK_LAST, STUCK_LOW } from './stuck.ts';

const FAILURES = { low: STUCK_LOW, high: STUCK_HIGH, last: STUCK_LAST } as const;

/** Which devices are stuck, from the start or since they wore out, and what range the others have left. */
export class Wear {
  /** Why each device is stuck, 0 if it is not; empty when none can be. State. */
  readonly stuck: Uint8Array;
  /** The same before the first pulse. */
  readonly #atStart: Uint8Array;
  readonly #endurance: NonIdealities['endurance'];
  /** Pulses that each device takes; empty without endurance. */
  readonly #lifetimes: Float64Array;

  constructor(p: NonIdealities, count: number, { arena, seed, name }: ModelContext) {
    const { endurance, stuck } = p;
    this.#endurance = endurance;
    this.stuck = arena.u8(endurance || stuck ? count : 0);
    if (stuck) {
      const random = new CounterRandom(seed, `${name}/stuck`);
      for (let k = 0; k < count; k++) this.stuck[k] = drawStuck(stuck, random, k);
    }
    this.#atStart = this.stuck.slice();
    this.#lifetimes = arena.f64(endurance ? count : 0);
    if (endurance) {
      const random = new CounterRandom(seed, `${name}/endurance`);
      for (let k = 0; k < count; k++) this.#lifetimes[k] = lifetime(endurance, random, k);
    }
  }

  /** Whether any device can be stuck. */
  get any(): boolean {
    return this.stuck.length > 0;
  }

  /** Of each device: 0 it works, 1 stuck from the beginning, 2 worn out; null where none can be. */
  failures(): Uint8Array | null {
    return this.any ? this.stuck.map((why, k) => (why === 0 ? 0 : this.#atStart[k] === 0 ? 2 : 1)) : null;
  }

  isStuck(k: number): boolean {
    return this.stuck.length > 0 && this.stuck[k] !== 0;
  }

  /** The state of a device that is stuck, of which g was the last. */
  held(k: number, g: number): number {
    return this.stuck[k] === STUCK_LOW ? 0 : this.stuck[k] === STUCK_HIGH ? 1 : g;
  }

  /** Sets bounds and shares for these pulses. */
  narrow({ edges, numbers, count, low, high, share }: Pulses): void {
    const e = this.#endurance;
    if (!e) return;
    const lifetimes = this.#lifetimes;
    const { failure, wear } = e;
    const bounds = failure === 'low' ? high : share;
    for (let i = 0; i < count; i++) {
      const left = windowLeft(numbers[i]! + 1, lifetimes[edges[i]!]!, wear);
      if (failure === 'high') low[i] = 1 - left;
      else bounds[i] = left;
    }
  }

  /** Keeps devices that are stuck where they were, and sticks those whose last pulse this was; returns how many. */
  hold({ edges, numbers, count, before, after, strays }: Pulses): number {
    const { stuck } = this;
    if (stuck.length === 0) return 0;
    const lifetimes = this.#lifetimes;
    const e = this.#endurance;
    let failed = 0;
    for (let i = 0; i < count; i++) {
      const k = edges[i]!;
      if (stuck[k] !== 0) after[i] = before[i]!;
      else if (e && numbers[i]! + 1 >= lifetimes[k]!) {
        stuck[k] = FAILURES[e.failure];
        after[i] = this.held(k, after[i]!);
        failed++;
      } else continue;
      strays[i] = 0;
    }
    return failed;
  }
}
