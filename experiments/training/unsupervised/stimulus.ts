import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { number, object, optional } from '../../../core/declare/params.ts';
import { validate } from '../../../core/declare/validate.ts';
import type { NetworkKind } from './architecture.ts';

export const stimulus = object(
  {
    rate: number({ default: 6400, min: 0, exclusiveMin: true, unit: 'Hz', help: 'all pixels of an image together' }),
    gamma: number({ default: 1, min: 0, exclusiveMin: true, help: 'rate of a pixel goes with (intensity)^gamma' }),
    duration: number({
      default: 350,
      min: 0,
      exclusiveMin: true,
      unit: 'ms',
      help: 'longest presentation of an image',
    }),
    speed: optional(
      number({
        min: 0,
        exclusiveMin: true,
        max: 1000,
        help: 'recordings of an event camera bring spikes and duration of their own, and play so many times faster; default 1',
      }),
    ),
  },
  'Poisson spike trains of an image, or a recording',
);

/**
 * Recordings bring twice the events until an output spike, and only the first ones of these are those that were learned: what is seen moves
 * on. Chosen on the validation split: docs/mnist.md, "Recordings of an event camera".
 */
export const adaptToRecordings = <R extends { readonly neuron?: unknown }>(recipe: R): R => {
  const neuron = recipe.neuron as { readonly threshold: number };
  return { ...recipe, testSpikes: 3, neuron: { ...neuron, threshold: 2 * neuron.threshold } };
};

/** What is there for images cannot be had with recordings. */
export function checkRecordings(
  network: NetworkKind,
  { stimulus: given, preprocessing }: { readonly stimulus: z.output<typeof stimulus>; readonly preprocessing: string },
): void {
  if (network === 'features')
    throw new UserError(
      'mnist: network is features, whose first stage looks at images through a retina, but the data are recordings of an event camera, which are spikes already; use layer or windows.',
    );
  if (preprocessing !== 'none')
    throw new UserError(
      `mnist: preprocessing is ${preprocessing}, but the data are recordings of an event camera, which are no images; use none.`,
    );
  const usual = validate(stimulus, {}, 'mnist');
  for (const key of ['rate', 'gamma', 'duration'] as const)
    if (given[key] !== usual[key])
      throw new UserError(
        `mnist: stimulus.${key} is ${given[key]}, but the data are recordings of an event camera, which bring spikes and duration of their own; stimulus.speed plays them faster.`,
      );
}
