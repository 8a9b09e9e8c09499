import type { Arena } from '../../core/arena.ts';
import type { DeviceAccounts } from '../../core/model.ts';

/** Indices into `totals`; the first four are those of the pulse kernel. */
export const WRITES = 0;
export const READ_ENERGY = 1;
export const WRITE_ENERGY = 2;
export const UPWARD = 3;
export const READS = 4;
export const SKIPPED = 5;
export const HALF_SELECTED = 6;
export const HALF_ENERGY = 7;
export const STUCK = 8;
export const WORN_OUT = 9;
const COUNT = 10;

/** The books of one projection's devices: a view of its totals, which are state. */
export class Accounts implements DeviceAccounts {
  readonly totals: Float64Array;
  readonly wear: Uint32Array | null;
  readonly #electrical: boolean;

  constructor(arena: Arena, electrical: boolean, wear: Uint32Array | null) {
    this.totals = arena.f64(COUNT);
    this.wear = wear;
    this.#electrical = electrical;
  }

  get reads(): number {
    return this.totals[READS]!;
  }
  get writesUp(): number {
    return this.totals[UPWARD]!;
  }
  get writesDown(): number {
    return this.totals[WRITES]! - this.totals[UPWARD]!;
  }
  get skipped(): number {
    return this.totals[SKIPPED]!;
  }
  get halfSelected(): number {
    return this.totals[HALF_SELECTED]!;
  }
  get stuck(): number {
    return this.totals[STUCK]!;
  }
  get wornOut(): number {
    return this.totals[WORN_OUT]!;
  }
  get energy(): DeviceAccounts['energy'] {
    const joules = (of: number) => (this.#electrical ? this.totals[of]! : Number.NaN);
    return { read: joules(READ_ENERGY), write: joules(WRITE_ENERGY), halfSelected: joules(HALF_ENERGY) };
  }
}
