import type * as z from 'zod/mini';
import { integer, number, object } from '../../../core/declare/params.ts';

export const oneSidedParams = object(
  {
    refreshAt: number({
      default: 0.9,
      min: 0,
      exclusiveMin: true,
      max: 1,
      unit: '1',
      help: 'a pair is refreshed when a pulse leaves one side above this share of weightAtGMax, and the other above the tolerance (assumed)',
    }),
    tolerance: number({
      default: 0.01,
      min: 0,
      exclusiveMin: true,
      max: 1,
      unit: '1',
      help: 'of a refresh: how far what is read may lie from what is wanted, as a share of weightAtGMax (assumed)',
    }),
    reset: number({
      default: 100,
      min: 0,
      exclusiveMin: true,
      unit: '1',
      help: 'strength of the downward pulses of a refresh, in the strengths of the rules; one of any strength costs the energy of one pulse (assumed)',
    }),
    strength: number({
      default: 1,
      min: 0,
      exclusiveMin: true,
      unit: '1',
      help: 'strength of the upward pulses that write the difference back (assumed)',
    }),
    maxPulses: integer({
      default: 200,
      min: 1,
      help: 'pulses of a refresh, at the most: down on each side, and back (assumed)',
    }),
  },
  'reading differential: devices are raised only, G+ by upward pulses and G- by downward ones, and refreshed when one comes near the top: the difference is read, both are reset, the difference is written back; left out, each pulse moves both in opposite directions',
);

export type OneSided = z.output<typeof oneSidedParams>;
