import type * as z from 'zod/mini';
import { choice, number, object } from '../../../core/declare/params.ts';
import { pow } from '../../../core/elementary.ts';
import { FAILURES } from '../../../core/kernels/devices.ts';
import type { CounterRandom } from '../../../core/random/random.ts';
import { deviation, logNormal } from '../../logNormal.ts';

export const enduranceParams = object(
  {
    cycles: number({
      default: 1e6,
      min: 1,
      infinity: true,
      unit: '1',
      help: 'pulses before a device fails, on average (assumed); no wear if 2^32 pulses would take less than 1e-4 of the range, as from 4.3e11 on with wear 2',
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

/** Pulses that a device can count; nothing reaches more. */
const MAX_PULSES = 2 ** 32;

/** Share of the range below which wear by `MAX_PULSES` is none. */
const MIN_WEAR = 1e-4;

/** True if devices do not wear within the pulses that can be counted. */
export const isUnlimited = ({ cycles, wear }: z.output<typeof enduranceParams>): boolean =>
  cycles > MAX_PULSES && pow(MAX_PULSES / cycles, wear) < MIN_WEAR;

/** Pulses after which device k fails: log-normal with mean `cycles`, drawn once. */
export function lifetime(
  { cycles, spread }: z.output<typeof enduranceParams>,
  random: CounterRandom,
  k: number,
): number {
  return Math.max(1, Math.round(cycles * logNormal(spread, random)(k, 0)));
}
