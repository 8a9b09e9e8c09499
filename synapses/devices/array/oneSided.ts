import type * as z from 'zod/mini';
import { integer, number, object, positive } from '../../../core/declare/params.ts';

export const oneSidedParams = object(
  {
    refreshAt: number({
      default: 0.9,
      min: 0,
      exclusiveMin: true,
      max: 1,
      unit: '1',
      help: 'a pair is refreshed when one side exceeds this share of weightAtGMax, and the other the tolerance (assumed)',
    }),
    tolerance: number({
      default: 0.01,
      min: 0,
      exclusiveMin: true,
      max: 1,
      unit: '1',
      help: 'of a refresh, as a share of weightAtGMax (assumed)',
    }),
    reset: positive(100, '1', 'strength of its downward pulses, in the strengths of the rules (assumed)'),
    strength: positive(1, '1', 'strength of its upward pulses (assumed)'),
    maxPulses: integer({
      default: 200,
      min: 1,
      help: 'pulses at the most: down on each side, and back (assumed)',
    }),
  },
  'reading differential: upward pulses raise G+, downward ones G-; near the top both are reset and their difference is written back; left out, each pulse moves both in opposite directions',
);

export type OneSided = z.output<typeof oneSidedParams>;
