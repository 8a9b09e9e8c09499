import { choice, integer, object } from '../../../core/declare/params.ts';

export const levelsParams = object(
  {
    count: integer({ default: 32, min: 2, help: 'number of levels, from gMin to gMax (assumed)' }),
    rounding: choice(['stochastic', 'deterministic'], {
      default: 'stochastic',
      help: 'to one of the two levels beside, the nearer one more likely, so that the mean is kept; or to the nearest, which stops learning where steps are below half a level',
    }),
  },
  'conductance holds a finite number of equally spaced levels after each pulse',
);

/** The level in [0, 1] that g falls on; u is uniform on (0, 1), or 0.5 for the nearest one. */
export function toLevel(g: number, count: number, u: number): number {
  return Math.min(Math.floor(g * (count - 1) + u), count - 1) / (count - 1);
}
