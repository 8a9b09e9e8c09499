import type { DeviceAccounts } from '../../../core/model.ts';

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
export const HIDDEN = 10;
export const COUNT = 11;

/** The books as they stand in `totals`. */
export function accountsOf(
  totals: Float64Array,
  electrical: boolean,
  { failures, ...each }: Pick<DeviceAccounts, 'wear' | 'writeEnergies'> & { failures(): Uint8Array | null },
): DeviceAccounts {
  const joules = (of: number) => (electrical ? totals[of]! : Number.NaN);
  return {
    reads: totals[READS]!,
    writesUp: totals[UPWARD]!,
    writesDown: totals[WRITES]! - totals[UPWARD]!,
    skipped: totals[SKIPPED]!,
    halfSelected: totals[HALF_SELECTED]!,
    hidden: totals[HIDDEN]!,
    stuck: totals[STUCK]!,
    wornOut: totals[WORN_OUT]!,
    energy: { read: joules(READ_ENERGY), write: joules(WRITE_ENERGY), halfSelected: joules(HALF_ENERGY) },
    ...each,
    get failures() {
      return failures();
    },
  };
}
