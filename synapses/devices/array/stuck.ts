import type * as z from 'zod/mini';
import { object, refine, share } from '../../../core/declare/params.ts';
import type { CounterRandom } from '../../../core/random/random.ts';

/** Why a device does not change; 0 for one that does. */
export const STUCK_LOW = 1;
export const STUCK_HIGH = 2;
export const STUCK_LAST = 3;

const shares = object(
  {
    low: share(0, 'share of the devices that are stuck at gMin from the start'),
    high: share(0, 'share of the devices that are stuck at gMax from the start'),
  },
  'devices that never change',
);
export const stuckParams = shares.check(refine(({ low, high }) => low + high <= 1, 'shares that add up to at most 1'));

/** Whether device k is stuck, and where; drawn once. */
export function drawStuck({ low, high }: z.output<typeof shares>, random: CounterRandom, k: number): number {
  const u = random.uniform(k, 0);
  return u < low ? STUCK_LOW : u < low + high ? STUCK_HIGH : 0;
}
