import { openLog } from '../../core/log/file.ts';
import { IMAGES } from '../../core/log/tables.ts';
import { findFileIn } from '../output/file.ts';
import type { SpikeRasterPlot } from './plots/raster.ts';

/** Phases of an MNIST run, in the order of their codes in the image log. */
export const MNIST_PHASES = ['train', 'label', 'test'] as const;
export type MnistPhase = (typeof MNIST_PHASES)[number];

/** Prediction code of an image for which no neuron fired. */
export const NO_PREDICTION = 255;

export interface ImagePresentation {
  readonly onsetTime: number; // ms
  readonly imageIndex: number;
  readonly phase: MnistPhase;
  readonly classLabel: number;
  readonly prediction: number;
}

/** Reads the log of presented images, `images.arrows`. @param strict true to reject a truncated log instead of reading it */
export function* readPresentations(path: string, strict = true): Generator<ImagePresentation> {
  for (const { columns: c, rows } of openLog(path, { spec: IMAGES, strict }))
    for (let i = 0; i < rows; i++)
      yield {
        onsetTime: c.time![i]!,
        imageIndex: c.image![i]!,
        phase: MNIST_PHASES[c.phase![i]!]!,
        classLabel: c.label![i]!,
        prediction: c.prediction![i]!,
      };
}

const PHASE_NAMES: Readonly<Record<MnistPhase, string>> = { train: 'training', label: 'labelling', test: 'test' };
const MAX_IMAGE_MARKS = 60;

/** Formats the class of an image, `7`, and a wrong prediction, `7→2`. */
const formatPrediction = ({ classLabel: label, prediction }: ImagePresentation): string =>
  prediction === NO_PREDICTION || prediction === label ? String(label) : `${label}→${prediction}`;

/** Presentations with onset in the time window, from a run's image log, if any. `isFirst`: first image of a phase. */
export function selectImagePresentations(path: string, [from, to]: readonly [number, number]) {
  const file = findFileIn(path, 'images.arrows');
  const found: (ImagePresentation & { readonly isFirst: boolean })[] = [];
  let phase: MnistPhase | undefined;
  for (const one of file === null ? [] : readPresentations(file, false)) {
    if (one.onsetTime >= from && one.onsetTime <= to) found.push({ ...one, isFirst: one.phase !== phase });
    phase = one.phase;
  }
  return found;
}

/** Time marks in a window: image onsets labelled with classes; phase starts if there are more than 60 images. */
export function readImageOnsetMarks(
  path: string,
  window: readonly [number, number],
): NonNullable<SpikeRasterPlot['marks']> {
  const found = selectImagePresentations(path, window);
  return found.length <= MAX_IMAGE_MARKS
    ? found.map((one) => ({ time: one.onsetTime, label: formatPrediction(one) }))
    : found.filter(({ isFirst }) => isFirst).map(({ onsetTime: time, phase }) => ({ time, label: PHASE_NAMES[phase] }));
}
