import type { z } from 'zod';
import { exp } from '../../core/math.ts';
import { choice, number, object } from '../../core/params.ts';

export const retentionParams = object(
  {
    model: choice(['exponential', 'powerLaw'], {
      default: 'exponential',
      help: 'g - rest falls as e^(-t/tau), or conductance as (t/t0)^-nu from t0 on; t is the time since the last pulse',
    }),
    tau: number({
      default: 9.5e7,
      min: 0,
      exclusiveMin: true,
      infinity: true,
      unit: 'ms',
      help: 'exponential: time constant (assumed: 10 % are lost in 10^4 s)',
    }),
    rest: number({
      default: 0,
      min: 0,
      max: 1,
      help: 'exponential: state that is fallen back to, as a share of the range',
    }),
    nu: number({ default: 0.05, min: 0, help: 'powerLaw: exponent (assumed)' }),
    t0: number({
      default: 20000,
      min: 0,
      exclusiveMin: true,
      unit: 'ms',
      help: 'powerLaw: start of the drift (assumed)',
    }),
  },
  'conductance is lost with time; a power law is no semigroup, so each device keeps the time of its last pulse',
);

/**
 * State of a device `dt` ms after a pulse left it at g in [0, 1]. The power law holds for the conductance itself, which is
 * g + offset in units of the range, and ends at the range's lower end.
 */
export function retained(p: z.output<typeof retentionParams>, g: number, offset: number, dt: number): number {
  if (p.model === 'exponential') return p.rest + (g - p.rest) * exp(-dt / p.tau);
  if (dt <= p.t0) return g;
  return Math.max((g + offset) * (dt / p.t0) ** -p.nu - offset, 0);
}
