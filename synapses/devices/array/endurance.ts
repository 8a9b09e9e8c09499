import type * as z from 'zod/mini';
import { choice, number, object } from '../../../core/declare/params.ts';
import { FAILURES } from '../../../core/kernels/devices.ts';
import type { CounterRandom } from '../../../core/random/random.ts';
import { deviation, logNormal } from '../../logNormal.ts';

export const enduranceParams = object(
  {
    cycles: number({
      default: 1e6,
      min: 1,
      unit: '1',
      help: 'pulses before a device fails, on average (assumed)',
    }),
    spread: deviation(0.3, 'relative sd (log-normal) of that number between devices (assumed)'),
    failure: choice(FAILURES, {
      default: 'low',
      help: 'a worn-out device is stuck at gMin, at gMax, or where it was',
    }),
    wear: number({
      default: 2,
      min: 0,
      exclusiveMin: true,
      infinity: true,
      unit: '1',
      help: 'exponent k: after n of N pulses the range has shrunk towards the failure state (failure last: the steps have) by (n/N)^k (assumed); Infinity: nothing before the failure',
    }),
  },
  'devices wear with each pulse, and fail',
);

/** Pulses after which device k fails: log-normal with mean `cycles`, drawn once. */
export function lifetime(
  { cycles, spread }: z.output<typeof enduranceParams>,
  random: CounterRandom,
  k: number,
): number {
  return Math.max(1, Math.round(cycles * logNormal(spread, random)(k, 0)));
}
