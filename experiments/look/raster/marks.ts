import { findFileIn } from '../../output/file.ts';
import { NO_ANSWER, type Phase, type Presentation, readPresentations } from '../imageLog.ts';

/** Time marked by a vertical line in a raster plot. */
export interface TimeMark {
  /** ms */
  readonly time: number;
  readonly label?: string;
}

const PHASE_NAMES: Readonly<Record<Phase, string>> = { train: 'training', label: 'labelling', test: 'test' };
/** Maximum number of images in a time window for which each onset is marked. */
const MAX_IMAGE_MARKS = 60;

/** Text with the class of an image, `7`; with the predicted class if this is wrong, `7→2`. */
const describeAnswer = ({ label, prediction }: Presentation): string =>
  prediction === NO_ANSWER || prediction === label ? String(label) : `${label}→${prediction}`;

/** Presentations with onset in the time window, from a run's image log, if any. `isFirst`: first image of a phase. */
export function presentationsInWindow(path: string, [from, to]: readonly [number, number]) {
  const file = findFileIn(path, 'images.arrows');
  const found: (Presentation & { readonly isFirst: boolean })[] = [];
  let phase: Phase | undefined;
  for (const one of file === null ? [] : readPresentations(file, false)) {
    if (one.time >= from && one.time <= to) found.push({ ...one, isFirst: one.phase !== phase });
    phase = one.phase;
  }
  return found;
}

/** Marks of stimuli in a time window: up to 60 images with classes, else the starts of training, labelling, test. */
export function readStimulusMarks(path: string, window: readonly [number, number]): readonly TimeMark[] {
  const found = presentationsInWindow(path, window);
  return found.length <= MAX_IMAGE_MARKS
    ? found.map((one) => ({ time: one.time, label: describeAnswer(one) }))
    : found.filter(({ isFirst }) => isFirst).map(({ time, phase }) => ({ time, label: PHASE_NAMES[phase] }));
}
