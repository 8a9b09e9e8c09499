import * as z from 'zod/mini';
import {
  type Accepted,
  described,
  distribution,
  flag,
  nonNegative,
  number,
  object,
  oneOf,
  optional,
  positive,
} from '../declare/params.ts';

const length = (help: string) => number({ min: 0, exclusiveMin: true, unit: '1', help });

/**
 * Schema of a function of the distance d, with peak value `peak`. gaussian: peak e^(-d²/(2 sd²)). exponential: peak
 * e^(-d/length). linear: peak (1 - d/radius) up to the radius, 0 beyond. disc: peak up to the radius, 0 beyond.
 */
function profile(peak: () => z.ZodMiniType<number, number>, help: string) {
  return oneOf(
    {
      gaussian: object({ peak: peak(), sd: length('standard deviation (length)') }),
      exponential: object({ peak: peak(), length: length('decay length: the value falls to 1/e') }),
      linear: object({ peak: peak(), radius: length('distance at which the value reaches 0') }),
      disc: object({ peak: peak(), radius: length('distance beyond which the value is 0') }),
    },
    { help },
  );
}

const share = () => number({ min: 0, max: 1, unit: '1', help: 'value of the profile at distance 0' });

/** Schema of `connect: { distance }`. Delay at distance d, ms: base + d / velocity, rounded to a multiple of `step`. */
export const distanceShape = object(
  {
    probability: described(optional(z.union([share(), profile(share, 'probability by distance')])), {
      description: 'connection probability of a pair, or its profile over the distance; default: 1',
    }),
    radius: optional(length('maximum distance of connected pairs')),
    weight: z.union([
      distribution({ help: 'weight in the unit of the target' }),
      profile(() => number({ unit: '1', help: 'peak weight, in the unit of the target' }), 'weight by distance'),
    ]),
    delay: optional(
      object(
        {
          base: nonNegative(0, 'ms', 'delay at distance 0'),
          velocity: number({ min: 0, exclusiveMin: true, unit: '1', help: 'conduction velocity, length per ms' }),
          step: positive(0.1, 'ms', 'delays are rounded to multiples of this step'),
        },
        'base + distance / velocity; default: the delay of the projection',
      ),
    ),
    selfConnections: flag({ default: true, help: 'true if a neuron may connect to itself' }),
  },
  'connection by the distance between `positions`',
);

/** Connection rule by distance. */
export type DistanceRule = Accepted<typeof distanceShape>;
export type Profile = Accepted<ReturnType<typeof profile>>;
