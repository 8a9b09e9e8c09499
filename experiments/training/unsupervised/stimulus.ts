import type * as z from 'zod/mini';
import { UserError } from '../../../core/declare/errors.ts';
import { number, object, optional } from '../../../core/declare/params.ts';
import { validate } from '../../../core/declare/validate.ts';
import type { NetworkKind } from './architecture.ts';

export const stimulus = object(
  {
    rate: number({ default: 6400, min: 0, exclusiveMin: true, unit: 'Hz', help: 'total firing rate of all pixels' }),
    gamma: number({ default: 1, min: 0, exclusiveMin: true, help: 'exponent of the intensity in the firing rate' }),
    duration: number({
      default: 350,
      min: 0,
      exclusiveMin: true,
      unit: 'ms',
      help: 'maximum presentation time of an image',
    }),
    speed: optional(
      number({
        min: 0,
        exclusiveMin: true,
        max: 1000,
        help: 'playback speed of event recordings, which replace rate, gamma and duration; default 1 (real time)',
      }),
    ),
  },
  'Poisson spike trains of an image, or a recording',
);

/**
 * Adapts default settings to event-camera recordings: doubles the threshold, because recordings have more events, and
 * stops test images after fewer output spikes, because the image moves. Chosen on the validation split: docs/mnist.md.
 */
export const adaptToRecordings = <R extends { readonly neuron?: unknown }>(recipe: R): R => {
  const neuron = recipe.neuron as { readonly threshold: number };
  return { ...recipe, testSpikes: 3, neuron: { ...neuron, threshold: 2 * neuron.threshold } };
};

/** Rejects settings that apply only to images if the data are recordings. @throws UserError */
export function checkRecordings(
  network: NetworkKind,
  { stimulus: input, preprocessing }: { readonly stimulus: z.output<typeof stimulus>; readonly preprocessing: string },
): void {
  if (network === 'features')
    throw new UserError(
      'mnist: network is features, whose first stage encodes images, but the data are recordings of an event camera; use layer or windows.',
    );
  if (preprocessing !== 'none')
    throw new UserError(
      `mnist: preprocessing is ${preprocessing}, but the data are recordings of an event camera, which are not images; use none.`,
    );
  const defaults = validate(stimulus, {}, 'mnist');
  for (const key of ['rate', 'gamma', 'duration'] as const)
    if (input[key] !== defaults[key])
      throw new UserError(
        `mnist: stimulus.${key} is ${input[key]}, but the data are recordings of an event camera, which determine spikes and duration; only stimulus.speed applies.`,
      );
}
