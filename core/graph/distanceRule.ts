import * as z from 'zod/mini';
import type { Distribution } from '../declare/distribution.ts';
import {
  described,
  distribution,
  flag,
  fromZero,
  number,
  object,
  oneOf,
  optional,
  positive,
} from '../declare/params.ts';

/**
 * A quantity that depends on the distance d: peak e^(-d²/(2 sd²)), peak e^(-d/length), peak (1 - d/radius) up to the radius and 0
 * beyond, or peak up to the radius and 0 beyond.
 */
export type Profile =
  | { readonly gaussian: { readonly peak: number; readonly sd: number } }
  | { readonly exponential: { readonly peak: number; readonly length: number } }
  | { readonly linear: { readonly peak: number; readonly radius: number } }
  | { readonly disc: { readonly peak: number; readonly radius: number } };

/** Pairs by their distance. */
export interface DistanceRule {
  /** Of a pair; 1 by default, which needs a radius. */
  readonly probability?: number | Profile;
  /** Pairs further apart are not connected. */
  readonly radius?: number;
  readonly weight: Distribution | Profile;
  /** base + d / velocity, ms, to the nearest multiple of `step`. Default: that of the projection. */
  readonly delay?: { readonly base?: number; readonly velocity: number; readonly step?: number };
  readonly selfConnections?: boolean;
}

const length = (help: string) => number({ min: 0, exclusiveMin: true, unit: '1', help });

function profile(peak: () => z.ZodMiniType<number, number>, help: string) {
  return oneOf(
    {
      gaussian: object({ peak: peak(), sd: length('standard deviation, as a length') }),
      exponential: object({ peak: peak(), length: length('length over which it falls to 1/e') }),
      linear: object({ peak: peak(), radius: length('distance at which it is 0') }),
      disc: object({ peak: peak(), radius: length('distance beyond which it is 0') }),
    },
    { help },
  );
}

const share = () => number({ min: 0, max: 1, unit: '1', help: 'probability at distance 0' });

/** What `connect: { distance }` takes. */
export const distanceShape = object(
  {
    probability: described(optional(z.union([share(), profile(share, 'probability by distance')])), {
      description: 'of a pair, or how it falls with the distance; default: 1',
    }),
    radius: optional(length('pairs further apart are not connected')),
    weight: z.union([
      distribution({ help: "weight in the target's unit" }),
      profile(() => number({ unit: '1', help: "weight at distance 0, in the target's unit" }), 'weight by distance'),
    ]),
    delay: optional(
      object(
        {
          base: fromZero(0, 'ms', 'delay at distance 0'),
          velocity: number({ min: 0, exclusiveMin: true, unit: '1', help: 'length a ms' }),
          step: positive(0.1, 'ms', 'delays are multiples of this'),
        },
        'base + distance / velocity; default: the delay of the projection',
      ),
    ),
    selfConnections: flag({ default: true, help: 'whether a neuron may be connected to itself' }),
  },
  'pairs by the distance of their `positions`',
);
