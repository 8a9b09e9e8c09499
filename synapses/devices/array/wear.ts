import type { ModelContext } from '../../../core/factories.ts';
import type { WearingDevices } from '../../../core/kernels/devices.ts';
import type { Kernels } from '../../../core/kernels/kernels.ts';
import type { Pulses } from '../../../core/kernels/pulses.ts';
import { randomsOf } from '../../randoms.ts';
import { lifetime } from './endurance.ts';
import type { NonIdealities } from './nonidealities.ts';
import { drawStuck, STUCK_HIGH, STUCK_LAST, STUCK_LOW } from './stuck.ts';

const STUCK = { low: STUCK_LOW, high: STUCK_HIGH, last: STUCK_LAST } as const;

/** Which devices are stuck, from the start or since they wore out, and what range the others have left. */
export class Wear {
  /** Why each device is stuck, 0 if it is not; empty when none can be. State. */
  readonly stuck: Uint8Array;
  /** Pulses that each device takes; empty: any number. */
  readonly lifetimes: Float64Array;
  /** Why they are stuck before the first pulse. */
  readonly #atStart: Uint8Array;
  readonly #devices: WearingDevices;
  readonly #kernels: Kernels;

  constructor(p: NonIdealities, count: number, context: ModelContext) {
    const { arena } = context;
    const random = randomsOf(context);
    const { endurance, stuck } = p;
    this.#kernels = arena.kernels;
    this.stuck = arena.u8(endurance || stuck ? count : 0);
    if (stuck) {
      const draws = random('stuck');
      for (let k = 0; k < count; k++) this.stuck[k] = drawStuck(stuck, draws, k);
    }
    this.#atStart = this.stuck.slice();
    this.lifetimes = arena.f64(endurance ? count : 0);
    if (endurance) {
      const draws = random('endurance');
      for (let k = 0; k < count; k++) this.lifetimes[k] = lifetime(endurance, draws, k);
    }
    const { failure = 'low', wear = 2 } = endurance ?? {};
    this.#devices = { stuck: this.stuck, some: this.stuck.some((why) => why !== 0), failure, wear };
  }

  /** Whether any device can be stuck. */
  get any(): boolean {
    return this.stuck.length > 0;
  }

  /** Of each device: 0 it works, 1 stuck from the beginning, 2 worn out; null where none can be. */
  failures(): Uint8Array | null {
    return this.any ? this.stuck.map((why, k) => (why === 0 ? 0 : this.#atStart[k] === 0 ? 2 : 1)) : null;
  }

  /** Called after `stuck` was loaded. */
  restored(): void {
    this.#devices.some = this.stuck.some((why) => why !== 0);
  }

  isStuck(k: number): boolean {
    return this.stuck.length > 0 && this.stuck[k] !== 0;
  }

  /** The state of a device that is stuck, of which g was the last. */
  held(k: number, g: number): number {
    return this.stuck[k] === STUCK_LOW ? 0 : this.stuck[k] === STUCK_HIGH ? 1 : g;
  }

  /** Sets bounds and shares for these pulses, of devices with these lifetimes, and marks those that `hold` has to look at. */
  narrow(p: Pulses, lifetimes: Float64Array): void {
    if (this.any) this.#kernels.wearPulses(p, this.#devices, lifetimes);
  }

  /** Keeps devices that are stuck where they were, and sticks those whose last pulse this was; returns how many. */
  hold(p: Pulses): number {
    if (p.markedCount === 0) return 0;
    const { edges, before, after, strays, marked, markedCount } = p;
    const { stuck, failure } = this.#devices;
    let failed = 0;
    for (let m = 0; m < markedCount; m++) {
      const i = marked[m]!;
      const k = edges[i]!;
      strays[i] = 0;
      if (stuck[k] !== 0) after[i] = before[i]!;
      else {
        stuck[k] = STUCK[failure];
        this.#devices.some = true;
        after[i] = this.held(k, after[i]!);
        failed++;
      }
    }
    return failed;
  }
}
