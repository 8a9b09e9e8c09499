import { object, positive, share } from '../../../core/declare/params.ts';
import { exp } from '../../../core/math.ts';

const dwell = (what: string) => positive(100, 'ms', `mean time in the ${what} state (assumed)`);

export const telegraphParams = object(
  {
    amplitude: share(0.1, 'share of the conductance that is lost in the low state (assumed)'),
    tauHigh: dwell('high'),
    tauLow: dwell('low'),
  },
  'random telegraph noise: a trap in each device is empty (high) or filled (low); exponential dwell times',
);

/** Probability of the high state `dt` ms after the state `high` was seen; at dt = Infinity the stationary one. */
export function highAfter(dt: number, high: boolean, { tauHigh, tauLow }: { tauHigh: number; tauLow: number }): number {
  const stationary = tauHigh / (tauHigh + tauLow);
  return stationary + ((high ? 1 : 0) - stationary) * exp(-dt * (1 / tauHigh + 1 / tauLow));
}
