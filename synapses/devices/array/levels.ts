import { choice, integer, object } from '../../../core/declare/params.ts';

export const levelsParams = object(
  {
    count: integer({ default: 32, min: 2, help: 'number of levels, from gMin to gMax (assumed)' }),
    rounding: choice(['stochastic', 'deterministic'], {
      default: 'stochastic',
      help: 'to one of the levels beside, so that the mean is kept; or to the nearest, which stops learning where steps are below half a level',
    }),
  },
  'conductance holds equally spaced levels after each pulse',
);
