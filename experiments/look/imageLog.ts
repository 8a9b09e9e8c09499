import { openLog } from '../../core/log/file.ts';
import { IMAGES } from '../../core/log/tables.ts';

/** Phases of the MNIST job, in the order of their codes in the log. */
export const PHASES = ['train', 'label', 'test'] as const;
export type Phase = (typeof PHASES)[number];

/** Code for a missing prediction: no neuron fired. */
export const NO_ANSWER = 255;

/** Presentation of one image to the network. */
export interface Presentation {
  /** Onset time of the image, ms. */
  readonly time: number;
  /** Index of the image in its data set. */
  readonly image: number;
  readonly phase: Phase;
  /** Class of the image (label). */
  readonly label: number;
  /** Predicted class, or `NO_ANSWER`. */
  readonly prediction: number;
}

/** Reads the presentations from `images.arrows`. @param strict true to reject a truncated log instead of reading it */
export function* readPresentations(path: string, strict = true): Generator<Presentation> {
  for (const { columns: c, rows } of openLog(path, { spec: IMAGES, strict }))
    for (let i = 0; i < rows; i++)
      yield {
        time: c.time![i]!,
        image: c.image![i]!,
        phase: PHASES[c.phase![i]!]!,
        label: c.label![i]!,
        prediction: c.prediction![i]!,
      };
}
